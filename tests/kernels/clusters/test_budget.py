"""Money before it is spent: how a budget is read, what it leaves, and that nothing is committed beyond it."""

import json
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funicular.clusters import budget as money
from funicular.clusters import events, fleet
from funicular.clusters import lifecycle as life
from funicular.clusters.budget import Budget, Cost, parse_budget
from funicular.clusters.events import CancelBlock, DrainBlock, SubmitBlock
from funicular.clusters.fleet import Block, BlockState, Fleet, Shape
from funicular.messages import Wish, from_json, to_json
from funicular.schedulers.base import JobId
from funicular.units import UnreadableAmount

HOUR = 3600.0
SHAPE = Shape(
    cores=4,
    memory_bytes=None,
    gpus=0,
    walltime_s=1800,
    queue="cpu",
    account=None,
    workers=4,
    threads=1,
    overshoot_s=90,
)


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("10 core-h", Budget(core_hours=10)),
        ("10 core-hours", Budget(core_hours=10)),
        ("2.5 cpu-h", Budget(core_hours=2.5)),
        (7, Budget(core_hours=7)),
        ("7", Budget(core_hours=7)),
        ("3node-h", Budget(node_hours=3)),
        ("1 node-hour", Budget(node_hours=1)),
        ("4 GPU hours", Budget(gpu_hours=4)),
        ("50 billing-h", Budget(billing_hours=50)),
    ],
)
def test_a_budget_is_read_in_four_units(text, budget):
    """Core-, node- and GPU-hours and the site's own units, as people write them; a number is core-hours."""
    assert parse_budget(text) == budget


@pytest.mark.parametrize("text", ["", "ten", "-1 core-h", "0", "4 euros", "1 core-min", True, float("inf")])
def test_what_is_no_budget_is_refused(text):
    """Anything else is told, with an example; nothing is guessed."""
    with pytest.raises(UnreadableAmount) as told:
        parse_budget(text)

    assert "core-h" in told.value.next_step


def test_a_budget_that_is_printed_can_be_read_again():
    """What messages show is what scale() takes."""
    for budget in (
        Budget(core_hours=0.25),
        Budget(node_hours=3),
        Budget(gpu_hours=1.5),
        Budget(billing_hours=20),
    ):
        assert parse_budget(str(budget)) == budget


def test_limits_are_committed_in_whole_minutes_with_the_overshoot():
    """36 seconds are a minute to the scheduler, and it may end a job late: both are counted."""
    assert money.commitment(Cost(8, 2), 36, 90) == Cost(8 * 150, 2 * 150)


def test_the_walltime_is_clipped_downwards_to_whole_minutes():
    """What is left is never rounded up."""
    left = money.longest_s(Budget(core_hours=1), Cost(), Cost(4, 1), wanted_s=3600, overshoot_s=90)

    assert left == 780  # 15 minutes on 4 cores less 90 s, in whole minutes
    assert money.commitment(Cost(4, 1), left, 90).core_s <= 3600


def test_the_smallest_budget_that_is_named_is_enough_and_a_bit_less_is_not():
    """What the message offers would be accepted."""
    rate, spent = Cost(16, 4), Cost(123.4, 30)
    least = money.smallest(Budget(core_hours=0.01), spent, rate, overshoot_s=90)

    assert money.longest_s(least, spent, rate, wanted_s=600, overshoot_s=90) == 60
    assert least.core_hours == pytest.approx(0.7009, rel=0.01)
    less = Budget(core_hours=least.core_hours * 0.98)
    assert money.longest_s(less, spent, rate, wanted_s=600, overshoot_s=90) is None


@given(
    hours=st.floats(0.001, 1e5),
    spent=st.floats(0, 1e6),
    cores=st.integers(1, 1000),
    overshoot=st.sampled_from([0.0, 30.0, 90.0, 660.0]),
)
def test_any_smallest_budget_is_accepted(hours, spent, cores, overshoot):
    """Whatever was spent and wished: the budget that is offered lets one minute run."""
    rate, gone = Cost(cores, 1), Cost(spent)
    least = money.smallest(Budget(core_hours=hours), gone, rate, overshoot_s=overshoot)

    assert money.longest_s(least, gone, rate, wanted_s=60, overshoot_s=overshoot) == 60


# --- in the life of a cluster ---


class World:
    """A fleet and its clock."""

    def __init__(self, **fleet):
        self.fleet, self.now = Fleet(**fleet), 0.0

    def say(self, event):
        self.fleet, instructions = life.step(self.fleet, event, self.now)
        return instructions


def wished(nodes, hours, **shape):
    return events.Wished(nodes, replace(SHAPE, **shape), budget=Budget(core_hours=hours))


def test_a_block_is_clipped_to_what_the_budget_leaves():
    """Two nodes for half an hour on 2 core-hours: the job's limit is what can be paid."""
    world = World()

    (submit,) = world.say(wished(2, 2))

    assert submit.block.walltime_s == 780
    assert world.fleet.committed.core_s <= 2 * HOUR
    assert submit.block.shape == SHAPE  # the same wish again starts nothing
    assert world.say(wished(2, 2)) == []


def test_a_budget_too_small_says_the_smallest_one():
    """Not even a minute is paid for: nothing is submitted, and the sum that would do is named."""
    world = World()

    assert world.say(wished(4, 0.5)) == []
    problem = world.fleet.problem
    assert problem.code == "budget-too-small"
    assert "0.667 core-h" in problem.next_step
    assert len(world.say(wished(4, 0.667))) == 1


def test_replacements_obey_the_budget_too():
    """A block that is over is replaced only as long as the rest pays for it, then growth stops in words."""
    world = World()
    (submit,) = world.say(wished(1, 1))
    name = submit.block.name
    world.say(events.Submitted(name, JobId("1")))
    world.say(events.JobRunning(name))
    world.say(events.WorkerJoined(name, f"{name}-0"))
    world.now = 840
    world.say(events.JobGone(name, fleet.Problem("over"), 840.0))

    assert world.say(events.Tick(unfinished=9)) == []
    assert world.fleet.spent.core_s == 4 * 840
    assert world.fleet.problem.code == "budget-too-small"


def test_what_a_short_job_left_is_spent_on_the_next():
    """A commitment counts in full while its job lives, and only what it cost afterwards."""
    world = World()
    (submit,) = world.say(wished(1, 1))
    name = submit.block.name
    world.say(events.Submitted(name, JobId("1")))
    world.say(events.JobRunning(name))
    world.say(events.WorkerJoined(name, f"{name}-0"))
    world.now = 60
    world.say(events.JobGone(name, fleet.Problem("over"), 60.0))

    (again,) = world.say(events.Tick(unfinished=9))

    assert again.block.walltime_s == 720  # an hour of one core less 4 x 60 s, on 4 cores, less the overshoot


def test_a_first_use_obeys_the_budget_of_the_environment():
    """Growth on demand is bounded as a wish is."""
    world = World(budget=Budget(core_hours=0.2))
    world.say(events.Wished(1, SHAPE, is_pinned=False))

    (submit,) = world.say(events.Tick(unfinished=9))

    assert submit.block.walltime_s == 60


def test_a_wish_without_a_budget_keeps_the_one_before():
    """scale(nodes=4) does not open the purse that scale(budget=...) closed."""
    world = World()
    world.say(wished(1, 1))
    world.say(events.Wished(4, SHAPE))

    assert world.fleet.budget == Budget(core_hours=1)
    assert world.fleet.committed.core_s <= HOUR


def test_a_lowered_budget_takes_waiting_blocks_back():
    """What waits costs nothing yet: it goes where the new budget does not pay, a smaller one comes."""
    world = World()
    (submit,) = world.say(wished(4, 100))
    world.say(events.Submitted(submit.block.name, JobId("1")))

    (cancel,) = world.say(wished(4, 1))

    assert isinstance(cancel, CancelBlock)
    world.say(events.JobGone(submit.block.name, fleet.Problem("cancelled"), 0.0))
    (again,) = world.say(events.Tick())
    assert again.block.walltime_s == 120
    assert world.fleet.committed.core_s <= HOUR


def test_node_hours_and_gpu_hours_bound_too():
    """Each unit counts what it names."""
    for budget, walltime in ((Budget(node_hours=0.5), 780), (Budget(gpu_hours=1), 360)):
        world = World()
        (submit,) = world.say(events.Wished(2, replace(SHAPE, gpus=4), budget=budget))

        assert submit.block.walltime_s == walltime


def test_a_job_that_ended_unseen_counts_as_long_as_it_can_have_run():
    """Between two looks a job can begin and end; until accounting says otherwise the most is taken."""
    block = Block("b1", 1, SHAPE, state=BlockState.PENDING, job=JobId("1"), waited_at=100.0)

    assert block.charge(None, 110.0) == Cost(40, 10)
    assert block.charge(0.0, 110.0) == Cost()
    assert block.charge(None, 1e6) == Cost(4 * 1890, 1890)


# --- any life ---


@dataclass
class Job:
    """A job in a made-up scheduler, which is at times silent and ends jobs late.

    is_ghost: nobody heard that it was taken.
    """

    block: Block
    is_ghost: bool = False
    began: float | None = None


class Scheduler:
    """Lives through what the lifecycle does; knows the true cost."""

    def __init__(self):
        self.world = World(idle_s=300)
        self.jobs = {}
        self.billed = 0.0
        self.silence = ""  # or "takes" or "loses" what is submitted, without an answer

    def act(self, instructions):
        for instruction in instructions:
            match instruction:
                case SubmitBlock(block):
                    if self.silence != "loses":
                        self.jobs[block.name] = Job(block, is_ghost=bool(self.silence))
                    answer = events.SubmitFailed(block.name, fleet.Problem("silent"), True, may_exist=True)
                    taken = events.Submitted(block.name, JobId(block.name))
                    self.act(self.world.say(answer if self.silence else taken))
                case CancelBlock(block):
                    pass  # it may take until ``end``
                case DrainBlock(block):
                    self.act(self.world.say(events.Drained(block.name)))

    def say(self, event):
        self.act(self.world.say(event))

    def begin(self, job, told):
        if job.began is None:
            job.began = self.world.now
            if told and not job.is_ghost:
                self.say(events.JobRunning(job.block.name))
                self.say(events.WorkerJoined(job.block.name, f"{job.block.name}-0"))

    def end(self, job, told):
        ran = 0.0 if job.began is None else self.world.now - job.began
        self.billed += job.block.cores * ran
        del self.jobs[job.block.name]
        if job.is_ghost:
            self.say(events.GhostGone(job.block.name, ran))
        else:
            self.say(events.JobGone(job.block.name, fleet.Problem("over"), ran if told else None))

    def seek(self):
        """The scheduler answers again: ghosts without a job are known to be none."""
        for ghost in self.world.fleet.ghosts:
            if ghost.name not in self.jobs:
                self.say(events.GhostGone(ghost.name, 0.0))

    def passes(self, seconds):
        """Time passes; who is over its limit and the overshoot is dead by then."""
        until = self.world.now + seconds
        limits = [
            (job.began + -(-job.block.walltime_s // 60) * 60 + SHAPE.overshoot_s, job)
            for job in self.jobs.values()
            if job.began is not None
        ]
        for limit, job in sorted(limits, key=lambda each: each[0]):
            if limit <= until:
                self.world.now = max(self.world.now, limit)
                self.end(job, told=True)
        self.world.now = max(self.world.now, until)


acts = st.lists(
    st.one_of(
        st.tuples(
            st.just("wish"), st.integers(1, 6), st.floats(0.05, 20), st.sampled_from([60, 95, 600, 1800])
        ),
        st.tuples(st.just("begin"), st.integers(0, 5), st.booleans()),
        st.tuples(st.just("end"), st.integers(0, 5), st.booleans()),
        st.tuples(st.just("pass"), st.floats(0.1, 1500)),
        st.tuples(st.just("tick"), st.integers(0, 50)),
        st.tuples(st.just("silence"), st.sampled_from(["", "", "takes", "loses"])),
        st.tuples(st.just("seek")),
    ),
    max_size=40,
)


@given(acts=acts, hours=st.floats(0.05, 20))
@settings(max_examples=400, deadline=None)
def test_nothing_is_ever_committed_beyond_the_budget(acts, hours):
    """Whatever is wished, lost, begins, ends unseen or late: billed plus the most that can come is within."""
    scheduler = Scheduler()
    scheduler.world.fleet = replace(scheduler.world.fleet, budget=Budget(core_hours=hours))
    highest = hours
    for act, *values in acts:
        jobs = list(scheduler.jobs.values())
        match act:
            case "wish":
                nodes, raised, walltime = values
                highest = max(highest, raised)
                shape = replace(SHAPE, walltime_s=walltime)
                scheduler.say(events.Wished(nodes, shape, budget=Budget(core_hours=highest)))
            case "begin" if jobs:
                scheduler.begin(jobs[values[0] % len(jobs)], values[1])
            case "end" if jobs:
                scheduler.end(jobs[values[0] % len(jobs)], values[1])
            case "pass":
                scheduler.passes(values[0])
            case "silence":
                scheduler.silence = values[0]
            case "seek":
                scheduler.seek()
            case "tick":
                scheduler.say(events.Tick(unfinished=values[0]))
        most = sum(
            job.block.cores * (-(-job.block.walltime_s // 60) * 60 + SHAPE.overshoot_s)
            for job in scheduler.jobs.values()
        )

        assert scheduler.world.fleet.committed.core_s <= highest * HOUR + 1e-3
        assert scheduler.billed + most <= highest * HOUR + 1e-3


def test_a_budget_can_be_lifted():
    """``none`` takes it away, and only that: a wish that names no budget leaves it in force."""
    world = Fleet(budget=Budget(core_hours=1), shape=SHAPE)
    kept, _ = life.step(world, events.Wished(1, SHAPE, True), 0.0)
    lifted, _ = life.step(world, events.Wished(1, SHAPE, True, parse_budget("none")), 0.0)

    assert kept.budget == Budget(core_hours=1)
    assert (lifted.budget, str(lifted.budget), bool(lifted.budget)) == (money.NO_LIMIT, "", False)


def test_what_lifts_a_budget_survives_the_way_to_the_controller():
    """As JSON in a wish, and back into words."""
    wish = money.with_budget(Wish(), parse_budget("None"))
    back = from_json(Wish, json.loads(json.dumps(to_json(wish))))

    assert money.budget_of(back).is_lifted and not back.is_empty
    assert money.as_call(money.budget_of(back)) == 'funicular.scale(budget="none")'
    assert not money.default_budget({"FUNICULAR_BUDGET": "none"})


def test_a_budget_in_the_sites_units_cuts_jobs_to_fit():
    """Where memory is what is billed, memory is what counts: 12 units a second leave ten minutes of 2 h."""
    shape = replace(SHAPE, billing=12.0)
    world, (submit,) = life.step(Fleet(), events.Wished(1, shape, True, Budget(billing_hours=2)), 0.0)

    assert submit.block.walltime_s == 480  # 2 h / 12 is ten minutes; less 90 s, in whole minutes
    assert world.committed.billing_s <= 2 * HOUR
    assert Budget(billing_hours=2).holds(world.committed)
