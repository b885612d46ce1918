"""The sampler charges elapsed time to what it sees, however seldom it can look."""

from __future__ import annotations

import sys
import threading

import pytest

from funicular.profiling import sampler
from funicular.profiling.monitor import Monitor
from funicular.profiling.sampler import Tally


def here(tally: Tally, seconds: float, stops: frozenset[int] = frozenset()) -> None:
    """One look at this thread."""
    own = threading.get_ident()
    frames = {own: sys._current_frames()[own]}
    tally.take(frames, seconds, main=own, own=0, stops=stops)


def test_seconds_are_charged_not_samples() -> None:
    """A look after a second weighs as much as ten after a tenth."""
    tally = Tally()

    def often() -> None:
        for _ in range(10):
            here(tally, 0.1, stops)

    def once() -> None:
        here(tally, 1.0, stops)

    stops = frozenset({id(test_seconds_are_charged_not_samples.__code__)})
    often()
    once()

    by_code = {tally.codes[raw[-2]].co_name: seconds for raw, seconds in tally.main.items()}
    assert by_code == {"often": pytest.approx(1.0), "once": pytest.approx(1.0)}
    assert tally.samples == 11


def test_memory_of_a_long_cell_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many stacks there were, few are kept and no second is lost."""
    monkeypatch.setattr(sampler, "MOST_STACKS", 5)
    tally = Tally()
    for n in range(100):
        tally.main[(n, 0, 1, 2, 3, 4, 7, 8)] = 1.0
        here(tally, 1.0)

    assert len(tally.main) <= 11
    assert sum(tally.main.values()) == pytest.approx(200.0)


def test_a_cell_within_a_cell_is_measured_once() -> None:
    """The inner one ends nothing; an end without a beginning is none."""
    monitor = Monitor(frozenset())

    assert monitor.end("cell 0", dict) is None
    monitor.begin()
    begun_s = monitor._begun_s
    monitor.begin()
    assert monitor._begun_s == begun_s
    assert monitor.end("cell 2", dict) is None
    assert monitor.end("cell 1", dict) is not None
    assert [cell.title for cell in monitor.cells] == ["cell 1"]
