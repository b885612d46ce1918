"""A cluster whose controller runs in its first job, on the local site: it comes, works, ends, is lost."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time

import dask.config
import psutil
import pytest

from funicular.clusters import api_client, graveyard, leases, ledger_file, registry, whereabouts
from funicular.clusters.api_client import ControllerSilent
from funicular.clusters.ledger import charges
from funicular.clusters.registry import Entry
from funicular.clusters.session import Session
from funicular.errors import FunicularError
from funicular.messages import Wish
from funicular.schedulers.base import JobSpec, JobState
from funicular.schedulers.local import LocalScheduler
from tests.kernels.clusters.conftest import wait_until


@pytest.fixture
def session(session, monkeypatch):
    """A session whose controllers come with their first job."""
    monkeypatch.setenv("FUNICULAR_PLACEMENT", "block")
    return session


@pytest.fixture
def far(monkeypatch):
    """This process takes the controller to be on another host: it cannot look at it, nor use its socket."""
    monkeypatch.setattr(Entry, "is_here", property(lambda entry: False))


def ready(session, n=2):
    session.wait_for_workers(n)
    return session.client()


def processes(session, module):
    """Living processes of this cluster that run this module of ours."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()
            if f"funicular.clusters.{module}" in words and any(session.name in word for word in words):
                found.append(process)
    return found


def jobs():
    """Jobs of the local site that are not over."""
    return [job for job in LocalScheduler().describe().values() if job.state is not JobState.GONE]


def has_gone(session):
    return not processes(session, "controller") + processes(session, "first_block") and not jobs()


def test_one_job_brings_controller_and_workers_and_leaves_nothing(session):
    """From zero to a result by a single job; after stop no process, no job, and the money is counted."""
    client = ready(session)

    assert client.submit(sum, [1, 2, 3]).result(timeout=10) == 6

    (job,) = jobs()
    view, entry = session.view(), session.entry()

    assert (view.state, view.workers, [each.job for each in view.blocks]) == ("running", 2, [str(job.job)])
    assert (entry.job, entry.home) == (str(job.job), "b1")
    assert any("lives as long as its first job" in why for why in view.because)

    session.stop()

    assert session.view() is None
    wait_until(lambda: has_gone(session))
    (charge,) = charges(ledger_file.read(cluster=session.name)[0])
    assert not charge.is_open
    assert 0 < charge.cost.core_s < 60


def test_a_wish_is_answered_before_there_is_a_controller(session):
    """scale() comes back at once with the job that waits; the same wish again is the same job."""
    first = session.scale(Wish(nodes=1, hours=0.1))
    again = session.scale(Wish(nodes=1, hours=0.1))

    assert first.state == "waiting"
    assert (first.nodes_wished, first.workers_wished) == (1, 2)
    assert [each.job for each in first.blocks] == [each.job for each in again.blocks]

    ready(session)

    assert session.view().blocks[0].time_left_s < 360
    assert len(jobs()) == 1


def test_the_jobs_other_nodes_work_too(session, monkeypatch):
    """Two nodes, one job: workers on both, one controller."""
    monkeypatch.setenv("FUNICULAR_LOCAL_NODES", "2")
    monkeypatch.setenv("FUNICULAR_LOCAL_CORES", "1")
    session.scale(Wish(nodes=2))
    ready(session, 2)

    assert len(jobs()) == 1
    assert len(processes(session, "controller")) == 1
    wait_until(lambda: len(session.view().blocks[0].hosts) == 2)

    session.stop()
    wait_until(lambda: has_gone(session))


@pytest.fixture
def full_site(session, tmp_path):
    """Another job holds the whole machine."""
    site = LocalScheduler()
    spec = JobSpec("other", ("/bin/sleep", "300"), tmp_path / "other.log", cores_per_node=2)
    job = site.submit(spec)
    yield job
    site.cancel([job])


def test_who_waits_reads_why_and_another_thread_can_stop_it(session, full_site):
    """The reason is in words; stop() takes the job back, and the waiting cell ends with a sentence."""
    told: list[str] = []
    caught: list[BaseException] = []

    def wait():
        try:
            session.wait_for_workers(1, tell=told.append)
        except FunicularError as error:
            caught.append(error)

    cell = threading.Thread(target=wait)
    cell.start()
    wait_until(lambda: any("(Resources)" in line or "other" in line for line in told), within_s=20)
    seen = session.view()
    session.stop()
    cell.join(20)

    assert not cell.is_alive()
    assert (seen.state, seen.blocks[0].state) == ("waiting", "pending")
    assert [error.code for error in caught] == ["cluster-stopped"]
    wait_until(lambda: [str(job.job) for job in jobs()] == [str(full_site)])
    assert session.view() is None


def test_another_size_while_it_waits_is_another_job(session, full_site):
    """The one that waited is taken back; only one is committed."""
    first = session.scale(Wish(nodes=1, hours=0.1)).blocks[0].job
    second = session.scale(Wish(nodes=1, hours=0.2)).blocks[0].job

    assert first != second
    wait_until(lambda: sorted(str(job.job) for job in jobs()) == sorted([str(full_site), second]))

    open_ones = [each for each in charges(ledger_file.read(cluster=session.name)[0]) if each.is_open]
    assert len(open_ones) == 1


def test_a_first_job_that_fails_is_told_with_its_log(session):
    """A prologue that fails: what, why with the last lines, what next; nothing is left."""
    lines = ["echo no such module >&2", "exit 3"]
    with (
        dask.config.set({"jobqueue.local.job-script-prologue": lines}),
        pytest.raises(FunicularError) as caught,
    ):
        session.wait_for_workers(1)

    assert caught.value.code == "controller-failed"
    assert "no such module" in caught.value.why
    assert session.view() is None
    assert jobs() == []


@pytest.mark.parametrize("part", ["first_block", "controller"])
def test_a_killed_part_takes_the_job_along_and_the_next_call_has_another(session, part):
    """kill -9 of the controller, or of what looks after it: no job is left, nothing is waited for in vain."""
    client = ready(session)
    future = client.submit(time.sleep, 60)
    wait_until(lambda: future.status == "pending" and session.view().tasks_running)
    processes(session, part)[0].kill()

    with pytest.raises(Exception, match=r"cancelled|lost|closed"):
        future.result(timeout=15)

    wait_until(lambda: has_gone(session), within_s=20)

    assert ready(session).submit(sum, [1, 2]).result(timeout=10) == 3


def test_an_idle_cluster_gives_its_job_back_and_comes_again(session, monkeypatch):
    """Its job is billed while there is a controller in it, so the controller goes; the next call has one."""
    monkeypatch.setenv("FUNICULAR_IDLE_S", "2")
    ready(session).submit(sum, [1, 2]).result(timeout=10)
    wait_until(lambda: has_gone(session), within_s=20)

    assert session.view() is None
    assert ready(session).submit(sum, [4, 5]).result(timeout=10) == 9


def test_the_end_of_its_job_is_told_before_and_after(session, capfd):
    """A job of 40 s: a warning in the cell, then an orderly end with an obituary that says what to do."""
    from funicular.clusters import output

    session.scale(Wish(nodes=1, hours=40 / 3600))
    client = ready(session)
    output.listen(client)
    told = []

    def is_warned():
        output.flush()
        told.append(capfd.readouterr().err)
        return "no other job can take that over" in "".join(told)

    wait_until(is_warned, within_s=20)
    wait_until(lambda: has_gone(session), within_s=40)
    (found,) = [each for each in graveyard.read(session.name) if each.kind == "controller"]

    assert "walltime" in found.cause
    assert "funicular.scale(nodes=1, hours=1)" in found.next_step
    assert session.view() is None


def test_from_another_host_everything_goes_over_tls(session, far):
    """The same verbs: look, scale, keep, hold, stop; the kernel's open connection holds the cluster."""
    client = ready(session)
    entry = session.entry()

    assert entry.is_alive is None
    assert session.view().workers == 2
    assert session.scale(Wish(nodes=1)).nodes_wished == 1
    assert "job" in api_client.call(entry, "keep")["note"]

    api_client.call(entry, "keep", keep=False)
    time.sleep(3)  # the lease of this test is 2 s: longer than that, the connection alone holds

    assert client.submit(sum, [1, 2]).result(timeout=10) == 3

    session.stop()

    assert session.view() is None
    wait_until(lambda: has_gone(session))


def test_a_silent_controller_elsewhere_is_unknown_until_its_job_is_over(session, far):
    """A frozen one is not taken for gone; once its job is over it is, and a new one comes."""
    ready(session)
    entry = session.entry()
    (controller,) = processes(session, "controller")
    controller.suspend()
    try:
        with pytest.raises(ControllerSilent, match="runs in job"):
            api_client.call(entry, "view", timeout=1)
        assert session.entry() == entry  # it may well be busy
    finally:
        os.kill(processes(session, "first_block")[0].pid, signal.SIGKILL)
        controller.kill()
    wait_until(lambda: whereabouts.alive(entry) is False)

    assert session.view() is None
    assert ready(session).submit(sum, [1, 2]).result(timeout=10) == 3
    assert any("which is over" in each.cause or "Job" in each.cause for each in graveyard.read(session.name))


def test_the_lease_of_a_dead_notebook_elsewhere_runs_out(session, far):
    """Its connection breaks and nobody renews: the controller ends and takes its job along."""
    ready(session)
    session._close_client()
    api_client.call(session.entry(), "hold", pid=1, started=1, host="far", for_s=1.0)
    registered = session.entry().created_s

    assert registered
    leases.release(session.entry())
    wait_until(lambda: has_gone(session), within_s=20)
    assert registry.read(session.name) is None


def test_nobody_waits_for_the_scheduler_twice_as_often(session, full_site, monkeypatch):
    """Kernels, server and command line share what it said: ten seconds on a real site, one question."""
    session.scale(Wish(nodes=1))
    entry = session.entry()
    asked = []
    real = LocalScheduler.describe
    monkeypatch.setattr(
        LocalScheduler, "describe", lambda site, jobs=None: asked.append(jobs) or real(site, jobs)
    )
    whereabouts.look(entry, fresh_s=0)
    for _ in range(5):
        whereabouts.look(entry, fresh_s=10)

    assert len(asked) == 1
    assert Session(session.name).view().blocks[0].state == "pending"


def test_a_budget_alone_leaves_the_waiting_job_as_it_is(session, full_site):
    """It is not taken for a wish of one node; one that is too small is refused and changes nothing."""
    first = session.scale(Wish(nodes=1, hours=0.1)).blocks[0].job
    view = session.scale(Wish(budget_core_hours=0.5))

    assert view.blocks[0].job == first
    assert view.budget == "0.5 core-h"

    with pytest.raises(FunicularError, match="too small"):
        session.scale(Wish(budget_core_hours=0.01))

    assert session.view().blocks[0].job == first
