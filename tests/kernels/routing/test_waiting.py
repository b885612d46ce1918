"""In a full queue work waits and says for what; joblib's own Dask backend gives up after ten seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from joblib import Parallel, delayed

import funicular
from funicular.routing import joblib_backend
from funicular.routing.progress import ProgressLine
from funicular.schedulers.base import JobId, JobSpec
from funicular.schedulers.local import LocalScheduler
from tests.kernels.routing.conftest import CountedSession

OCCUPIED_S = 11.0


@pytest.fixture
def occupied(session: CountedSession, state_home: object) -> Iterator[JobId]:
    """All cores of this machine belong to somebody's job for eleven seconds."""
    scheduler = LocalScheduler()
    queue = scheduler.queues()[0]
    spec = JobSpec(
        name="ahead",
        command=("sleep", "60"),
        log=state_home / "ahead.log",  # type: ignore[operator]
        cores_per_node=queue.cores_per_node,
        memory_per_node_bytes=queue.memory_per_node_bytes // 2,
        walltime_s=120,
    )
    job = scheduler.submit(spec)
    timer = threading.Timer(OCCUPIED_S, scheduler.cancel, ([job],))
    timer.start()
    yield job
    timer.cancel()
    timer.join()
    scheduler.cancel([job])


def test_joblib_waits_and_says_why(
    occupied: JobId, session: CountedSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason of the queue is shown while it lasts, and the results come when it is over."""
    told: list[str] = []
    monkeypatch.setattr(session, "is_patient", False)
    monkeypatch.setattr(ProgressLine, "say", lambda line, text, **_: told.append(text))
    joblib_backend.install()
    begun = time.monotonic()
    try:
        found = Parallel(n_jobs=2)(delayed(abs)(-x) for x in range(10))
    finally:
        joblib_backend.remove()

    assert found == list(range(10))
    assert time.monotonic() - begun > OCCUPIED_S - 2
    assert any(text.startswith("Waiting ") and "1 node: " in text for text in told), told
    assert funicular.map(abs, [-1]) == [1]
