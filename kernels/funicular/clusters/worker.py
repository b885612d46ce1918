"""What a forked worker process does: one Dask worker, from the first line to its exit code."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from funicular.clusters import gpus
from funicular.clusters.security import Credentials

# Exit codes by which the agent knows what to do next.
CLOSED = 0  # asked to close: stays gone
AGAIN = 75  # the scheduler let it go (restart, heartbeat lost): start another
NO_SCHEDULER = 76  # the scheduler is gone: the block is over


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """One worker.   memory_bytes: its share of the node.   folder: where it runs and finds modules.

    scratch: private folder on the node for what is spilled.   umask: the user's own.
    gpu: the one that this worker sees, as the driver numbers it; ``None`` where the job has none.
    """

    name: str
    scheduler: str
    host: str
    threads: int
    memory_bytes: int
    scratch: str
    folder: str
    umask: int
    environment: Mapping[str, str]
    gpu: str | None
    credentials: Credentials


def prepare() -> None:
    """Before the fork, once: what every worker would find out or load again at its start."""
    import dask.config
    from distributed.versions import get_versions

    get_versions()  # remembers what it read in packages' metadata, and what uname said
    dask.config.set({"distributed.worker.http.routes": []})  # nothing serves them; they load much


def reseed() -> None:
    """Random streams of their own: a fork would give every worker the same numbers."""
    import random

    random.seed()
    if numpy_random := sys.modules.get("numpy.random"):  # loaded after the fork, it is new
        numpy_random.seed()
    if torch := sys.modules.get("torch"):
        torch.seed()


def settle(spec: WorkerSpec) -> None:
    """The notebook's folder, its modules, its environment and the user's umask."""
    os.umask(spec.umask)
    os.environ.update(spec.environment)
    if spec.gpu is not None:
        os.environ.update(dict.fromkeys(gpus.VARIABLES, spec.gpu))
    try:
        os.chdir(spec.folder)
    except OSError:
        os.chdir(spec.scratch)  # the folder is not on this node
    if spec.folder not in sys.path:
        sys.path.insert(0, spec.folder)


def run(spec: WorkerSpec) -> int:
    """Be this worker until it closes; the exit code says why it did."""
    reseed()
    settle(spec)
    return asyncio.run(_serve(spec))


async def _serve(spec: WorkerSpec) -> int:
    from funicular.clusters import output, pickling
    from funicular.clusters.security import dask_security
    from funicular.clusters.unix_http import BROKEN, QuietWorker

    worker = QuietWorker(
        spec.scheduler,
        name=spec.name,
        nthreads=spec.threads,
        memory_limit=spec.memory_bytes,
        host=spec.host,
        protocol="tls://",
        security=dask_security(spec.credentials),
        local_directory=spec.scratch,
        dashboard=False,
        death_timeout=30,
    )
    pickling.keep_file_names()
    output.redirect(worker)  # before the first task can print
    async with worker:
        await worker.finished()  # type: ignore[no-untyped-call]
    if worker.closed_because == BROKEN:
        return NO_SCHEDULER
    return AGAIN if worker.closed_because == "scheduler-remove-worker" else CLOSED
