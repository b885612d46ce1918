"""One line of progress: quiet, in place, gone at the end."""

from __future__ import annotations

import io
import sys
import time

import pytest

from funicular.routing import progress
from funicular.routing.progress import ProgressLine


class Terminal(io.StringIO):
    """A screen that a person looks at."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_one_line_and_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each text replaces the one before; nothing is left at the end."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "EVERY_S", 0.0)
    line = ProgressLine(quiet_s=0)

    line.say("10 of 100")
    line.say("10 of 100")
    line.say("20")
    line.close()

    assert screen.getvalue() == "\r10 of 100" + "\r20       " + "\r  \r"


def test_quiet_below_a_second_and_for_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short work shows nothing, nor does output that a program reads."""
    screen, pipe = Terminal(), io.StringIO()

    monkeypatch.setattr(sys, "stderr", screen)
    short = ProgressLine()
    short.say("10 of 100")
    short.close()
    monkeypatch.setattr(sys, "stderr", pipe)
    piped = ProgressLine(quiet_s=0)
    piped.say("10 of 100")
    piped.close()

    assert screen.getvalue() == pipe.getvalue() == ""


def test_not_more_often_than_eyes_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand updates write a few times."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    line = ProgressLine(quiet_s=0)
    begun = time.monotonic()
    for number in range(1000):
        line.say(str(number))
    took = time.monotonic() - begun

    assert screen.getvalue().count("\r") <= 1 + took / progress.EVERY_S
