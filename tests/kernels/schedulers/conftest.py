"""A machine of four cores for the local scheduler, in a folder of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from funicular.schedulers.base import JobId, JobSpec, JobState, JobStatus
from funicular.schedulers.local import LocalScheduler


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalScheduler]:
    """The real local scheduler with 4 cores and 2 GB; whatever still runs at the end is ended."""
    monkeypatch.setenv("FUNICULAR_LOCAL_CORES", "4")
    monkeypatch.setenv("FUNICULAR_LOCAL_MEMORY", "2GB")
    monkeypatch.setenv("FUNICULAR_LOCAL_GRACE", "0.5")
    scheduler = LocalScheduler(tmp_path / "spool")
    yield scheduler
    scheduler.cancel(list(scheduler.describe()))
    until(lambda: not scheduler.describe())


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., JobSpec]:
    """A job that runs a shell line."""

    def make(line: str, *, name: str = "job", **amounts: object) -> JobSpec:
        return JobSpec(name, ("bash", "-c", line), tmp_path / f"{name}.log", **amounts)  # type: ignore[arg-type]

    return make


def until(claim: Callable[[], object], *, within_s: float = 30.0) -> None:
    """Return once the claim holds; fail when it does not in time."""
    deadline = time.monotonic() + within_s
    while not claim():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def ended(scheduler: LocalScheduler, job: JobId) -> JobStatus:
    """How a job ended, once it has."""
    until(lambda: scheduler.describe([job])[job].state is JobState.GONE)
    return scheduler.describe([job])[job]
