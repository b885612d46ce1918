"""``funicular clusters clean`` finds what is left, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from funicular.clusters import registry
from funicular.clusters.registry import Entry
from funicular.clusters.security import Credentials
from funicular.messages import from_json
from funicular.processes import process_id
from funicular.schedulers.base import JobState
from tests.kernels.cli.conftest import read
from tests.kernels.schedulers.conftest import until


def enter(name: str, process) -> None:
    """A cluster in the registry whose controller is this process."""
    names = Credentials.__dataclass_fields__
    credentials = from_json(Credentials, dict.fromkeys(names, "x"))
    registry.write(
        Entry(
            name=name,
            site="local",
            host=os.uname().nodename,
            process=process,
            socket=f"/tmp/no-such-{name}",
            scheduler="tls://127.0.0.1:1",
            created_s=time.time(),
            python=sys.executable,
            version="0",
            credentials=credentials,
        )
    )


def dead_process():
    """A process that has ended."""
    with subprocess.Popen(["sleep", "60"]) as process:
        identity = process_id(process.pid)
        process.kill()
    return identity


def test_nothing_left_is_said(funicular, local):
    """An orderly machine gets one sentence."""
    assert funicular("clusters", "clean").stdout == "Nothing is left behind.\n"
    assert read(funicular("clusters", "clean", "--json")) == {"clusters": [], "jobs": [], "done": False}


def test_a_dead_cluster_and_its_jobs_are_ended_and_others_left_alone(funicular, local, submit):
    """The jobs of dead and of unknown clusters end; those of living clusters and the user's own do not."""
    enter("dead", dead_process())
    enter("alive", process_id())
    left = [submit("funicular-dead-b1"), submit("funicular-unknown-b2")]
    kept = [submit("funicular-alive-b1"), submit("own-work")]
    listed = {each["name"]: each["state"] for each in read(funicular("clusters", "list", "--json"))}
    seen = read(funicular("clusters", "clean", "--json"))

    assert listed["dead"] == "lost"
    assert (seen["clusters"], [each["job"] for each in seen["jobs"]], seen["done"]) == (["dead"], left, False)

    answer = funicular("clusters", "clean", "--yes")

    assert "Ended 2 jobs, forgot 1 cluster." in answer.stdout
    until(lambda: all(local.describe([job])[job].state is JobState.GONE for job in left))
    assert all(local.describe([job])[job].state is not JobState.GONE for job in kept)
    assert [entry.name for entry in registry.entries()] == ["alive"]


def test_without_a_yes_nothing_is_ended(funicular, local, submit):
    """Where nobody can be asked, the list is shown and exit code 1 says that it was not done."""
    job = submit("funicular-unknown-b1")
    answer = funicular("clusters", "clean")

    assert answer.returncode == 1
    assert "funicular-unknown-b1" in answer.stdout
    assert local.describe([job])[job].state is not JobState.GONE


def test_a_cluster_whose_controllers_job_is_over_is_left_behind(monkeypatch):
    """On another host nobody can look; the scheduler knows its job. One without an answer counts as there."""
    from dataclasses import replace

    from funicular.cli.leftovers import find_leftovers
    from funicular.clusters import whereabouts
    from funicular.clusters.whereabouts import Seen

    enter("far", process_id())
    far = replace(registry.read("far"), host="n1", job="17")
    monkeypatch.setattr(whereabouts, "look", lambda entry: Seen("17", 0.0, "gone"))

    assert find_leftovers([far], []).clusters == ("far",)

    monkeypatch.setattr(whereabouts, "look", lambda entry: Seen("17", 0.0))

    assert find_leftovers([far], []).clusters == ()
