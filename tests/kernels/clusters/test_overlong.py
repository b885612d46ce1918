"""Tasks that a time limit cuts off are warned about, run again if that can help, and else failed in words."""

from __future__ import annotations

import time
from types import SimpleNamespace as Fake
from typing import Any

import pytest
from distributed.protocol import pickle

from funicular.clusters.lives import ItemTooLong
from funicular.clusters.overlong import Life, Overlong, is_hopeless
from funicular.clusters.session import Session
from funicular.messages import Wish


class FakeScheduler:
    """One task on one worker, whose job has some time left."""

    def __init__(self) -> None:
        self.task = Fake(
            key="simulate-0123456789abcdef0123456789abcdef", state="processing", processing_on=None
        )
        self.tasks: dict[str, Any] = {self.task.key: self.task}
        self.workers: dict[str, Any] = {}
        self.left_s = 3600.0
        self.erred: dict[str, BaseException] = {}
        self.said: list[str] = []

    def runs(self, address: str, *, ran_s: float, left_s: float) -> None:
        worker = Fake(address=address, name=address, executing={_Hashed(self.task): ran_s})
        worker.executing = {_Hashed(self.task): ran_s}
        self.workers = {address: worker}
        self.task.processing_on, self.task.state, self.left_s = worker, "processing", left_s

    def leaves(self) -> None:
        self.workers, self.task.processing_on, self.task.state = {}, None, "no-worker"

    def transition(self, key: str, state: str, *, exception: bytes, **how: object) -> dict[str, str]:
        self.erred[key] = pickle.loads(exception)
        return {}

    def transitions(self, recommendations: object, stimulus: str) -> None:
        self.task.state = "erred"


class _Hashed:
    def __init__(self, task: Any) -> None:
        self.key = task.key


@pytest.fixture
def scheduler() -> FakeScheduler:
    return FakeScheduler()


@pytest.fixture
def overlong(scheduler: FakeScheduler) -> Overlong:
    """Jobs live an hour; the longest queue allows a day."""
    return Overlong(
        scheduler,
        lambda name: Life("12", 3600, scheduler.left_s, 300),
        tell=scheduler.said.append,
        most_s=lambda: 86400.0,
    )


def test_call_that_fills_a_job_fails_at_once(scheduler: FakeScheduler, overlong: Overlong) -> None:
    """It had the whole life of a job: the error says limit, time and the way out, and that once."""
    scheduler.runs("a", ran_s=3570, left_s=15)
    assert overlong.step() == []
    scheduler.leaves()

    (error,) = overlong.step()

    assert isinstance(scheduler.erred[scheduler.task.key], ItemTooLong)
    assert error.what == "A call of `simulate` needs longer than a job lives."
    assert "had run for 59 min 30 s" in error.why and "its limit of 1 h" in error.why
    assert "funicular.scale(hours=2)" in error.next_step
    assert overlong.step() == []


def test_call_that_began_late_is_run_again(scheduler: FakeScheduler, overlong: Overlong) -> None:
    """Once; when it is cut off a second time it fails."""
    scheduler.runs("a", ran_s=2000, left_s=15)
    overlong.step()
    scheduler.leaves()
    assert overlong.step() == []

    scheduler.runs("b", ran_s=100, left_s=3000)
    assert overlong.step() == []
    scheduler.runs("b", ran_s=2400, left_s=15)
    assert overlong.step() == []
    scheduler.leaves()
    (error,) = overlong.step()
    assert "the last of 2 times" in error.why


def test_call_that_is_done_in_time_is_left_alone(scheduler: FakeScheduler, overlong: Overlong) -> None:
    """Also when its worker closes right after."""
    scheduler.runs("a", ran_s=3570, left_s=15)
    overlong.step()
    scheduler.leaves()
    scheduler.task.state = "memory"

    assert overlong.step() == []


def test_worker_that_dies_for_another_reason_does_not_count(
    scheduler: FakeScheduler, overlong: Overlong
) -> None:
    """Only what the end of a job cuts off is counted."""
    scheduler.runs("a", ran_s=3000, left_s=600)
    overlong.step()
    scheduler.leaves()

    assert overlong.step() == []


def test_long_call_is_warned_about_in_time(scheduler: FakeScheduler, overlong: Overlong) -> None:
    """When its job's replacement is asked for, once: how long it has run, and what is left."""
    scheduler.runs("a", ran_s=3000, left_s=600)
    overlong.step()
    assert scheduler.said == []

    scheduler.runs("a", ran_s=3310, left_s=290)
    overlong.step()
    overlong.step()

    (said,) = scheduler.said
    assert "has run for 55 min 10 s" in said and "ends in 4 min 50 s" in said
    assert "funicular.scale(hours=2)" in said


@pytest.mark.parametrize(
    ("cuts", "hopeless"),
    [
        ([(90, 100)], True),
        ([(60, 100)], False),
        ([(60, 100), (10, 100)], True),
        ([(10, 100), (20, 100), (30, 100)], False),
        ([(10, 100), (20, 100), (30, 100), (5, 100)], True),
    ],
)
def test_when_to_give_up(cuts: list[tuple[float, float]], hopeless: bool) -> None:
    """A whole life, twice with one of half a life, or four times at all."""
    assert is_hopeless(cuts) is hopeless


def test_endless_call_on_a_real_cluster(session: Session) -> None:
    """Jobs of 40 s, an endless call: the error comes with the first job's end, and the rest is right."""
    session.scale(Wish(nodes=1, hours=40 / 3600))
    session.wait_for_workers(2)
    client = session.client()

    short = client.map(lambda x: x + 1, range(4))
    endless = client.submit(time.sleep, 1000, key="endless-0123456789abcdef0123456789abcdef")
    began = time.monotonic()
    with pytest.raises(ItemTooLong, match="`endless` needs longer than a job lives") as caught:
        endless.result(timeout=90)

    assert time.monotonic() - began < 40
    assert "its limit of 40 s" in caught.value.why
    assert client.gather(short) == [1, 2, 3, 4]
