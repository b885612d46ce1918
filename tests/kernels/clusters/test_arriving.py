"""A cluster whose controller is still to come: what is shown of it, and what cannot be asked of it yet."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from funicular.clusters import arriving, first_job, registry, whereabouts
from funicular.clusters.budget import Budget
from funicular.clusters.fleet import Shape
from funicular.clusters.home import Home
from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.launch import Launch, read_launch, write_launch
from funicular.clusters.whereabouts import Seen
from funicular.messages import Wish
from funicular.schedulers.base import JobId, JobState, JobStatus, NoAnswer, Queue, Reason
from funicular.sites.policy import Policy
from funicular.sites.request import Plan

SHAPE = Shape(8, 16 * 10**9, 0, 1800, "cpu", "physics", workers=8, threads=1, overshoot_s=90)
PLAN = Plan(2, 8, 16 * 10**9, 0, 1800, "cpu", "physics", 8, 1, ("because",), 8.0, 90)
HOME = Home(
    "ab12", Wish(nodes=2), True, SHAPE, 2, None, PLAN, "servers are forbidden", Policy(), SiteDefaults()
)
LAUNCH = Launch("mine", "slurm", "python", "/home/a", 0o22, {}, home=HOME)


def entry(**fields):
    found = registry.coming("mine", site="slurm", job="17", home="b1", python="python", version="0")
    return replace(found, **fields)


def picture(seen, log=()):
    return arriving.picture(entry(), LAUNCH, HOME, seen, time.time(), log)


def test_what_is_written_for_the_controller_comes_back():
    """The wish, the plan, the policy: all of it survives the file."""
    write_launch(LAUNCH)

    assert read_launch("mine") == LAUNCH


def test_a_waiting_job_is_shown_with_its_reason_and_its_price():
    """What was wished, why it waits, and the most that it can cost are known without a controller."""
    view = picture(Seen("17", 0.0, "pending", "other jobs are ahead", "Priority"))
    (block,) = view.blocks

    assert (view.state, view.nodes_wished, view.workers_wished, view.cores_per_node) == ("waiting", 2, 16, 8)
    assert (block.state, block.reason) == ("pending", "other jobs are ahead (Priority)")
    assert view.core_hours_committed == pytest.approx(2 * 8 * 1890 / 3600)
    assert view.problem is None


def test_a_silent_scheduler_is_no_problem_of_the_job():
    """Nothing is assumed while it does not answer."""
    view = picture(Seen("17", 0.0, text="Slurm did not answer."))

    assert view.problem is None
    assert "nothing is assumed" in view.blocks[0].reason


def test_a_job_that_can_never_start_and_one_that_is_over_are_problems():
    """Each with the reason, the last lines, and what to do."""
    hopeless = picture(
        Seen("17", 0.0, "pending", "it asks for too long", "PartitionTimeLimit", "Ask for less.", True)
    )
    over = picture(Seen("17", 0.0, "gone", "it failed", "NonZeroExitCode"), ("last words",))

    assert hopeless.problem["code"] == "job-hopeless"
    assert hopeless.problem["next_step"] == "Ask for less."
    assert over.state == "stopped"
    assert over.problem["code"] == "controller-failed"
    assert "last words" in over.problem["why"]


def test_what_only_a_controller_can_do_is_told():
    """An unknown verb is not taken for one that worked."""
    with pytest.raises(arriving.StillArriving, match="mine"):
        arriving.answer(entry(), "watch", {})


def test_keep_is_remembered_for_the_controller():
    """It reads it when it comes."""
    write_launch(LAUNCH)
    arriving.answer(entry(), "keep", {})

    assert read_launch("mine").home.keep


class Slurm:
    """A scheduler that says what it is told to."""

    name = "slurm"

    def __init__(self, status=None, silent=False):
        self.status, self.silent, self.asked, self.cancelled = status, silent, 0, []

    def describe(self, jobs=None):
        self.asked += 1
        if self.silent:
            raise NoAnswer("Slurm did not answer.")
        return {self.status.job: self.status} if self.status else {}

    def cancel(self, jobs):
        self.cancelled += jobs


@pytest.fixture
def slurm(monkeypatch):
    site = Slurm()
    monkeypatch.setattr(whereabouts, "site_of", lambda entry: site)
    return site


def test_a_controller_elsewhere_is_gone_only_when_its_job_is(slurm):
    """Running, silent, just submitted: unknown. Over, or forgotten by the scheduler: gone."""
    there = entry(host="n1", scheduler="tls://n1:1")
    slurm.status = JobStatus(JobId("17"), JobState.RUNNING)

    assert whereabouts.alive(there) is None

    slurm.status = None

    assert whereabouts.alive(replace(there, job="18")) is None  # not listed yet

    slurm.silent = True

    assert whereabouts.alive(replace(there, job="19")) is None

    slurm.silent, slurm.status = False, JobStatus(JobId("20"), JobState.GONE, reason=Reason("it ended"))

    assert whereabouts.alive(replace(there, job="20")) is False

    slurm.status = None

    assert whereabouts.alive(replace(there, job="21", created_s=time.time() - 60)) is False
    assert whereabouts.alive(replace(there, job="")) is None  # on another login node: nobody can say


def test_one_answer_serves_everybody_for_ten_seconds(slurm):
    """Six questions a minute at most, whoever asks."""
    slurm.status = JobStatus(JobId("17"), JobState.PENDING, reason=Reason("it waits", "Priority"))
    seen = [whereabouts.look(entry()) for _ in range(5)]

    assert slurm.asked == 1
    assert {each.reason for each in seen} == {"it waits (Priority)"}


def test_taking_the_job_back_counts_it_and_forgets_the_cluster(slurm):
    """It is cancelled, its cost is what it ran, and nothing is in the registry."""
    from funicular.clusters import ledger_file
    from funicular.clusters.ledger import charges

    write_launch(LAUNCH)
    registry.write(entry())
    books = first_job._books("mine", slurm, HOME)
    books.commit(HOME.block(None, 0.0))
    first_job.take_back(entry(), LAUNCH, slurm, ran_s=10.0)

    assert slurm.cancelled == ["17"]
    assert registry.read("mine") is None
    (charge,) = charges(ledger_file.read(cluster="mine")[0])
    assert charge.cost.core_s == 2 * 8 * 10.0


def test_live_numbers_of_a_cluster_to_come_are_empty():
    """The panel draws nothing, and shows no problem for it."""
    write_launch(LAUNCH)
    found = arriving.answer(entry(), "live", {})

    assert found["t_s"] == found["functions"] == found["holders"] == []


def test_another_wish_can_be_priced_while_the_job_waits(monkeypatch):
    """The slider works before the controller is there; nothing is submitted for it."""
    queue = Queue("cpu", True, 10, 8, 16 * 10**9, accounts=("physics",))
    monkeypatch.setattr(arriving, "queues_here", lambda site: (queue,))
    write_launch(replace(LAUNCH, budget=Budget(40.0)))
    found = arriving.answer(entry(), "plan", {"wish": {"nodes": 3, "hours": 1}})

    assert (found["nodes"], found["cores"], found["core_hours"], found["budget"]) == (3, 24, 24, "40 core-h")
    assert found["nodes_max"] == 5
