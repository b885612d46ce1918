"""The ``funicular`` command on the real Slurm."""

from __future__ import annotations

import json
from typing import Any

from tests.slurm import daemons
from tests.slurm.people import Person


def funicular(person: Person, *words: str, code: int = 0) -> Any:
    """What the command printed, as JSON when asked for; else its text. Exit code as told."""
    done = person.run(["python", "-m", "funicular.cli", *words], timeout=90)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout) if "--json" in words else done.stdout + done.stderr


def held_job(person: Person, name: str) -> str:
    """A job of this name that waits for ever."""
    command = ["sbatch", "--parsable", "--hold", f"--job-name={name}", "--wrap=sleep 1", "--output=/dev/null"]
    return person.run(command, check=True).stdout.strip()


def test_a_cluster_from_a_terminal_is_one_job_on_two_nodes(alice, clean_queue):
    """Start, scale, list and stop: one job, two hosts, and nothing left in the queue."""
    assert funicular(alice, "clusters", "start", "term", "--keep", "--json")["site"] == "slurm"
    try:
        wish = ("--nodes", "2", "--cores", "2", "--hours", "0.1")
        funicular(alice, "clusters", "scale", "term", *wish, "--json")
        listed: dict[str, Any] = {}

        def is_ready() -> bool:
            everything = funicular(alice, "clusters", "list", "--json")
            listed.update(next(each for each in everything if each["name"] == "term"))
            return listed["workers"] == 2

        assert daemons.until(is_ready, 60, step_s=0.5), listed
        (block,) = listed["blocks"]
        jobs = funicular(alice, "jobs", "--json")
    finally:
        stopped = funicular(alice, "clusters", "stop", "term", "--json")

    assert (listed["nodes"], len(block["hosts"])) == (2, 2)
    assert [(job["job"], job["is_ours"], job["cluster"]) for job in jobs] == [(block["job"], True, "term")]
    assert stopped == {"stopped": ["term"], "silent": []}
    assert daemons.until(lambda: alice.jobs() == [], 20, step_s=0.2)


def test_all_jobs_are_listed_with_reasons_and_a_foreign_one_is_not_ended_unasked(alice, clean_queue):
    """A job of the user's own is shown with why it waits; ending it takes a yes."""
    job = held_job(alice, "own-work")
    (row,) = funicular(alice, "jobs", "--json")

    assert (row["job"], row["state"], row["is_ours"]) == (job, "pending", False)
    assert "JobHeldUser" in row["reason"]

    funicular(alice, "jobs", "--cancel", job, code=1)
    assert alice.jobs() == [job]

    funicular(alice, "jobs", "--cancel", job, "--yes")
    assert daemons.until(lambda: alice.jobs() == [], 20, step_s=0.2)


NOTE = """
import time
from dataclasses import replace
from funicular.clusters import ledger_file
from funicular.clusters.ledger import COMMITTED, SUBMITTED, Line
from funicular.clusters.settling import own_run
line = Line(COMMITTED, time.time(), "old", own_run(), name="funicular-old-b1.00aa", site="slurm", nodes=1)
ledger_file.add(line)
ledger_file.add(replace(line, event=SUBMITTED, job={job!r}))
"""


def test_jobs_that_no_cluster_owns_are_cleaned_up(alice, bob, clean_queue):
    """Ours by name or by the ledger, of clusters that are gone; the user's own and others' jobs stay."""
    left, own = held_job(alice, "funicular-gone-b1.00aa"), held_job(alice, "funicular-own-report")
    renamed = held_job(alice, "renamed")
    foreign = held_job(bob, "funicular-gone-b1.00aa")
    noted = alice.python(NOTE.format(job=renamed))  # a controller wrote this, and is gone
    assert noted.returncode == 0, noted.stderr
    try:
        found = funicular(alice, "clusters", "clean", "--json")
        assert sorted(job["job"] for job in found["jobs"]) == sorted([left, renamed])
        assert not found["done"]

        funicular(alice, "clusters", "clean", "--yes")
        assert daemons.until(lambda: alice.jobs() == [own], 20, step_s=0.2)
        assert bob.jobs() == [foreign]
    finally:
        alice.cancel_all()
        bob.cancel_all()


def test_a_queue_that_is_not_there_is_told_with_those_that_are(alice, clean_queue):
    """The names of the real partitions and a line to paste; no job is made."""
    funicular(alice, "clusters", "start", "term", "--keep")
    try:
        said = funicular(alice, "clusters", "scale", "term", "--nodes", "1", "--queue", "nosuch", code=1)
    finally:
        funicular(alice, "clusters", "stop", "term")

    assert "There is no queue nosuch" in said
    assert "cpu" in said
    assert 'queue="cpu"' in said
    assert alice.jobs() == []
