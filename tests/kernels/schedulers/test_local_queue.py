"""Who may start on this machine, and what the others are told."""

from hypothesis import given
from hypothesis import strategies as st

from funicular.schedulers.local_queue import (
    Need,
    Queued,
    Slots,
    choose,
    never_fits,
    starts_in,
    why_waiting,
)

FOUR = Slots(nodes=1, cores=4, memory_bytes=8_000)
needs = st.builds(Need, st.integers(1, 3), st.integers(1, 5), st.integers(0, 9_000))
lines = st.lists(needs, max_size=12).map(lambda each: [Queued(n + 1, need) for n, need in enumerate(each)])
machines = st.builds(Slots, st.integers(1, 3), st.integers(1, 8), st.integers(1_000, 9_000))


def test_first_in_is_first_out_and_nobody_overtakes():
    """A small job behind a big one that must wait waits too."""
    line = [
        Queued(1, Need(1, 3, 0), placed=(0,)),
        Queued(2, Need(1, 2, 0)),
        Queued(3, Need(1, 1, 0)),
    ]

    assert choose(line, FOUR) == {}


def test_a_job_that_can_never_start_holds_up_no_one():
    """The job behind one that asks for more than there is starts."""
    line = [Queued(1, Need(1, 9, 0)), Queued(2, Need(1, 4, 0))]

    assert choose(line, FOUR) == {2: (0,)}


def test_nodes_of_a_job_are_different_and_the_emptiest():
    """A job of two nodes gets two different ones, the busy one last."""
    three = Slots(nodes=3, cores=2, memory_bytes=100)
    line = [Queued(1, Need(1, 1, 0), placed=(0,)), Queued(2, Need(2, 1, 0))]

    assert choose(line, three) == {2: (1, 2)}


def test_memory_is_a_slot_like_cores():
    """Two jobs that fit by cores but not by memory do not run together."""
    line = [Queued(1, Need(1, 1, 5_000)), Queued(2, Need(1, 1, 5_000))]

    assert choose(line, FOUR) == {1: (0,)}


@given(lines, machines)
def test_what_is_chosen_fits_together(line, machine):
    """No node is ever given more cores or memory than it has, and each job gets as many nodes as it asked."""
    chosen = choose(line, machine)

    for node in range(machine.nodes):
        on_node = [job.need for job in line if node in chosen.get(job.number, ())]
        assert sum(need.cores for need in on_node) <= machine.cores
        assert sum(need.memory_bytes for need in on_node) <= machine.memory_bytes
    assert all(len(set(nodes)) == line[number - 1].need.nodes for number, nodes in chosen.items())


@given(lines, machines)
def test_those_left_behind_are_all_later(line, machine):
    """Among jobs that can start at all, those chosen are the first ones in line."""
    chosen = choose(line, machine)
    possible = [job.number for job in line if not never_fits(job.need, machine)]

    assert list(chosen) == possible[: len(chosen)]
    assert bool(chosen) == bool(possible)


def test_reasons_say_resources_to_the_first_and_priority_to_the_rest():
    """The first in line is told what is busy, the next that one came first, with Slurm's words."""
    line = [Queued(1, Need(1, 3, 0), placed=(0,)), Queued(2, Need(1, 2, 10)), Queued(3, Need(1, 1, 0))]

    assert str(why_waiting(2, line, FOUR)) == (
        "it needs 2 cores and 10 B; running jobs hold 3 of 4 cores (Resources)"
    )
    assert str(why_waiting(3, line, FOUR)) == "1 job came first (Priority)"


def test_a_hopeless_job_is_told_every_limit():
    """All that is too much is said at once, with the value and the limit, and that waiting is no use."""
    reason = why_waiting(1, [Queued(1, Need(2, 9, 9_000))], FOUR)

    assert reason.hopeless
    assert "2 nodes, there is 1" in reason.text
    assert "9 cores a node, a node has 4" in reason.text
    assert "9 kB a node, a node has 8 kB" in reason.text


def test_estimate_counts_the_whole_line():
    """A newcomer starts when those before it have had their walltimes, one after another."""
    line = [Queued(1, Need(1, 4, 0), placed=(0,), left_s=60), Queued(2, Need(1, 4, 0), left_s=100)]

    assert starts_in(Need(1, 1, 0), line, FOUR) == 160
    assert starts_in(Need(1, 1, 0), [], FOUR) == 0
