"""``funicular clusters clean`` finds what is left, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace

from funicular.clusters import ledger_file, registry
from funicular.clusters.ledger import COMMITTED, ENDED, SUBMITTED, Line
from funicular.clusters.registry import Entry
from funicular.clusters.security import Credentials
from funicular.clusters.settling import own_run
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
    left = [submit("funicular-dead-b1.00aa"), submit("funicular-unknown-b2.00aa")]
    kept = [submit("funicular-alive-b1.00aa"), submit("own-work"), submit("funicular-own-report")]
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
    job = submit("funicular-unknown-b1.00aa")
    answer = funicular("clusters", "clean")

    assert answer.returncode == 1
    assert "funicular-unknown-b1.00aa" in answer.stdout
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


def note(name: str, job: str, run: str) -> None:
    """A controller's line in the ledger: this job is ours."""
    line = Line(COMMITTED, time.time(), "old", run, name=name, site="local", nodes=1, cores=1, walltime_s=600)
    ledger_file.add(line)
    ledger_file.add(replace(line, event=SUBMITTED, job=job))


def test_the_ledger_knows_jobs_by_number(funicular, local, submit):
    """A job that somebody has renamed is found; one whose controller lives, or that is over there, is not."""
    dead = dead_process()
    host = os.uname().nodename
    renamed, used, own = submit("renamed"), submit("in-use"), submit("own-work")
    note("funicular-old-b1.00aa", renamed, f"{host}/{dead.pid}/{dead.started}")
    note("funicular-old-b2.00aa", used, own_run())
    over = Line(COMMITTED, time.time(), "old", f"{host}/{dead.pid}/{dead.started}", name="x", site="local")
    ledger_file.add(over)
    ledger_file.add(replace(over, event=SUBMITTED, job=own))
    ledger_file.add(replace(over, event=ENDED, job=own, core_s=1.0))

    seen = read(funicular("clusters", "clean", "--json"))

    assert [each["job"] for each in seen["jobs"]] == [renamed]


def test_a_controller_that_lost_its_entry_keeps_its_jobs(funicular, local, submit):
    """Its process runs on this host, so its jobs are no leftovers, though the registry does not know it."""
    job = submit("funicular-lone-b1.00aa")
    note("funicular-lone-b1.00aa", job, own_run())

    assert read(funicular("clusters", "clean", "--json"))["jobs"] == []
