"""Tracebacks that came from a worker, so that IPython shows the right lines of them.

tblib makes stand-ins for frames whose function begins, so they say, in the line that raised. IPython then
finds the function's text but numbers it from there: the arrow is at ``def``. Here they begin where they do.
"""

from __future__ import annotations

import linecache
import re
from types import CodeType, FrameType, TracebackType
from typing import Any

_MARK = "__traceback_maker"  # what the code of tblib's stand-ins raises


def repair(error: BaseException) -> BaseException:
    """The same error and its causes, with frames from elsewhere made anew."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            each.__traceback__ = _anew(each.__traceback__)
            waiting += [each.__cause__, each.__context__]
    return error


def _anew(trace: TracebackType | None) -> TracebackType | None:
    chain = []
    while trace is not None:
        chain.append(trace)
        trace = trace.tb_next
    made: TracebackType | None = None
    for each in reversed(chain):
        frame, last = each.tb_frame, each.tb_lasti
        if _MARK in frame.f_code.co_names:
            frame, last = _frame(frame, each.tb_lineno)
        made = TracebackType(made, frame, last, each.tb_lineno)
    return made


def _frame(stand_in: FrameType, line: int) -> tuple[FrameType, int]:
    """A frame that raises in this line, of code that begins where its function does."""
    code = stand_in.f_code
    first = first_line(linecache.getlines(code.co_filename), code.co_name, line)
    new: CodeType = compile("\n" * (line - first) + f"raise {_MARK}", code.co_filename, "exec")
    kept = {name: value for name, value in stand_in.f_globals.items() if name in ("__name__", "__file__")}
    scope: dict[str, Any] = {**kept, _MARK: _Made}
    try:
        exec(new.replace(co_firstlineno=first, co_name=code.co_name, co_qualname=code.co_qualname), scope)
    except _Made as made:
        assert made.__traceback__ is not None and made.__traceback__.tb_next is not None
        return made.__traceback__.tb_next.tb_frame, made.__traceback__.tb_next.tb_lasti
    raise AssertionError("what raises has raised")


def first_line(lines: list[str], name: str, line: int) -> int:
    """The line in which the function around ``line`` begins; ``line`` itself if that is not known."""
    pattern = re.compile(rf"\s*(async\s+)?def\s+{re.escape(name)}\b")
    if name == "<module>":
        return 1
    for number in range(min(line, len(lines)), 0, -1):
        if pattern.match(lines[number - 1]):
            return number
    return line


class _Made(Exception):
    """Raised to have a frame."""
