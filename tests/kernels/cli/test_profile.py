"""``funicular profile`` from a terminal and for programs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from funicular.cli.profile import rendered
from funicular.profiling.session import CellProfile, StatementTime, read_record, session_of

SCRIPT = """\
import sys, time
import beside
def wait():
    time.sleep(0.3)
if __name__ == "__main__":
    print(__file__, sys.argv[1:], beside.X)
    wait()
    sys.exit(int(sys.argv[1]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a script, its module, and a notebook that fails."""
    place = tmp_path / "it's here"
    place.mkdir()
    (place / "a.py").write_text(SCRIPT)
    (place / "beside.py").write_text("X = 7\n")
    cells = ["import time\ntime.sleep(0.2)", "#md", "1 / 0", "print('never')"]
    book = {
        "cells": [{"cell_type": "markdown" if text == "#md" else "code", "source": text} for text in cells]
    }
    (place / "b.ipynb").write_text(json.dumps(book))
    return place


def say(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command there."""
    command = [sys.executable, "-m", "funicular.cli", "profile", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


def test_a_script_keeps_its_output_arguments_and_exit_code(folder: Path) -> None:
    """It runs as Python runs it; its table follows what it printed."""
    done = say(folder, "a.py", "3", "--format", "x")

    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith("a.py ['3', '--format', 'x'] 7\n")
    assert "wait()" in done.stdout and "time.sleep(0.3)" in done.stdout


def test_json_is_all_there_is_on_standard_output(folder: Path) -> None:
    """What the script prints goes to the other one."""
    done = say(folder, "--format", "json", "a.py", "0")
    session = read_record(json.loads(done.stdout))

    assert done.stderr.startswith("a.py ['0'] 7")
    assert session.cells[0].statements[0].text == "wait()"
    assert session.wall_s == session.cells[0].wall_s > 0.3


def test_an_error_is_told_and_the_profile_so_far_is_kept(folder: Path) -> None:
    """The traceback is the script's own, and so is the failure."""
    done = say(folder, "a.py", "no number")

    assert done.returncode == 1
    assert "ValueError" in done.stderr and "profiling" not in done.stderr
    assert "It ended with ValueError" in done.stdout and "time.sleep(0.3)" in done.stdout


def test_a_notebook_runs_until_a_cell_fails(folder: Path) -> None:
    """Cells before it are told; those after it do not run."""
    done = say(folder, "b.ipynb")

    assert done.returncode == 1
    assert "time.sleep(0.2)" in done.stdout and "ZeroDivisionError" in done.stdout
    assert "never" not in done.stdout


def test_what_is_not_there_or_dies_is_told_in_words(folder: Path) -> None:
    """A wrong path and a killed script have no profile."""
    (folder / "dies.py").write_text("import os\nos.kill(os.getpid(), 9)\n")
    gone, dead = say(folder, "c.py"), say(folder, "dies.py")

    assert gone.returncode == 1 and "There is no file c.py" in gone.stderr
    assert dead.returncode == 1 and "killed by signal 9" in dead.stderr


def test_a_page_shows_code_as_text(folder: Path) -> None:
    """Nothing of a statement becomes part of the page."""
    nasty = StatementTime("a", 1, 1, "print('<script>')", 1.0, call="print", call_s=1.0)
    page = rendered(session_of("<b>", [CellProfile("a", 2.0, statements=(nasty,))]), "html")

    assert "<script>" not in page and "<b>" not in page
    assert "50.0%" in page and "src=" not in page and "href=" not in page
