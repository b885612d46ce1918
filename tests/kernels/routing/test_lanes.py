"""When waiting calls leave the kernel, and what joblib holds ready for a cluster that is still to come."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from joblib import Parallel, delayed, effective_n_jobs

from funicular.routing import joblib_backend, reach
from funicular.routing.lanes import Lanes
from funicular.routing.shipping import Parcel


class Call:
    """A call of a tenth of a second that remembers what became of it."""

    name, what, weight, owns_arrays = "nap", "naps", 1, False

    def __init__(self) -> None:
        self.outcome: Any = None

    def begins(self) -> bool:
        return True

    def here(self) -> float:
        time.sleep(0.1)
        return 0.1

    def packed(self) -> Any:
        return Parcel(b"")

    def done(self, value: Any, seconds: float) -> None:
        self.outcome = value

    def failed(self, error: BaseException) -> None:
        self.outcome = error


class Asked(Exception):
    """The cluster was asked for."""


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """A laptop without a cluster; gives the moments at which one was asked for."""
    asked: list[float] = []

    def start(tell: Any) -> Any:
        asked.append(time.monotonic())
        raise Asked

    monkeypatch.setattr(reach, "cores_hoped", lambda: (2, False))
    monkeypatch.setattr(reach, "start", start)
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "1")
    yield asked


def test_much_that_waits_leaves_at_once(two_cores: list[float]) -> None:
    """Of an iterable without a length, what it has brought until now counts, and as much again."""
    begun = time.monotonic()
    lanes = Lanes(left=lambda: None)
    calls = [Call() for _ in range(60)]
    for call in calls:
        lanes.submit(call)
    lanes.close(wait_s=5)

    assert two_cores and two_cores[0] - begun < 2  # six seconds of work, of which half would be gained
    assert all(call.outcome is not None for call in calls)


def test_little_that_waits_stays(two_cores: list[float]) -> None:
    """A few short calls are done before a cluster would have started."""
    lanes = Lanes(left=lambda: None)
    calls = [Call() for _ in range(6)]
    for call in calls:
        lanes.submit(call)
    lanes.close(wait_s=5)

    assert two_cores == []
    assert [call.outcome for call in calls] == [0.1] * 6


def test_searches_keep_more_ready_than_this_machine_has_cores(two_cores: list[float]) -> None:
    """Inside ``with Parallel(n_jobs=-1)``, as in scikit-learn's searches, a larger cluster is not starved."""
    started: list[int] = []

    def tasks() -> Iterator[Any]:
        for x in range(100):
            started.append(x)
            yield delayed(len)(started)

    joblib_backend.install()
    try:
        with Parallel(n_jobs=-1) as parallel:
            first, *_ = parallel(tasks())
        with Parallel(n_jobs=2, pre_dispatch="n_jobs") as limited:
            limit = limited._effective_n_jobs()
        cores = effective_n_jobs(-1)
    finally:
        joblib_backend.remove()

    assert first >= joblib_backend.UNKNOWN_CORES
    assert (limit, cores) == (2, 2)
