"""The ledger: what is counted while nothing is known, and what remains when everything is."""

from __future__ import annotations

import os
import stat
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funicular.clusters import events, ledger, ledger_file, lifecycle, settling
from funicular.clusters.books import Books
from funicular.clusters.budget import Cost
from funicular.clusters.fleet import Fleet, Problem, Shape
from funicular.clusters.ledger import Line, charges, lives_of, parse, render, total
from funicular.schedulers.base import JobId, JobState, JobStatus, NoAnswer, Usage

T = 1_800_000_000.0
FIRST = Line(
    "committed",
    T,
    "lab",
    "n0/1/1",
    name="funicular-lab-b1.aa",
    site="slurm",
    block="b1",
    nodes=2,
    cores=8,
    walltime_s=600,
    overshoot_s=90,
)
SUBMITTED = replace(FIRST, event="submitted", when_s=T + 1, job="7")
STARTED = replace(FIRST, event="started", when_s=T + 5, since_s=T + 4)
ENDED = replace(
    FIRST, event="ended", when_s=T + 70, job="7", ran_s=66, core_s=528, node_s=132, busy_core_s=99
)
ACCOUNTED = replace(
    FIRST, event="accounted", when_s=T + 90, job="7", since_s=T + 66, ran_s=62, core_s=496, node_s=124
)


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


# --- lines and charges ---


def test_a_job_counts_in_full_until_it_is_known_what_it_cost():
    """Committed: limit and overshoot. Ended: as seen. Accounted: as billed."""
    (one,) = charges([FIRST])
    (running,) = charges([FIRST, SUBMITTED, STARTED])
    (seen,) = charges([FIRST, SUBMITTED, STARTED, ENDED])
    (known,) = charges([FIRST, SUBMITTED, STARTED, ENDED, ACCOUNTED])

    assert one.most == running.most == Cost(8 * 690, 2 * 690)
    assert running.so_far(T + 14) == Cost(80, 20)
    assert (seen.most, seen.source, seen.busy_core_s) == (Cost(528, 132), "seen", 99)
    assert (known.most, known.source, known.busy_core_s) == (Cost(496, 124), "accounting", 99)


def test_what_is_said_twice_or_late_counts_once():
    """Two readers may settle the same job, and an older sighting never beats accounting."""
    (known,) = charges([FIRST, SUBMITTED, STARTED, ACCOUNTED, ENDED, ACCOUNTED])

    assert (known.most, known.source) == (Cost(496, 124), "accounting")


def test_a_cluster_that_ended_in_order_is_over_a_crash_is_not():
    """A new cluster of the same name begins at nothing only after a proper end."""
    closed = Line("closed", T + 100, "lab", "n0/1/1")

    assert lives_of("lab", [FIRST]) == {FIRST.name}
    assert lives_of("lab", [FIRST, closed]) == frozenset()
    assert lives_of("other", [FIRST]) == frozenset()


def test_a_torn_line_is_counted_and_loses_no_other():
    """What a full disk left half written does not hide the rest, nor goes by unsaid."""
    lines, torn = parse(render(FIRST) + "\n" + render(SUBMITTED)[:30] + "\n\n" + render(ENDED) + "\n")

    assert (lines, torn) == ((FIRST, ENDED), 1)


@given(st.builds(Line, st.just("ended"), st.floats(0, 1e10), st.text(max_size=9), st.text(max_size=9),
                 nodes=st.integers(0, 9), core_s=st.none() | st.floats(0, 1e9)))  # fmt: skip
def test_what_is_written_can_be_read(line):
    """parse after render is identity, whatever the names hold."""
    assert parse(render(line) + "\n") == ((line,), 0)


def test_a_cost_is_shared_out_over_midnight():
    """Of a job that ran over the border only the part after it counts."""
    (known,) = charges([FIRST, SUBMITTED, STARTED, ACCOUNTED])
    sums = total([known], now_s=T + 999, since_s=T + 35)

    assert sums.billed.core_s == pytest.approx(496 / 2)
    assert total([known], now_s=T + 999, since_s=T + 500).jobs == 0


# --- the file ---


def test_the_file_is_private_and_only_added_to():
    """0600, a line each, another process's lines stay."""
    ledger_file.add(FIRST)
    ledger_file.add(SUBMITTED)
    (path,) = ledger_file.folder().glob("*.jsonl")

    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert ledger_file.read() == ((FIRST, SUBMITTED), 0)
    assert ledger_file.read(cluster="other") == ((), 0)


def test_a_line_after_a_torn_one_begins_anew():
    """The half line of a full disk does not swallow the next."""
    ledger_file.add(FIRST)
    (path,) = ledger_file.folder().glob("*.jsonl")
    with path.open("a") as file:
        file.write(render(SUBMITTED)[:20])
    ledger_file.add(ENDED)

    assert ledger_file.read() == ((FIRST, ENDED), 1)


# --- settling ---


class Paper:
    """A scheduler that knows what it was told, with accounting or without."""

    name = "slurm"

    def __init__(self, jobs=(), usages=None, silent=False):
        self.jobs = {job.job: job for job in jobs}
        self.usages, self.silent = usages, silent
        self.cancelled = []

    def describe(self, jobs=None):
        if self.silent:
            raise NoAnswer("silent")
        return {job: status for job, status in self.jobs.items() if jobs is None or job in jobs}

    def usage(self, jobs):
        if self.usages is None:
            raise NoAnswer("no accounting")
        return {job: self.usages[job] for job in jobs if job in self.usages}


def settled(scheduler, *lines, at=T + 100):
    found = settling.unsettled(charges(lines), site="slurm", now_s=at, is_dead=lambda run: True)
    return charges((*lines, *settling.settle(scheduler, found, now_s=at)))[0]


def test_accounting_has_the_last_word():
    """Billed is what sacct says, also of a job that a living controller saw to its end."""
    usage = Usage(JobId("7"), FIRST.name, True, 62, 8, 2, billing=16, ended_s=T + 66)
    found = settled(Paper(usages={"7": usage}), FIRST, SUBMITTED, STARTED, ENDED)

    assert (found.source, found.billing_s) == ("accounting", 16 * 62)
    assert found.cost == Cost(496, 124, 0, 16 * 62)


def test_a_dead_controller_s_job_stays_committed_while_it_may_run():
    """Running or waiting, unknown, or silent scheduler before the limit: counted in full."""
    running = JobStatus(JobId("7"), JobState.RUNNING)
    worlds = (Paper([running]), Paper(), Paper(silent=True), Paper(usages={}))

    assert {settled(each, FIRST, SUBMITTED, STARTED).source for each in worlds} == {"open"}
    usage = Usage(JobId("7"), FIRST.name, False, 62, 8, 2)
    assert settled(Paper(usages={"7": usage}), FIRST, SUBMITTED, STARTED).is_open


def test_without_accounting_the_scheduler_is_asked_then_the_limit_counts():
    """A job that is over costs what it ran; one that nobody remembers, what it can have cost at most."""
    gone = JobStatus(JobId("7"), JobState.GONE, ran_s=50)
    asked = settled(Paper([gone]), FIRST, SUBMITTED, STARTED)
    late = settled(Paper(silent=True), FIRST, SUBMITTED, STARTED, at=T + 4 + 751)
    never = settled(Paper(silent=True), FIRST, SUBMITTED, at=T + 4 + 751)

    assert (asked.source, asked.cost.core_s) == ("seen", 400)
    assert (late.source, late.cost.core_s) == ("limit", 8 * 690)
    assert (never.source, never.cost.core_s) == ("seen", 0)


def test_a_job_that_was_never_submitted_costs_nothing():
    """Killed between writing and submitting: once the scheduler answers and knows no such name."""
    waiting = JobStatus(JobId("9"), JobState.PENDING, name=FIRST.name)

    assert settled(Paper(), FIRST).cost == Cost()
    assert settled(Paper([waiting]), FIRST).is_open
    assert settled(Paper(silent=True), FIRST).is_open


def test_a_living_controller_s_jobs_are_left_to_it():
    """Nobody settles what its owner still watches, nor another site's."""
    found = charges([FIRST, SUBMITTED])

    def ask(**how):
        return settling.unsettled(found, site="slurm", now_s=T, is_dead=lambda run: False, **how)

    assert ask(is_elsewhere=lambda run: False) == ()
    assert ask(is_elsewhere=lambda run: True) == found  # nobody here can look: the scheduler knows its jobs
    assert settling.unsettled(found, site="local", now_s=T, is_dead=lambda run: True) == ()
    assert not settling.run_is_dead(settling.own_run())
    assert not settling.run_is_dead("elsewhere/1/1")
    assert settling.run_is_dead(settling.own_run() + "1")
    assert [settling.run_is_elsewhere(run) for run in (settling.own_run(), "n0/1/1", "")] == [
        False,
        True,
        True,
    ]


# --- the books of a cluster ---

SHAPE = Shape(4, None, 0, 600, "cpu", None, 4, 1, overshoot_s=90)


def books(scheduler=None, **how):
    return Books("lab", scheduler or Paper(), job_name=lambda b: f"lab-{b.name}", busy=lambda b: 12.0, **how)


def live(keeper, *heard):
    """A fleet that hears these events, each 10 s after the other."""
    fleet, now = Fleet(), 0.0
    for event in heard:
        before, now = fleet, now + 10
        fleet, instructions = lifecycle.step(before, event, now)
        for each in instructions:
            if isinstance(each, events.SubmitBlock):
                keeper.commit(each.block)
        keeper.note(before, fleet, now)
    return fleet


LIFE = (
    events.Wished(2, SHAPE),
    events.Submitted("b1", JobId("7")),
    events.JobRunning("b1", ("n1", "n2"), 3.0),
    events.JobGone("b1", Problem("over"), 12.0),
)


def test_the_books_tell_the_life_of_a_block():
    """Committed, started, ended with its cost and what of it was used."""
    live(books(), *LIFE)
    lines, torn = ledger_file.read()
    (known,) = charges(lines)

    assert [line.event for line in lines] == ["committed", "started", "ended"]
    assert (known.cost, known.busy_core_s, torn) == (Cost(96, 24), 12.0, 0)


def test_what_tasks_used_outlives_a_cluster_that_does_not_see_its_jobs_end():
    """A stopped cluster notes it as it goes; whoever learns the cost later keeps it."""
    keeper = books()
    fleet = live(keeper, *LIFE[:3])
    keeper.close(fleet.blocks, now=60.0)
    lines, _ = ledger_file.read()
    (left,) = charges(lines)
    (known,) = charges((*lines, replace(lines[0], event="accounted", job="7", ran_s=40, core_s=320)))

    assert [line.event for line in lines[-2:]] == ["started", "closed"]
    assert left.is_open and left.busy_core_s == known.busy_core_s == 12.0
    assert left.started_s == pytest.approx(charges(lines[:-2])[0].started_s, abs=60)
    assert known.cost.core_s == 320


def test_a_full_disk_stops_nothing(caplog):
    """The cluster goes on without its ledger, and says so once."""

    def full(line):
        raise OSError(28, "No space left on device")

    fleet = live(books(add=full), *LIFE)

    assert fleet.spent == Cost(96, 24)
    assert caplog.text.count("No space left") == 1


def test_a_successor_counts_what_a_killed_controller_has_committed():
    """After kill -9 the budget goes on where it was; after a proper end it begins anew."""
    keeper = books()
    live(keeper, *LIFE[:3])

    assert books().inherited() == Cost(8 * 690, 2 * 690)
    keeper.close()
    assert books().inherited() == Cost()


def test_what_crashed_long_ago_is_not_inherited(monkeypatch):
    """A script's cluster is named after its pid: days later that is another one."""
    live(books(), *LIFE[:3])
    monkeypatch.setattr("funicular.clusters.books.INHERITS_S", -1.0)

    assert books().inherited() == Cost()


async def test_what_accounting_says_corrects_what_was_counted():
    """The difference comes back once, and is written down."""
    usage = Usage(JobId("7"), "lab-b1", True, 10, 8, 2, ended_s=T)
    keeper = books(Paper(usages={"7": usage}))
    live(keeper, *LIFE)

    assert await keeper.learn() == Cost(-16, -4)
    assert await keeper.learn() == Cost()
    assert charges(ledger_file.read()[0])[0].source == "accounting"


async def test_an_open_commitment_is_given_back_when_it_is_known():
    """The successor learns that the dead controller's job has cost less."""
    live(books(), *LIFE[:3])
    os.rename(*_as_of_a_dead_run())
    usage = Usage(JobId("7"), "lab-b1", True, 20, 8, 2, ended_s=T)
    heir = books(Paper([JobStatus(JobId("7"), JobState.GONE, name="lab-b1", ran_s=20)], {"7": usage}))

    assert heir.inherited() == Cost(8 * 690, 2 * 690)
    assert await heir.learn() == Cost(8 * (20 - 690), 2 * (20 - 690))


def _as_of_a_dead_run():
    (path,) = ledger_file.folder().glob("*.jsonl")
    changed = path.with_suffix(".new")
    changed.write_text(path.read_text().replace(settling.own_run(), settling.own_run() + "1"))
    return changed, path


def test_a_job_that_may_exist_counts_until_it_is_known_not_to():
    """After a silent sbatch: the commitment stays, and goes with the ghost."""
    failed = events.SubmitFailed("b1", Problem("silent"), True, may_exist=True)
    fleet = live(books(), events.Wished(2, SHAPE), failed)

    assert fleet.committed == Cost(8 * 690, 2 * 690)
    assert charges(ledger_file.read()[0])[0].is_open
    fleet = live(books(), events.Wished(2, SHAPE), failed, events.GhostGone("b1", 0.0))
    assert fleet.committed == Cost()
    assert not charges(ledger_file.read()[0])[0].is_open


def test_the_months_before_last_are_not_read():
    """What is read does not grow for ever."""
    for month in ("2026-01", "2026-02", "2026-03"):
        (ledger_file.folder() / f"{month}.jsonl").write_text(render(replace(FIRST, name=month)) + "\n")

    assert {line.name for line in ledger_file.read()[0]} == {"2026-02", "2026-03"}
    assert ledger.charges([]) == ()
