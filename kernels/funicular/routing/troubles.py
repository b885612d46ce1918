"""Dask's errors in words: lost connections, lost workers, what cannot be pickled."""

from __future__ import annotations

import asyncio
import concurrent.futures
from concurrent.futures import BrokenExecutor
from time import monotonic, sleep
from typing import Any

from funicular.errors import FunicularError
from funicular.routing.tracebacks import repair

DYING_S = 0.5  # a killed process closes its connections before it is gone
KILLED_S = 5.0  # the watchdog looks every second, and asks for two and a half
LOOP_CLOSED = "IOLoop is closed"  # distributed's words for a client that was closed meanwhile
OBITUARY_S = 1.0  # a death and its reason arrive in any order
MORE_MEMORY = (
    "Ask for more memory, such as funicular.scale(nodes=1, memory='64 GB'), or let one call handle less data."
)


class ClusterLost(FunicularError, BrokenExecutor):
    """The cluster went away while it was used."""

    code = "cluster-lost"
    status = 503


class WorkerLost(FunicularError, BrokenExecutor):
    """Workers died, again and again, over the same piece of work."""

    code = "worker-lost"
    status = 502


class WorkerFailed(FunicularError, BrokenExecutor):
    """Our own part on a worker failed around the user's call: a mistake of ours."""

    code = "worker-failed"
    status = 500


class CannotTravel(FunicularError, TypeError):
    """A function, an argument or a result that cannot be pickled."""

    code = "cannot-travel"
    status = 400


class TaskFailed(FunicularError):
    """A call raised an exception that cannot itself be sent back."""

    code = "task-failed"
    status = 400


def is_trouble(error: BaseException) -> bool:
    """Whether the error comes from the cluster, not from the user's code."""
    from distributed import CancelledError, KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError

    if isinstance(error, RuntimeError) and str(error) == LOOP_CLOSED:
        return True
    kinds = (CommClosedError, KilledWorker, FutureCancelledError, CancelledError)
    return isinstance(error, (*kinds, concurrent.futures.CancelledError, asyncio.CancelledError))


def in_words(error: BaseException, *, doing: str = "The calls") -> FunicularError:
    """Any error of Dask as one of ours, the original as its cause."""
    if isinstance(error, FunicularError):
        return error
    from distributed import KilledWorker

    found: FunicularError
    if isinstance(error, KilledWorker):
        last = str(getattr(error.last_worker, "name", None) or error.last_worker)
        why, next_step = _last_words(last)
        found = WorkerLost(
            f"{doing} were given up: each worker that ran one died ({error.allowed_failures + 1} times).",
            why=f"The last one was {last}. {why}",
            next_step=next_step,
        )
    elif "deserializ" in str(error).lower() or isinstance(error, ImportError | AttributeError):
        cause = error.__cause__ or error
        found = CannotTravel(
            f"{doing} arrived on the cluster but cannot be unpacked there.",
            why=f"{type(cause).__name__}: {cause}",
            next_step="Check that the workers see the same files and packages as this notebook.",
        )
    elif is_trouble(error) or isinstance(error, OSError | TimeoutError):
        found = cut_off(doing, why=str(error) or type(error).__name__)
    else:
        found = WorkerFailed(
            f"{doing} failed on a worker, outside of your own code.",
            why=f"{type(error).__name__}: {error}",
            next_step="It is a mistake of Funicular: please report it with the traceback above. "
            "The cluster is still there.",
        )
    found.__cause__ = error
    return found


def _last_words(worker: str) -> tuple[str, str]:
    """Why this worker died and what to do, from its obituary; the likely reason when there is none."""
    from funicular.clusters import graveyard
    from funicular.routing import reach

    deadline = monotonic() + OBITUARY_S
    while True:
        for obituary in reversed(graveyard.read(reach.session().name)):
            if obituary.kind == "worker" and obituary.name.split(" ")[0] == worker:
                return obituary.cause, obituary.next_step or MORE_MEMORY
        if monotonic() > deadline:
            return "Most often this is memory: one call needs more than a worker has.", MORE_MEMORY
        sleep(0.05)


def cut_off(doing: str, *, why: str = "") -> ClusterLost:
    """The connection to the cluster is gone, with what the session knows of the reason."""
    known = _why_lost()
    if known:
        why = f"Its controller {known}."
    elif not why or "scheduler-connection-lost" in why:
        why = "Its controller ended or stopped answering (scheduler-connection-lost)."
    else:
        why = f"Dask says: {why}"
    return ClusterLost(
        f"{doing} were cut off: the connection to the cluster is gone.",
        why=why,
        next_step="Run the cell again: the cluster is found again, or a new one starts.",
    )


def _why_lost() -> str:
    """What the session knows; when its controller was killed, it knows how a moment later."""
    from funicular.routing import reach

    session = reach.session()
    began = monotonic()
    while not session.lost_because and monotonic() - began < (KILLED_S if session.is_orphaned else DYING_S):
        sleep(0.05)
    return session.lost_because


def comes_home(failure: Any, *, doing: str) -> BaseException:
    """The user's exception from a worker, with its traceback, so that it reads as if raised here."""
    import pickle

    text = failure.text
    if failure.error:
        try:
            error = pickle.loads(failure.error)
            if isinstance(error, BaseException):
                return repair(error)
        except Exception as problem:
            text += f" (and it cannot be unpacked here: {problem})"
    if failure.lost:
        return CannotTravel(
            f"A result of {doing} cannot be sent back.",
            why=text,
            next_step="Return plain data (numbers, text, arrays, tables) instead.",
        )
    return TaskFailed(f"{doing} raised {failure.kind}: {text}")
