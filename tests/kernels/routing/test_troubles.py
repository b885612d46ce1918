"""Errors in words: what the cluster did, what we did, and what was the user's."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace as Fake
from typing import Any

import pytest
from distributed import CancelledError
from distributed.comm.core import CommClosedError

import funicular
from funicular.routing import reach, remote
from funicular.routing.troubles import CannotTravel, ClusterLost, WorkerFailed, in_words
from tests.kernels.routing.conftest import CountedSession


@pytest.fixture
def no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows why a connection was lost."""
    monkeypatch.setattr(reach, "session", lambda: Fake(lost_because="", is_orphaned=False))


@pytest.mark.parametrize(
    "error",
    [
        CommClosedError("gone"),
        CancelledError("x"),
        asyncio.CancelledError(),
        OSError("reset"),
        TimeoutError(),
        RuntimeError("IOLoop is closed"),
    ],
)
def test_lost_connections_are_a_lost_cluster(no_session: None, error: BaseException) -> None:
    """Whatever Dask calls it."""
    assert isinstance(in_words(error), ClusterLost)


@pytest.mark.parametrize("error", [RuntimeError("oh"), KeyError("x"), TypeError("y"), ZeroDivisionError()])
def test_our_own_failures_are_no_lost_cluster(error: BaseException) -> None:
    """The cluster is there: the error says whose mistake it is, with its kind and the original."""
    found = in_words(error, doing="The calls of `f`")

    assert isinstance(found, WorkerFailed)
    assert type(error).__name__ in found.why
    assert found.__cause__ is error


def test_what_cannot_be_unpacked_is_named() -> None:
    """A package that workers lack."""
    assert isinstance(in_words(ModuleNotFoundError("No module named 'x'")), CannotTravel)


def test_mistake_on_a_worker_is_told_as_one(session: CountedSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our part raises on the worker, around the user's call: an error that says so; the cluster stays."""

    def broken(*args: Any) -> bytes:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(remote, "run_chunk", broken)
    with pytest.raises(WorkerFailed, match="RuntimeError: a mistake of ours"):
        funicular.map(abs, [-1])
    monkeypatch.undo()
    monkeypatch.setattr(reach, "session", lambda: session)
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "0")
    monkeypatch.setenv("FUNICULAR_SITE", "local")

    assert session.connected() is not None
