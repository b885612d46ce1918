"""Memory: the agent acts first, a task that fits alone completes, one that never fits says limit and peak."""

import os
import time

import pytest

from funicular.clusters import graveyard
from funicular.clusters.memory import choose_to_end, machine_bytes, resident_bytes
from funicular.clusters.quarantine import OutOfMemory
from funicular.clusters.too_much_input import TooMuchInput
from tests.kernels.clusters.conftest import wait_until


def test_nobody_is_ended_while_there_is_room():
    """Below 95 % of the node's share all go on, however uneven they are."""
    assert choose_to_end({"a": 94, "b": 0}, 100) is None
    assert choose_to_end({}, 100) is None


def test_the_one_that_holds_the_most_is_ended():
    """Above 95 % the largest goes."""
    assert choose_to_end({"a": 40, "b": 56}, 100) == "b"


def test_what_the_agent_itself_holds_counts():
    """The scheduler counts all processes of the job, so ours too: it would kill the job before we act."""
    assert choose_to_end({"a": 40, "b": 50}, 100) is None
    assert choose_to_end({"a": 40, "b": 50}, 100, own_bytes=6) == "b"


def test_what_is_read_is_plausible():
    """This process holds some memory, less than the machine has; a process that is gone holds none."""
    assert 10**6 < resident_bytes(os.getpid()) < machine_bytes()
    assert resident_bytes(2**22 + 1) == 0


def fill(megabytes: int, seconds: float) -> int:
    """Hold so much memory for so long."""
    held = bytearray(0)
    for _ in range(megabytes // 20):
        held += os.urandom(1) * (20 * 2**20)
        time.sleep(0.02)
    time.sleep(seconds)
    return len(held)


@pytest.fixture
def small_node(session, monkeypatch):
    """A cluster of one node with two workers and 2 GB together.

    The zygote and the workers hold what this process has imported, up to 0.25 GB each after other tests.
    """
    monkeypatch.setenv("FUNICULAR_LOCAL_MEMORY", "2GB")
    client = session.client()
    session.wait_for_workers(2)
    return client


def test_two_tasks_that_do_not_fit_together_both_complete(session, small_node):
    """One of them is ended, waits until the other is done, runs alone, and gives its result."""
    futures = [small_node.submit(fill, 900, 3, pure=False) for _ in range(2)]

    assert small_node.gather(futures) == [900 * 2**20] * 2

    deaths = graveyard.read(session.name)

    assert [each.kind for each in deaths] == ["worker"]
    assert "ran out of memory" in deaths[0].cause
    assert deaths[0].rerun
    assert 0 < deaths[0].peak_bytes < 2 * 10**9
    assert len(deaths[0].curve) >= 2


def test_a_task_that_never_fits_is_an_error_with_limit_and_peak(session, small_node):
    """Not KilledWorker, and not for ever: after a second try alone on the node it fails in words."""
    began = time.monotonic()

    with pytest.raises(OutOfMemory) as caught:
        small_node.submit(fill, 3000, 1).result(timeout=60)

    assert "2 GB" in caught.value.why
    assert caught.value.next_step
    assert time.monotonic() - began < 40
    assert small_node.submit(sum, [1, 2]).result(timeout=20) == 3
    wait_until(lambda: session.view().workers == 2)


def test_innocent_tasks_beside_it_are_not_blamed(session, small_node):
    """Short tasks that share a node with an overrunning one all give their results."""
    greedy = small_node.submit(fill, 3000, 1)
    innocent = small_node.map(pow, range(200), [2] * 200, pure=False)

    assert small_node.gather(innocent) == [n**2 for n in range(200)]
    with pytest.raises(OutOfMemory):
        greedy.result(timeout=60)


def big(number: int) -> bytes:
    """A fifth of what a worker of the small node holds."""
    return bytes([number]) * 200_000_000


def test_a_task_whose_inputs_fit_no_worker_is_refused_in_words(session, small_node):
    """What it needs, what a worker has, and a way on; an error of the user's own stays as it is."""
    parts = small_node.map(big, range(6))

    with pytest.raises(TooMuchInput, match=r"1.2 GB") as caught:
        small_node.submit(lambda *every: len(every), *parts).result(timeout=60)

    assert "6 inputs" in caught.value.why
    assert "1 GB" in caught.value.why
    assert "2.4 GB" in caught.value.next_step
    with pytest.raises(MemoryError, match="mine"):
        small_node.submit(fails_by_itself).result(timeout=60)


def fails_by_itself() -> None:
    """As the user's code would."""
    raise MemoryError("mine")
