"""``funicular doctor`` on this machine alone, from end to end."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from funicular.cli.doctor_page import page, summary
from funicular.doctor.finding import Finding, State
from funicular.doctor.probe import all_probes
from funicular.schedulers.base import JobSpec, JobState
from tests.kernels.cli.conftest import read
from tests.kernels.schedulers.conftest import until


def test_it_runs_a_job_and_judges_everything(funicular, local, state_home: Path):
    """The job ran, Python is the same in it, and nothing is left: no job, no folder."""
    answer = funicular("doctor", "--json")
    said = json.loads(answer.stdout)
    found = {each["name"]: each for each in said["findings"]}

    assert answer.returncode == 0, answer.stderr
    assert (said["site"], said["job"], said["written"]) == ("local", "1", None)
    assert found["job"]["state"] == found["python"]["state"] == "ok", found
    assert {each["state"] for each in said["findings"]} <= {"ok", "note", "warn", "unknown"}
    assert {"scheduler", "queues", "login", "internet", "cgroups", "ptrace", "space"} <= set(found)
    assert not {each["name"] for each in said["findings"]} - set(all_probes())
    assert local.describe() == {}
    assert list((state_home / "funicular" / "doctor").iterdir()) == []


def test_without_a_job_none_is_sent(funicular, local):
    """``--no-job`` says what is not known for it."""
    said = read(funicular("doctor", "--no-job", "--json"))

    assert said["job"] is None
    assert [each["state"] for each in said["findings"] if each["name"] == "job"] == ["note"]
    assert local.describe(["1"]) == {}


def test_a_job_that_waits_too_long_is_unknown_and_taken_back(funicular, local, tmp_path: Path):
    """All cores are busy: that is no failure, and the job does not stay in the queue."""
    busy = local.submit(JobSpec("own-work", ("sleep", "60"), tmp_path / "log", cores_per_node=2))
    answer = funicular("doctor", "--wait", "2", "--json")
    (job,) = [each for each in json.loads(answer.stdout)["findings"] if each["name"] == "job"]

    assert (answer.returncode, job["state"]) == (0, "unknown"), job
    assert "Resources" in job["meaning"]
    until(lambda: set(local.describe()) == {busy})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_job(local, tmp_path: Path, number: signal.Signals):
    """While the job waits; the user's own job goes on."""
    busy = local.submit(JobSpec("own-work", ("sleep", "60"), tmp_path / "log", cores_per_node=2))
    command = [sys.executable, "-m", "funicular.cli", "doctor"]
    doctor = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: len(local.describe()) == 2)
    doctor.send_signal(number)
    _, said = doctor.communicate(timeout=60)

    assert doctor.returncode == 130
    assert "Stopped by Ctrl-C" in said
    until(lambda: set(local.describe()) == {busy})
    assert local.describe([busy])[busy].state is JobState.RUNNING


def test_a_failure_is_exit_code_one(funicular, local):
    """A queue that is not there."""
    answer = funicular("doctor", "--queue", "nosuch")

    assert answer.returncode == 1
    assert "FAIL  There is no queue nosuch" in answer.stdout
    assert "1 failure" in answer.stdout
    assert local.describe(["1"]) == {}


def test_a_profile_of_a_laptop_is_not_written(funicular, local):
    """The reason is told."""
    answer = funicular("doctor", "--no-job", "--write")

    assert answer.returncode == 1
    assert "There is nothing to write into a profile" in answer.stderr


def test_piped_there_are_no_colours_and_lines_are_short(funicular, local):
    """For a narrow terminal too."""
    for width in ("40", "200"):
        text = funicular("doctor", "--no-job", env={**os.environ, "COLUMNS": width}).stdout
        assert "\033" not in text
        assert max(map(len, text.splitlines())) <= max(40, min(100, int(width)))


def test_on_a_screen_there_are_colours_unless_refused(local):
    """``NO_COLOR`` is heard."""
    assert "\033[32m" in on_screen({})
    assert "\033[32m" not in on_screen({"NO_COLOR": "1"})


def on_screen(more: dict[str, str]) -> str:
    """What ``doctor`` prints at a terminal."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm", **more}
    command = [sys.executable, "-m", "funicular.cli", "doctor", "--no-job"]
    with subprocess.Popen(
        command, stdout=theirs, stderr=subprocess.DEVNULL, stdin=theirs, env=env
    ) as process:
        os.close(theirs)
        said = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            said += piece
        process.wait(60)
    os.close(ours)
    return said.decode()


FOUND = (
    Finding("job", State.FAIL, "No job ran.", "It was refused.", "Ask."),
    Finding("login", State.OK, "All is " + "well " * 20 + "."),
)


def test_the_page_groups_by_section_in_order_of_the_probes():
    """Label, sentence, meaning, next step; long ones are wrapped below themselves."""
    text = page("Head", FOUND, {"login": "this machine", "job": "compute node"}, width=50, is_coloured=False)

    assert text.index("This machine") < text.index("Compute node")
    assert "FAIL  No job ran.\n        It was refused.\n        Next: Ask." in text
    assert "ok    All is well" in text and "\n      well" in text


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ((State.FAIL, State.UNKNOWN), "until what is marked FAIL is mended"),
        ((State.UNKNOWN, State.WARN), "what is marked ? did not answer"),
        ((State.WARN,), "no compute node was"),
        ((State.WARN, State.OK), "will cost time or trouble"),
        ((State.NOTE, State.OK), "1 ok, 1 note. Nothing stands in the way"),
    ],
)
def test_the_summary_says_what_it_comes_to(states: tuple[State, ...], words: str):
    """One sentence for who reads no more; it claims nothing of nodes where no job ran."""
    assert words in summary([Finding("job", state, "") for state in states])


def test_thousands_stay_together():
    """The narrow space between them is no place to break a line."""
    found = Finding("x", State.OK, f"{'a' * 30} 16\u202f060\u202f417 files")

    assert "16\u202f060\u202f417" in page("", [found], {"x": "files"}, width=45, is_coloured=False)
