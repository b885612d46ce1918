"""Tracebacks from a worker name the lines of the notebook's own cells."""

from __future__ import annotations

import linecache
import pickle
import traceback
from types import TracebackType

from tblib import pickling_support

from funicular.routing.tracebacks import first_line, repair

CELL = """import math

def outer(x):
    # a comment
    return inner(x)

def inner(x):
    y = x - 2
    try:
        return 1 / y
    except ZeroDivisionError as error:
        raise ValueError("two") from error
"""


def travelled(error: BaseException) -> BaseException:
    """The error as it arrives from another process."""
    pickling_support.install(error, *filter(None, (error.__cause__,)))
    found: BaseException = pickle.loads(pickle.dumps(error))
    return found


def raised() -> BaseException:
    """What the cell's function raises."""
    linecache.cache["<cell 3>"] = (len(CELL), None, CELL.splitlines(keepends=True), "<cell 3>")
    scope: dict[str, object] = {}
    exec(compile(CELL, "<cell 3>", "exec"), scope)
    try:
        scope["outer"](2)  # type: ignore[operator]
    except ValueError as error:
        return error
    raise AssertionError("it raises")


def frames(trace: TracebackType | None) -> list[tuple[str, int, int]]:
    """Name, first line and line of each of the cell's frames."""
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == "<cell 3>":
            found.append((code.co_name, code.co_firstlineno, trace.tb_lineno))
        trace = trace.tb_next
    return found


def test_frames_begin_where_their_functions_do() -> None:
    """IPython numbers the lines it shows from there; causes are as right as the error itself."""
    error = travelled(raised())
    before = frames(error.__traceback__)
    repair(error)

    assert before == [("outer", 5, 5), ("inner", 12, 12)]
    assert frames(error.__traceback__) == [("outer", 3, 5), ("inner", 7, 12)]
    assert error.__cause__ is not None
    assert frames(error.__cause__.__traceback__) == [("inner", 7, 10)]


def test_text_of_a_traceback_stays() -> None:
    """Python's own way of showing it says the same before and after."""
    error = travelled(raised())
    before = [line for line in traceback.format_exception(error) if "cell" in line]
    repair(error)

    after = [line for line in traceback.format_exception(error) if "cell" in line]
    assert [line.split("^")[0].rstrip() for line in after] == [line.split("^")[0].rstrip() for line in before]


def test_repair_leaves_errors_of_here_alone() -> None:
    """An error that never travelled keeps its very frames."""
    error = raised()
    trace = error.__traceback__
    assert trace is not None
    kept = []
    while trace is not None:
        kept.append(trace.tb_frame)
        trace = trace.tb_next
    repair(error)

    trace = error.__traceback__
    for frame in kept:
        assert trace is not None and trace.tb_frame is frame
        trace = trace.tb_next


def test_unknown_source_is_left_as_it_is() -> None:
    """Without a text nothing is guessed; whole files begin in line 1."""
    assert first_line([], "f", 7) == 7
    assert first_line(["x = 1\n"] * 9, "f", 7) == 7
    assert first_line(["x = 1\n"] * 9, "<module>", 7) == 1
