"""Tasks that can never run get an error; those that might do not."""

from __future__ import annotations

from types import SimpleNamespace as Fake

import pytest
from distributed.core import Status
from distributed.protocol import pickle

from funicular.clusters.stuck import AFTER_S, MemoryFull, Stuck


class FakeScheduler:
    """One paused worker full of results, and a task that waits."""

    def __init__(self) -> None:
        self.worker = Fake(
            address="tls://a",
            status=Status.paused,
            executing={},
            processing={},
            has_what={"one": 1},
            memory=Fake(spilled=0, process=90),
            memory_limit=100,
        )
        self.workers = {"tls://a": self.worker}
        self.queued = [Fake(key="waits", processing_on=None)]
        self.unrunnable: dict[object, float] = {}
        self.erred: dict[str, BaseException] = {}

    def transition(self, key, state, *, exception, **how):
        self.erred[key] = pickle.loads(exception)
        return {}

    def transitions(self, recommendations, stimulus):
        self.queued = []


@pytest.fixture
def scheduler() -> FakeScheduler:
    return FakeScheduler()


def test_when_nothing_can_go_on_waiting_tasks_get_the_error(scheduler):
    """After seven seconds without a sign of life, not before, and once."""
    stuck = Stuck(scheduler)

    assert stuck.step(0.0, may_change=False) is None
    assert stuck.step(AFTER_S - 1, may_change=False) is None

    error = stuck.step(AFTER_S, may_change=False)

    assert isinstance(error, MemoryFull)
    assert isinstance(scheduler.erred["waits"], MemoryFull)
    assert "100 B" in error.why
    assert stuck.step(AFTER_S + 1, may_change=False) is None


@pytest.mark.parametrize("change", ["spilled", "released", "runs", "works"])
def test_any_sign_of_life_starts_the_clock_again(scheduler, change):
    """Something was spilled or released, a task runs, or a worker takes tasks again."""
    stuck = Stuck(scheduler)
    stuck.step(0.0, may_change=False)
    match change:
        case "spilled":
            scheduler.worker.memory.spilled = 5
        case "released":
            scheduler.worker.has_what = {}
        case "runs":
            scheduler.worker.executing = {"other": 1.0}
        case "works":
            scheduler.worker.status = Status.running

    assert stuck.step(AFTER_S, may_change=False) is None
    assert scheduler.erred == {}


def test_workers_that_are_on_their_way_are_waited_for(scheduler):
    """A block in the queue may bring room."""
    stuck = Stuck(scheduler)
    for second in range(20):
        assert stuck.step(float(second), may_change=True) is None
