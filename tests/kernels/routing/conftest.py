"""A real cluster on the local site, shared by a module's tests; the first one that needs it starts it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from funicular.clusters.session import Session
from funicular.messages import ClusterView
from funicular.routing import reach


class CountedSession(Session):
    """The real thing, which counts how often it began, and can be told to fail."""

    starts = 0
    problem: Exception | None = None
    is_patient = True

    def client(self, *, tell: Any = None) -> Any:
        if self.problem is not None:
            raise self.problem
        if (client := self.connected()) is not None:
            return client
        if self.entry() is None:
            self.starts += 1
        client = super().client(tell=tell)
        if self.is_patient:
            self.wait_for_workers(2)  # so that each test sees the same cluster
        return client

    def view(self) -> ClusterView | None:
        return None if self.problem is not None else super().view()


@pytest.fixture(autouse=True, scope="module")
def module_home() -> Iterator[Path]:
    """A registry for the module, with a path short enough for a Unix socket."""
    folder = Path(tempfile.mkdtemp(prefix="fun-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def state_home(module_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its cluster outlives a test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(module_home))
    monkeypatch.setenv("FUNICULAR_SITE", "local")
    return module_home


@pytest.fixture(scope="module")
def shared_session(module_home: Path) -> Iterator[CountedSession]:
    """One cluster for a module."""
    session = CountedSession(f"routing-{os.getpid()}")
    yield session
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(module_home))
        session.stop()


@pytest.fixture
def session(shared_session: CountedSession, monkeypatch: pytest.MonkeyPatch) -> CountedSession:
    """The session of this process; work always goes to its cluster unless a test says else."""
    monkeypatch.setattr(reach, "session", lambda: shared_session)
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "0")
    return shared_session
