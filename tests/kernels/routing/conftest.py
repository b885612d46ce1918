"""A session whose cluster is two worker processes of Dask's own, shared by a module's tests."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from funicular.clusters import output
from funicular.messages import ClusterView, Wish


class StubSession:
    """What ``clusters.session`` promises, over a ``LocalCluster``. ``starts``: how often it was begun."""

    name = "stub"

    def __init__(self) -> None:
        self.starts = 0
        self.cluster: Any = None
        self.dask: Any = None
        self.problem: Exception | None = None

    def client(self) -> Any:
        if self.problem is not None:
            raise self.problem
        if self.dask is not None and self.dask.status == "running":
            return self.dask
        from distributed import Client, LocalCluster

        if self.cluster is None:
            self.starts += 1
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.cluster = LocalCluster(
                    n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit="1GB"
                )
        self.dask = Client(self.cluster.scheduler_address, timeout=10)
        self.dask.wait_for_workers(2, timeout=30)
        self.dask.register_plugin(_redirecting(), name="redirect")
        return self.dask

    def connected(self) -> Any:
        return self.dask if self.dask is not None and self.dask.status == "running" else None

    def wait_for_workers(self, n: int = 1, *, tell: Callable[[str], None] | None = None) -> None:
        self.client().wait_for_workers(n, timeout=30)

    def scale(self, wish: Wish) -> ClusterView:
        self.client()
        view = self.view()
        assert view is not None
        return view

    def view(self) -> ClusterView | None:
        if self.cluster is None:
            return None
        return ClusterView(
            name="stub",
            site="local",
            state="running",
            nodes=1,
            workers=2,
            cores=2,
            core_hours=0.001,
            blocks=(),
            nodes_wished=1,
            cores_per_node=2,
        )

    def stop(self) -> None:
        if self.dask is not None:
            self.dask.close()
        if self.cluster is not None:
            self.cluster.close()
        self.dask = self.cluster = None


def _redirecting() -> Any:
    from distributed import WorkerPlugin

    class Redirect(WorkerPlugin):  # as our own workers do when they begin
        def setup(self, worker: Any) -> None:
            output.redirect(worker)

    return Redirect()


@pytest.fixture(scope="module")
def shared_session() -> Iterator[StubSession]:
    """One cluster for a module, started when a test first needs it."""
    session = StubSession()
    yield session
    session.stop()


@pytest.fixture
def session(shared_session: StubSession, monkeypatch: pytest.MonkeyPatch) -> StubSession:
    """The session of this process is the stub; work always goes to the cluster unless a test says else."""
    from funicular.routing import reach

    monkeypatch.setattr(reach, "session", lambda: shared_session)
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "0")
    return shared_session
