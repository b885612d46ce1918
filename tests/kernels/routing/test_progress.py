"""The line that says how far it is."""

from __future__ import annotations

import pytest

from funicular.routing import progress
from funicular.routing.lanes import Lanes
from funicular.routing.progress import ProgressLine
from funicular.units import format_count


class Paper(progress._Screen):
    """Remembers what it showed."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def write(self, text: str) -> None:
        self.shown.append(text)


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Paper:
    """A screen to look at."""
    paper = Paper()
    monkeypatch.setattr(progress, "_screen", lambda: paper)
    return paper


def test_short_work_shows_nothing(paper: Paper) -> None:
    """Below a second there is no line; what is over before has none to take away."""
    line = ProgressLine()
    line.say("1 of 3 done")
    line.close()

    assert paper.shown == []


def test_line_is_gone_at_the_end_for_good(paper: Paper) -> None:
    """A thread that is late does not bring it back."""
    line = ProgressLine(quiet_s=0)
    line.say("1 of 3 done")
    line.say("2 of 3 done")  # too soon after the last
    line.close()
    line.say("3 of 3 done", at_once=True)

    assert paper.shown == ["1 of 3 done", ""]


def test_fits_are_counted_without_a_total() -> None:
    """A search's generator has no length: what is done is said, in the words of the line after the cell."""
    lanes = Lanes()
    lanes._what, lanes._done_here, lanes._done_there = "fits", 8, 1200

    assert lanes.in_words(16) == f"{format_count(1208)} fits done, 16 cores"
