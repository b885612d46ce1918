"""The life of a cluster's blocks: what is submitted, kept, drained and ended, and when."""

from dataclasses import replace

from funicular.clusters import events, fates
from funicular.clusters import lifecycle as life
from funicular.clusters.events import CancelBlock, DrainBlock, Leave, SubmitBlock
from funicular.clusters.fleet import BlockState, Fleet, Problem, Shape
from funicular.schedulers.base import JobId

SHAPE = Shape(
    cores=4, memory_bytes=None, gpus=0, walltime_s=1800, queue="cpu", account=None, workers=4, threads=1
)
WHY = Problem("It ended.", "FAILED")


class World:
    """A fleet with a clock: says events and keeps the instructions."""

    def __init__(self, **fleet):
        self.fleet = Fleet(**fleet)
        self.now = 0.0
        self.done = []

    def say(self, event):
        self.fleet, instructions = life.step(self.fleet, event, self.now)
        self.done += instructions
        return instructions

    def running(self, nodes, *, pinned=True):
        """Wish for nodes and let them come."""
        instructions = self.say(events.Wished(nodes, SHAPE, pinned))
        for block in [each.block for each in instructions if isinstance(each, SubmitBlock)]:
            self.comes(block)

    def comes(self, block):
        self.say(events.Submitted(block.name, JobId(f"job-{block.name}")))
        self.say(events.JobRunning(block.name, tuple(f"n{i}" for i in range(block.nodes))))
        for i in range(block.workers_due):
            self.say(events.WorkerJoined(block.name, f"{block.name}-{i}"))

    def states(self):
        return {block.name: block.state for block in self.fleet.blocks}


def kinds(instructions):
    return [type(each) for each in instructions]


def test_n_nodes_are_one_submission():
    """A wish for four nodes is one block of four nodes."""
    world = World()

    (instruction,) = world.say(events.Wished(4, SHAPE))

    assert isinstance(instruction, SubmitBlock)
    assert instruction.block.nodes == 4


def test_a_second_wish_of_the_same_size_starts_nothing():
    """scale(4) twice is four nodes, whether the first is still waiting or running."""
    world = World()
    world.say(events.Wished(4, SHAPE))

    assert world.say(events.Wished(4, SHAPE)) == []

    world.comes(world.fleet.blocks[0])

    assert world.say(events.Wished(4, SHAPE)) == []


def test_a_larger_wish_submits_the_difference():
    """From 1 node to 4: one more block of 3."""
    world = World()
    world.running(1)

    (instruction,) = world.say(events.Wished(4, SHAPE))

    assert instruction.block.nodes == 3


def test_waiting_blocks_go_before_running_ones():
    """A smaller wish first cancels what is still in the queue."""
    world = World()
    world.running(2)
    (submit,) = world.say(events.Wished(5, SHAPE))
    world.say(events.Submitted(submit.block.name, JobId("7")))

    instructions = world.say(events.Wished(2, SHAPE))

    assert kinds(instructions) == [CancelBlock]
    assert instructions[0].block.job == "7"
    assert world.states()["b1"] is BlockState.RUNNING


def test_a_running_block_too_large_goes_when_its_replacement_is_there():
    """From one block of 4 to 2 nodes: nothing is drained before the 2 are there."""
    world = World()
    world.running(4)

    (submit,) = world.say(events.Wished(2, SHAPE))

    assert isinstance(submit, SubmitBlock)
    assert submit.block.nodes == 2
    assert world.states()["b1"] is BlockState.RUNNING

    world.comes(submit.block)

    assert DrainBlock in kinds(world.done)
    assert world.states()["b1"] is BlockState.DRAINING


def test_another_shape_replaces_the_blocks():
    """The same number of nodes in another queue: new blocks, old ones go afterwards."""
    world = World()
    world.running(2)

    (submit,) = world.say(events.Wished(2, replace(SHAPE, queue="gpu")))
    world.comes(submit.block)

    assert submit.block.shape.queue == "gpu"
    assert world.states() == {"b1": BlockState.DRAINING, "b2": BlockState.RUNNING}


def test_more_time_alone_replaces_nothing():
    """A node of the first half hour serves a wish for an hour too: it is replaced before its end."""
    world = World()
    world.running(1)

    assert world.say(events.Wished(1, replace(SHAPE, walltime_s=3600))) == []

    world.now = 1800 - 100
    (submit,) = world.say(events.Tick(unfinished=1))

    assert submit.block.shape.walltime_s == 3600


def test_a_wish_taken_back_keeps_the_block_that_was_to_go():
    """From 4 nodes to 2 and back to 4 before the 2 came: the running 4 count again, nothing is added."""
    world = World()
    world.running(4)
    (submit,) = world.say(events.Wished(2, SHAPE))
    world.say(events.Submitted(submit.block.name, JobId("2")))

    instructions = world.say(events.Wished(4, SHAPE))

    assert kinds(instructions) == [CancelBlock]
    assert world.fleet.nodes == 4


def test_growth_on_demand_is_bounded_by_the_wish():
    """A first use without a wish: work for 100 cores still gives the one node of the cap."""
    world = World()
    world.say(events.Wished(1, SHAPE, is_pinned=False))

    (submit,) = world.say(events.Tick(unfinished=100))

    assert submit.block.nodes == 1
    assert world.say(events.Tick(unfinished=100)) == []


def test_small_demand_takes_few_nodes():
    """Five tasks on nodes of four cores need two of the eight nodes wished."""
    world = World()
    world.running(8)
    world.now = 1000
    world.say(events.Tick())  # idle: all go
    world.say(events.Drained("b1"))
    world.say(events.JobGone("b1", WHY))

    (submit,) = world.say(events.Tick(unfinished=5))

    assert submit.block.nodes == 2


def test_somebody_waiting_starts_nodes_without_work():
    """``wait_for_workers`` before the first task starts a node."""
    world = World()
    world.say(events.Wished(2, SHAPE, is_pinned=False))

    (submit,) = world.say(events.Tick(needs=1))

    assert submit.block.nodes == 1


def test_idle_blocks_go_back():
    """After idle_s without work the blocks are drained; before that they stay."""
    world = World(idle_s=300)
    world.running(2)
    world.now = 299

    assert world.say(events.Tick()) == []

    world.now = 300

    assert kinds(world.say(events.Tick())) == [DrainBlock]
    assert kinds(world.say(events.Drained("b1"))) == [CancelBlock]


def test_results_that_are_wanted_keep_the_blocks():
    """Persisted data lives on workers: they are not idle."""
    world = World(idle_s=300)
    world.running(1)
    world.now = 1000

    assert world.say(events.Tick(holds_results=True)) == []


def test_a_lost_block_is_replaced():
    """A block that had workers and vanished is submitted anew while it is wished."""
    world = World()
    world.running(2)
    world.say(events.JobGone("b1", WHY))

    (submit,) = world.say(events.Tick(unfinished=3))

    assert submit.block.nodes == 2
    assert world.fleet.problem is None


def test_two_failed_starts_stop_the_retries():
    """The same start fails twice: a problem is told and nothing more is submitted."""
    world = World()
    world.say(events.Wished(1, SHAPE))
    for _ in range(2):
        name = world.fleet.blocks[-1].name
        world.say(events.Submitted(name, JobId("1")))
        world.say(events.JobGone(name, WHY))
        world.say(events.Tick(unfinished=1))

    assert world.fleet.problem == WHY
    assert world.fleet.blocks == ()
    assert sum(isinstance(each, SubmitBlock) for each in world.done) == 2


def test_a_new_wish_clears_the_problem():
    """Whoever asks for something else gets a fresh try."""
    world = World()
    world.say(events.Wished(1, SHAPE))
    world.say(events.SubmitFailed("b1", WHY, will_retry=False))

    assert world.fleet.problem == WHY
    assert world.say(events.Tick(unfinished=9)) == []

    assert kinds(world.say(events.Wished(1, SHAPE))) == [SubmitBlock]
    assert world.fleet.problem is None


def test_a_silent_scheduler_is_asked_again_later():
    """No answer to a submission is told as temporary; after a pause comes another try, which clears it."""
    world = World()
    world.say(events.Wished(1, SHAPE))
    world.say(events.SubmitFailed("b1", WHY, will_retry=True))

    assert world.fleet.problem == replace(WHY, is_temporary=True)
    assert world.say(events.Tick(unfinished=1)) == []

    world.now = fates.RETRY_S[0]

    assert kinds(world.say(events.Tick(unfinished=1))) == [SubmitBlock]

    world.say(events.Submitted("b2", JobId("1")))

    assert world.fleet.problem is None


def test_another_block_is_there_before_the_walltime_ends_the_first():
    """With work to do, a tenth of its life before its end a block is replaced, and goes when that came."""
    world = World()
    world.running(2)
    world.now = 1800 - 181

    assert world.say(events.Tick(unfinished=8)) == []

    world.now = 1800 - 179
    (submit,) = world.say(events.Tick(unfinished=8))

    assert submit.block.nodes == 2
    assert world.states()["b1"] is BlockState.RUNNING

    world.comes(submit.block)

    assert world.states() == {"b1": BlockState.DRAINING, "b2": BlockState.RUNNING}


def test_a_block_without_a_successor_is_drained_in_time():
    """Results are moved, or gathered, in the last seconds; without work nothing new is asked for."""
    world = World(idle_s=10_000)
    world.say(events.Wished(1, SHAPE, is_pinned=False))
    (submit,) = world.say(events.Tick(unfinished=1))
    world.comes(submit.block)
    world.now = 1800 - life.LAST_S + 1

    assert kinds(world.say(events.Tick())) == [DrainBlock]


def test_wanted_results_get_somewhere_to_go():
    """Nothing is computed, but a client still wants what lies on an ending block: one node is asked for."""
    world = World(idle_s=10_000)
    world.say(events.Wished(1, SHAPE, is_pinned=False))
    (submit,) = world.say(events.Tick(unfinished=1))
    world.comes(submit.block)
    world.now = 1800 - 100

    (successor,) = world.say(events.Tick(holds_results=True))

    assert successor.block.nodes == 1


def test_a_lost_node_is_replaced_and_the_others_work_on():
    """One of four nodes is gone: one more is submitted, the block stays."""
    world = World()
    world.running(4)

    assert world.say(events.NodeLost("b1")) == []

    (submit,) = world.say(events.Tick(unfinished=16))

    assert submit.block.nodes == 1
    assert world.states()["b1"] is BlockState.RUNNING


def test_a_dead_node_is_left_alone_for_a_while():
    """The replacement stays away from the node that fell silent; five minutes later nobody does."""
    world = World(idle_s=10_000)
    world.running(4)
    world.say(events.NodeLost("b1", dead="n3"))

    (submit,) = world.say(events.Tick(unfinished=16))
    assert submit.block.exclude == ("n3",)

    world.comes(submit.block)
    world.now += 301
    world.say(events.NodeLost("b1"))
    (later,) = world.say(events.Tick(unfinished=16))
    assert later.block.exclude == ()


def test_a_node_whose_agent_was_killed_is_not_left_alone():
    """It works: its block's end was not its fault."""
    world = World()
    world.running(4)
    world.say(events.NodeLost("b1"))

    (submit,) = world.say(events.Tick(unfinished=16))
    assert submit.block.exclude == ()


def test_a_block_without_nodes_is_ended():
    """When the last agent is gone the job has no purpose: it is cancelled, not left to cost."""
    world = World()
    world.running(2)
    world.say(events.NodeLost("b1"))

    assert kinds(world.say(events.NodeLost("b1"))) == [CancelBlock]


def test_unknown_is_not_gone():
    """A scheduler that does not answer ends nothing and starts nothing."""
    world = World()
    world.running(2)

    assert world.say(events.JobUnknown("b1", "no answer")) == []
    assert world.states() == {"b1": BlockState.RUNNING}
    assert world.fleet.nodes == 2


def test_a_job_that_can_never_start_is_cancelled_and_told():
    """A hopeless reason ends the job and becomes the problem."""
    world = World()
    world.say(events.Wished(2, SHAPE))
    world.say(events.Submitted("b1", JobId("5")))

    instructions = world.say(events.JobPending("b1", "PartitionConfig", WHY))

    assert kinds(instructions) == [CancelBlock]
    assert world.fleet.problem == WHY


def test_stop_ends_every_job_also_one_still_being_submitted():
    """A block whose submission is under way is cancelled as soon as its job has a number."""
    world = World()
    world.running(1)
    world.say(events.Wished(3, SHAPE))

    instructions = world.say(events.Stop())

    assert [each.block.name for each in instructions] == ["b1"]

    late = world.say(events.Submitted("b2", JobId("99")))

    assert kinds(late) == [CancelBlock]
    assert late[0].block.job == "99"
    assert world.say(events.Tick(unfinished=50)) == []


def test_core_hours_count_from_the_start_of_the_nodes():
    """Two nodes of four cores for 100 s are 800 core-seconds, while they run and after."""
    world = World()
    world.say(events.Wished(2, SHAPE))
    world.say(events.Submitted("b1", JobId("1")))
    world.now = 50
    world.say(events.JobRunning("b1", ("n1", "n2")))
    world.now = 150

    assert world.fleet.core_seconds(150) == 800

    world.say(events.JobGone("b1", WHY))

    assert world.fleet.core_seconds(500) == 800


def test_late_news_never_takes_a_block_back():
    """A sighting of the pending job that arrives after its workers changes no state."""
    world = World()
    world.running(1)

    world.say(events.JobPending("b1", "Priority"))
    world.say(events.JobRunning("b1"))

    assert world.states() == {"b1": BlockState.RUNNING}


# --- the controller in the first block's job


def at_home(nodes=1, **fleet):
    """A cluster whose controller runs in its first block, of ``nodes`` nodes for half an hour."""
    world = World(**fleet)
    world.running(nodes)
    (block,) = world.fleet.blocks
    world.fleet = replace(world.fleet, blocks=(replace(block, is_home=True),))
    return world


def test_the_controllers_block_counts_and_is_never_let_go():
    """A larger wish submits the difference; a smaller one and one of another shape leave it where it is."""
    world = at_home(2)

    (submit,) = world.say(events.Wished(3, SHAPE))

    assert submit.block.nodes == 1

    world.say(events.Wished(1, SHAPE))
    (other,) = world.say(events.Wished(1, replace(SHAPE, cores=2, workers=2)))

    assert other.block.nodes == 1  # what was wished is not what the controller's job has
    assert world.states()["b1"] is BlockState.RUNNING


def test_nothing_outlives_the_controllers_job():
    """After 25 of its 30 minutes a new block gets the five that are left; after 29.5 there is none."""
    world = at_home()
    world.now = 1500

    (submit,) = world.say(events.Wished(2, SHAPE))

    assert submit.block.walltime_s == 300

    late = at_home()
    late.now = 1770

    assert late.say(events.Wished(2, SHAPE)) == []


def test_a_controllers_job_without_work_or_time_ends_the_cluster():
    """Idle for five minutes, or twenty seconds before its end; results and keep hold an idle one."""
    world = at_home()
    world.now = 301

    assert world.say(events.Tick(holds_results=True)) == []
    assert Leave(is_late=False) not in world.say(events.Tick(is_kept=True))
    assert world.say(events.Tick()) == [Leave(is_late=False)]

    world.now = 1785

    assert world.say(events.Tick(unfinished=9)) == [Leave(is_late=True)]


def test_a_controllers_job_is_not_replaced_before_its_end():
    """No job can take the controller over, so none is asked for; the workers go on to the end."""
    world = at_home()
    world.now = 1700

    assert world.say(events.Tick(unfinished=9)) == []
    assert not world.fleet.blocks[0].is_surplus


def test_a_controllers_block_that_lost_its_workers_is_made_up_for():
    """Its agent died and the controller did not: another block works, and its job is not cancelled."""
    world = at_home()

    assert world.say(events.NodeLost("b1")) == []

    (submit,) = world.say(events.Tick(unfinished=9))

    assert isinstance(submit, SubmitBlock)
    assert world.states()["b1"] is BlockState.RUNNING


def test_the_end_of_the_cluster_ends_the_controllers_block_too():
    """Stop names every block; it is the rim that lets its own job end by itself."""
    world = at_home()

    assert [each.block.name for each in world.say(events.Stop())] == ["b1"]
