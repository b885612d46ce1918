"""A notebook cell as plain Python with the same line numbers; nothing of it is run.

Magics and shell lines become the calls that IPython makes of them, so that nobody takes them for harmless.
``%time f()`` and cells that begin with ``%%time`` are the Python that they time.
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import cache
from typing import Any

TIMERS = {"memit", "prun", "pyinstrument", "scalene", "serial", "time", "timeit"}
PYTHON_CELLS = TIMERS | {"capture", "heat", "memray_flamegraph", "profile", "snakeviz", "viztracer"}
AUTOMAGIC = re.compile(
    r"(?:cat|cd|conda|cp|ls|mamba|man|mkdir|more|mv|pip|pwd|rm|rmdir|uv)(?:\s+[^=\s(].*)?$"
)
OPTIONS = re.compile(r"(?:-[a-zA-Z]+\s*\d*\s+|--[\w-]+(?:=\S+)?\s+)*")


def plain(source: str) -> str | None:
    """The cell as Python, line for line; ``None`` when it is in another language (``%%bash``, ``%%html``).

    Text that is no Python even so is given as it is: whoever parses it gets the error.
    """
    if parses(source):
        return source
    lead, rest = _leading_blank(source)
    if rest.startswith("%%"):
        first, _, body = rest.partition("\n")
        name, _, said = first[2:].strip().partition(" ")
        if name.endswith("?"):
            return lead
        if name not in PYTHON_CELLS:
            return None
        setup = said[_options_end(said) :] if name == "timeit" else ""
        return lead + (setup if parses(setup) else "") + "\n" + (plain(body) or "")
    return _without_magics(source)


def parses(text: str) -> bool:
    """Whether this is Python as it stands."""
    try:
        with warnings.catch_warnings():  # "invalid escape sequence" and the like is the author's business
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _leading_blank(source: str) -> tuple[str, str]:
    rest = source.lstrip()
    lead = source[: len(source) - len(rest)]
    return "\n" * lead.count("\n"), rest


def _without_magics(source: str) -> str:
    lead, rest = _leading_blank(source)
    indent = source[: len(source) - len(source.lstrip())].rpartition("\n")[2]
    try:
        found: str = lead + _manager().transform_cell(indent + rest)
    except (SyntaxError, RuntimeError, ValueError, RecursionError):
        return source
    if parses(found):
        return found
    lines = found.split("\n")
    bare = "\n".join("get_ipython()" if AUTOMAGIC.match(line) else line for line in lines)
    return bare if parses(bare) else found


def _options_end(text: str) -> int:
    found = OPTIONS.match(text)
    return found.end() if found else 0


@cache
def _manager() -> Any:
    """IPython's own transformer, made to keep lines and to look into ``%time``."""
    from IPython.core.inputtransformer2 import TransformerManager

    class Keeping(TransformerManager):
        def do_one_token_transform(self, lines: list[str]) -> tuple[bool, list[str]]:
            before = len(lines)
            opened = _open_timer(lines)
            changed, after = (True, opened) if opened else super().do_one_token_transform(lines)  # type: ignore[no-untyped-call]
            after = [_with_names(line) if line not in lines else line for line in after]
            if changed and (lost := before - len(after)) > 0:
                at = next(n for n, (old, new) in enumerate(zip(lines, after, strict=False)) if old != new)
                after = [*after[: at + 1], *["\n"] * lost, *after[at + 1 :]]
            return changed, after

    return Keeping()  # type: ignore[no-untyped-call]


NAMES = {"pylab": "from pylab import *", "run": "from a_script_that_was_run import *"}
BROUGHT = re.compile(r"get_ipython\(\)\.run_line_magic\('(pylab|run)',")


def _with_names(line: str) -> str:
    """``%pylab`` and ``%run`` fill the namespace: say so in Python."""
    found = BROUGHT.match(line)
    return f"{line.rstrip()}; {NAMES[found[1]]}\n" if found else line


LONGEST = 20  # lines of a statement behind %time
TIMED = re.compile(r"(\s*(?:[\w., ]+=\s*)?)%(\w+)[ \t]+(.*)$", re.DOTALL)


def _open_timer(lines: list[str]) -> list[str] | None:
    """The lines with the first ``%time statement`` replaced by the statement; ``None`` when there is none."""
    from IPython.core.inputtransformer2 import EscapedCommand, MagicAssign, make_tokens_by_line

    tokens = make_tokens_by_line(lines)
    for kind in (MagicAssign, EscapedCommand):
        place = kind.find(tokens)  # type: ignore[no-untyped-call]
        found = TIMED.match(lines[place.start_line]) if place else None
        if place is None or found is None or found[2] not in TIMERS:
            continue
        if found[1][:1].isspace() or (found[1] and found[2] != "time"):
            continue  # in a block it prints each time; and only %time gives the value of what it times
        statement = found[1] + found[3][_options_end(found[3]) :]
        rest = lines[place.start_line + 1 :]
        for more in range(min(len(rest), LONGEST) + 1):  # brackets may go on in the lines below
            text = "".join([statement, *rest[:more]])
            if text.strip() and parses(text.strip() + "\n"):
                return [*lines[: place.start_line], statement, *rest]
    return None
