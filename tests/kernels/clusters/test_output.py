"""Workers' output in the cell: whole lines, in order, not without end."""

from __future__ import annotations

import warnings

import pytest

from funicular.clusters.output import BURST_BYTES, WINDOW_S, Meter, Printer


class Clock:
    """Time that is told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def event(worker: str, *parts: tuple[str, object]) -> tuple[float, dict[str, object]]:
    """An event as Dask hands it over: with its time."""
    return 0.0, {"worker": worker, "parts": [list(part) for part in parts]}


def test_a_burst_is_cut_and_told() -> None:
    """What is over the limit in one window is dropped, and counted in the next."""
    clock = Clock()
    meter = Meter(clock)

    assert meter.admit("x" * BURST_BYTES) == ("x" * BURST_BYTES, 0)
    assert meter.admit("y" * 10) == ("", 0)
    clock.now += WINDOW_S
    assert meter.admit("z") == ("z", 10)
    assert meter.rest() == 0


def test_lines_of_two_workers_never_mix(capsys: pytest.CaptureFixture[str]) -> None:
    """A line that comes in pieces waits for its end; what never ends is written at the flush."""
    printer = Printer()

    printer.take(event("a", ("stdout", "at")))
    printer.take(event("b", ("stdout", "on 2\non")))
    printer.take(event("a", ("stdout", " 1\n")))
    printer.flush()

    assert capsys.readouterr().out == "on 2\nat 1\non"


def test_streams_and_cuts_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """stderr stays stderr, and what was cut is said with the worker's name."""
    printer = Printer()

    printer.take(event("b1-0", ("stderr", "careful\n"), ("cut", 1234)))
    printer.flush()

    told = capsys.readouterr()
    assert told.out == ""
    assert "careful" in told.err and "more characters from worker b1-0 were cut" in told.err


def test_warnings_are_warnings_here(capsys: pytest.CaptureFixture[str]) -> None:
    """A worker's warning passes the filters of this process; an unknown kind becomes a known base."""
    printer = Printer()
    kinds = ["nowhere:Strange", "builtins:RuntimeWarning", "builtins:Warning"]

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        printer.take(event("a", ("warning", ["too hot", kinds, "cell.py", 3])))
        printer.flush()
    assert [(str(each.message), each.category, each.lineno) for each in caught] == [
        ("too hot", RuntimeWarning, 3)
    ]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        printer.take(event("a", ("warning", ["too hot", kinds, "cell.py", 3])))
        printer.flush()
    assert "cell.py:3: RuntimeWarning: too hot" in capsys.readouterr().err


def test_foreign_events_are_left_alone() -> None:
    """An event without parts is not for us."""
    printer = Printer()

    printer.take((0.0, "hello"))
    printer.take((0.0, {"other": 1}))
    printer.flush()
