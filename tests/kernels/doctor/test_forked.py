"""Questions in processes of their own."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from funicular.doctor.forked import Silent, ask_all
from funicular.errors import FunicularError
from funicular.processes import process_id
from tests.kernels.schedulers.conftest import until


def test_answers_come_by_name() -> None:
    """Each question has its own answer, in the order of the questions."""
    assert list(ask_all({"b": (lambda: 2, 30), "a": (lambda: "one", 30)}).items()) == [("b", 2), ("a", "one")]


def test_what_hangs_becomes_silent_and_is_ended(tmp_path: Path) -> None:
    """It says how long was waited; what it started ends with it; the others are not held up."""
    file = tmp_path / "pid"

    def hang() -> None:
        with subprocess.Popen(["sleep", "3600"]) as started:
            file.write_text(str(started.pid))

    found = ask_all({"hangs": (hang, 1.5), "quick": (lambda: 1, 30)})

    assert found == {"hangs": Silent("it took longer than 1.5 s"), "quick": 1}
    until(lambda: not process_id(int(file.read_text())).is_alive)


def refuse() -> None:
    raise FunicularError("It is shut.", why="It is Sunday.")


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (refuse, "It is shut. It is Sunday."),
        (lambda: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda: os._exit(3), "its process ended without a word"),
    ],
)
def test_errors_are_told(question: Callable[[], object], why: str) -> None:
    """An error of ours in its words, another with its name, a death as one."""
    assert ask_all({"it": (question, 30)}) == {"it": Silent(why)}


def test_an_interrupt_ends_all_questions(tmp_path: Path) -> None:
    """Ctrl-C while it waits leaves no process behind."""
    file = tmp_path / "pid"

    def hang() -> None:
        file.write_text(str(os.getpid()))
        time.sleep(3600)

    def interrupt(names: set[str]) -> None:
        if file.exists() and file.read_text():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask_all({"hangs": (hang, 60)}, waiting=interrupt)

    assert not process_id(int(file.read_text())).is_alive


def test_long_answers_come_whole() -> None:
    """Longer than a pipe holds."""
    assert ask_all({"long": (lambda: "x" * 3_000_000, 60)})["long"] == "x" * 3_000_000
