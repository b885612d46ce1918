"""A wish becomes a job that fits, or a list of all that does not."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funicular.messages import Wish
from funicular.schedulers.base import Asking, Queue
from funicular.sites.request import AccountNeeded, RequestRefused, plan, workers_and_threads
from funicular.units import parse_bytes

GB = 10**9
CPU = Queue("cpu", True, 3, 8, 16 * GB, max_walltime_s=24 * 3600, accounts=("physics",))
GPU = Queue("gpu", False, 1, 8, 16 * GB, gpus_per_node=4, max_walltime_s=12 * 3600, accounts=("physics",))
DEBUG = Queue("debug", False, 4, 8, 16 * GB, max_walltime_s=300, accounts=("physics",))
ALL = (CPU, GPU, DEBUG)

amounts = st.none() | st.integers(1, 100)
wishes = st.builds(
    Wish,
    nodes=st.none() | st.integers(1, 8),
    cores=amounts,
    memory_bytes=st.none() | st.integers(1, 200).map(lambda n: n * GB),
    gpus=st.none() | st.integers(0, 9),
    hours=st.none() | st.floats(0.05, 40),
    queue=st.sampled_from([None, "cpu", "gpu", "debug", "nosuch"]),
    account=st.sampled_from([None, "physics", "bio"]),
)
worlds = st.just(ALL) | st.tuples(
    st.builds(
        lambda is_shared, fewest, asks: replace(
            CPU, is_shared=is_shared, min_nodes=fewest, asking=Asking(memory=asks)
        ),
        st.booleans(),
        st.integers(1, 3),
        st.booleans(),
    ),
    st.builds(
        lambda is_shared, ratio, needs, asks: replace(
            GPU, is_shared=is_shared, cores_per_gpu=ratio, needs_gpu=needs, asking=Asking(memory=asks)
        ),
        st.booleans(),
        st.sampled_from([None, 1, 2]),
        st.booleans(),
        st.booleans(),
    ),
    st.builds(lambda offered: replace(DEBUG, is_offered=offered), st.booleans()),
)


def refused(wish: Wish, queues=ALL) -> RequestRefused:
    """The refusal of this wish."""
    with pytest.raises(RequestRefused) as refusal:
        plan(wish, queues, site="slurm")
    return refusal.value


def pasted(error) -> Wish:
    """The wish in the call that an error's next step shows."""

    def scale(*, memory=None, **amounts):
        return Wish(memory_bytes=None if memory is None else parse_bytes(memory), **amounts)

    call = re.search(r"funicular\.(scale\(.*\))", error.next_step)
    assert call, error.next_step
    return eval(call[1], {"scale": scale})


def test_first_use_is_one_node_for_half_an_hour():
    """Without a wish: one node of the default queue, 30 minutes, and the reason is said."""
    made = plan(Wish(), ALL, site="slurm")

    assert (made.nodes, made.cores_per_node, made.walltime_s) == (1, 8, 1800)
    assert (made.queue, made.account) == ("cpu", "physics")
    assert any("nothing was asked for" in each for each in made.because)
    assert made.core_hours == 4


def test_first_use_takes_no_huge_node_where_others_could_use_it():
    """Of a shared node of 128 cores a newcomer gets 16, with memory in proportion."""
    big = replace(CPU, cores_per_node=128, memory_per_node_bytes=256 * GB)
    made = plan(Wish(), (big,), site="slurm")

    assert (made.cores_per_node, made.memory_per_node_bytes) == (16, 32 * GB)
    assert plan(Wish(), (replace(big, is_shared=False),), site="slurm").cores_per_node == 128
    assert plan(Wish(), (replace(big, accounts=()),), site="local").cores_per_node == 128


def test_nodes_only_means_whole_nodes():
    """Two nodes are two nodes with all their cores and memory."""
    made = plan(Wish(nodes=2), ALL, site="slurm")

    assert (made.nodes, made.cores_per_node, made.memory_per_node_bytes) == (2, 8, 16 * GB)
    assert (made.workers_per_node, made.threads_per_worker) == (8, 1)


def test_cores_only_means_the_fewest_nodes_with_the_cores_spread():
    """Ten cores on nodes of eight are two nodes of five."""
    made = plan(Wish(cores=10), ALL, site="slurm")

    assert (made.nodes, made.cores_per_node, made.memory_per_node_bytes) == (2, 5, 10 * GB)
    assert "2 nodes: the fewest of cpu that hold 10 cores" in made.because


def test_another_queue_is_taken_when_the_default_does_not_fit_and_said():
    """GPUs are found in the queue that has them; the reason names what the default lacks."""
    made = plan(Wish(gpus=2), ALL, site="slurm")

    assert (made.queue, made.gpus_per_node, made.cores_per_node) == ("gpu", 2, 4)
    assert "not cpu: you asked for 2 GPUs; a node of cpu has none" in made.because[0]
    assert (made.workers_per_node, made.threads_per_worker) == (2, 2)


def test_hours_over_the_limit_name_the_limit_and_the_longer_queue():
    """What was asked for, what is allowed, and a queue that allows it."""
    error = refused(Wish(nodes=1, hours=10, queue="debug"))

    assert "you asked for 10 h; debug allows 5 min" in error.why
    assert pasted(error) == Wish(nodes=1, hours=10, queue="cpu")


def test_all_problems_come_at_once():
    """Too many nodes, too long and the wrong account are told together."""
    error = refused(Wish(nodes=9, hours=30, account="bio", queue="cpu"))

    assert "9 nodes; cpu has 3" in error.why
    assert "30 h" not in error.what
    assert "you asked for 1 d 6 h; cpu allows 1 d" in error.why
    assert "account bio is not one of yours on cpu: physics" in error.why


def test_an_unknown_queue_lists_those_there_are():
    """The names are given, and a line to paste."""
    error = refused(Wish(nodes=1, queue="nosuch"))

    assert "cpu, gpu, debug" in error.why
    assert pasted(error) == Wish(nodes=1, queue="cpu")


def test_several_accounts_are_the_users_choice():
    """Nobody's hours are spent by guessing; the accounts are listed."""
    with pytest.raises(AccountNeeded) as needed:
        plan(Wish(nodes=1), (replace(CPU, accounts=("physics", "course")),), site="slurm")

    assert "physics, course" in needed.value.why
    assert pasted(needed.value) == Wish(nodes=1, account="physics")


def test_no_account_is_needed_on_this_machine():
    """A notebook written for a supercomputer, account included, runs on a laptop."""
    laptop = Queue("local", True, 1, 2, 4 * GB)
    made = plan(Wish(cores=2, account="physics"), (laptop,), site="local")

    assert made.account is None
    assert any("account physics is not used" in each for each in made.because)


def test_whole_nodes_are_planned_where_only_these_are_given():
    """On a queue that does not share nodes, the cost of the whole node is told."""
    made = plan(Wish(cores=2, hours=1), (replace(CPU, is_shared=False),), site="slurm")

    assert (made.cores_per_node, made.core_hours) == (8, 8)
    assert any("bills only these" in each for each in made.because)


def test_a_closed_default_is_passed_over():
    """When the default queue takes no jobs, an open one is used."""
    made = plan(Wish(nodes=1, hours=0.05), (replace(CPU, is_open=False), DEBUG), site="slurm")

    assert made.queue == "debug"


@pytest.mark.parametrize("wish", [Wish(nodes=0), Wish(cores=-1), Wish(hours=0), Wish(hours=float("nan"))])
def test_amounts_that_mean_nothing_are_refused(wish):
    """Zero nodes, minus one core, no time: told with the value."""
    assert "it must be" in refused(wish).why


def test_nobody_without_a_queue_is_left_alone():
    """A user whom no queue takes is told to whom to turn."""
    assert "support" in refused(Wish(), ()).next_step


@pytest.mark.parametrize(
    ("cores", "gpus", "expected"),
    [(1, 0, (1, 1)), (64, 0, (64, 1)), (100, 0, (50, 2)), (128, 0, (64, 2)), (32, 4, (4, 8))],
)
def test_a_process_a_core_then_threads(cores, gpus, expected):
    """Up to 64 workers of one thread a node, then more threads; with GPUs a worker for each."""
    assert workers_and_threads(cores, gpus) == expected


@given(wishes, worlds)
def test_a_plan_fits_its_queue_and_holds_the_wish(wish, queues):
    """Whatever is wished, what comes out can be submitted and is at least what was wished."""
    try:
        made = plan(wish, queues, site="slurm")
    except RequestRefused as error:
        assert error.why and error.next_step
        return
    queue = next(each for each in queues if each.name == made.queue)
    memory = made.memory_per_node_bytes
    if not queue.asking.memory:
        memory = min(memory, queue.memory_per_node_bytes * made.cores_per_node // queue.cores_per_node)

    assert queue.min_nodes <= made.nodes <= queue.nodes
    assert queue.is_offered or wish.queue == queue.name
    assert made.gpus_per_node or not queue.needs_gpu
    if queue.cores_per_gpu and queue.is_shared and made.gpus_per_node:
        assert made.cores_per_node == queue.cores_per_gpu * made.gpus_per_node
    assert 1 <= made.cores_per_node <= queue.cores_per_node
    assert made.memory_per_node_bytes <= queue.memory_per_node_bytes
    assert made.gpus_per_node <= queue.gpus_per_node
    assert made.walltime_s <= queue.max_walltime_s
    assert made.nodes * made.cores_per_node >= (wish.cores or 0)
    assert made.nodes * memory >= (wish.memory_bytes or 0)
    assert made.nodes * made.gpus_per_node >= (wish.gpus or 0)
    assert wish.nodes in (None, made.nodes)
    assert made.workers_per_node * made.threads_per_worker <= made.cores_per_node or made.gpus_per_node


@given(wishes, worlds)
def test_the_line_to_paste_works(wish, queues):
    """The call in a refusal's next step is one that is then accepted."""
    try:
        plan(wish, queues, site="slurm")
    except RequestRefused as error:
        again = pasted(error)
        assert plan(again, queues, site="slurm").nodes >= 1
