"""``funicular jobs`` on a real queue."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

from funicular.clusters.jobs import cluster_of, job_name
from funicular.schedulers.base import JobState
from tests.kernels.cli.conftest import read
from tests.kernels.schedulers.conftest import until


def test_nothing_says_what_to_do(funicular, local):
    """Without jobs there is a sentence, and JSON is an empty array."""
    assert "You have no jobs on local" in funicular("jobs").stdout
    assert read(funicular("jobs", "--json")) == []


def test_all_jobs_are_listed_and_ours_are_marked(funicular, submit):
    """Jobs of the user's own are shown too; those of a cluster have a star and its name."""
    own, ours = submit("own-work"), submit("funicular-my-search-b1.00aa")
    rows = {row["job"]: row for row in read(funicular("jobs", "--json"))}
    lines = funicular("jobs").stdout.splitlines()

    assert (rows[own]["is_ours"], rows[own]["cluster"]) == (False, "")
    assert (rows[ours]["is_ours"], rows[ours]["cluster"]) == (True, "my-search")
    assert [line[0] for line in lines] == [" ", " ", "*", "*"]
    assert lines[-1] == "* started by Funicular"


def test_a_waiting_job_shows_why(funicular, submit):
    """The reason is in the list, in words with the code."""
    for name in ("one", "two", "three"):
        last = submit(name)
    rows = {row["job"]: row for row in read(funicular("jobs", "--json"))}

    assert rows[last]["state"] == "pending"
    assert rows[last]["reason"].endswith("(Resources)")


def test_our_job_is_ended_without_a_question(funicular, local, submit):
    """``--cancel`` on a job that Funicular started just does it."""
    job = submit("funicular-a-b1.00aa")

    assert read(funicular("jobs", "--cancel", job, "--json")) == {"cancelled": [job]}
    until(lambda: local.describe([job])[job].state is JobState.GONE)


def test_a_foreign_job_is_ended_only_when_the_user_says_so(funicular, local, submit):
    """Without a terminal nothing is ended; with ``--yes`` it is."""
    job = submit("own-work")
    answer = funicular("jobs", "--cancel", job)

    assert answer.returncode == 1
    assert "was not started by Funicular" in answer.stderr
    assert local.describe([job])[job].state is not JobState.GONE

    assert funicular("jobs", "--cancel", job, "--yes").returncode == 0
    until(lambda: local.describe([job])[job].state is JobState.GONE)


def test_at_a_terminal_the_user_is_asked(local, submit):
    """``n`` leaves the job alone, ``y`` ends it."""
    job = submit("own-work")

    assert at_terminal(job, "n") == 1
    assert local.describe([job])[job].state is not JobState.GONE
    assert at_terminal(job, "y") == 0
    until(lambda: local.describe([job])[job].state is JobState.GONE)


def at_terminal(job: str, answer: str) -> int:
    """Exit code of ``jobs --cancel`` when this is typed."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        command = [sys.executable, "-m", "funicular.cli", "jobs", "--cancel", job]
        return subprocess.run(command, stdin=theirs, capture_output=True, timeout=60, check=False).returncode
    finally:
        os.close(ours)
        os.close(theirs)


def test_an_unknown_job_is_told_with_those_there_are(funicular, submit):
    """A wrong number lists the right ones."""
    job = submit("own-work")
    answer = funicular("jobs", "--cancel", "99999")

    assert answer.returncode == 1
    assert f"you have: {job}" in answer.stderr


def test_names_of_clusters_may_hold_hyphens():
    """All but the last word is the cluster; a job of the user's own that begins alike is none of ours."""
    assert cluster_of(job_name("a-b", "b1", "00aa")) == "a-b"
    assert cluster_of(job_name("a-b1", "b2", "00aa")) == "a-b1"
    for own in ("funicular-lab", "funicular-report-b1", "funicular-A-b1.00aa", "own", "xfunicular-a-b1.00aa"):
        assert cluster_of(own) == ""
