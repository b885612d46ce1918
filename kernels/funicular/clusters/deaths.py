"""The controller's ear for deaths: puts together what agents, Dask and the batch scheduler each know."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterable
from typing import Any

from dask.utils import key_split

from funicular.clusters import obituary
from funicular.clusters.link import Message
from funicular.clusters.obituary import Obituary, WorkerEnd
from funicular.clusters.quarantine import Quarantine
from funicular.clusters.worker import CLOSED, NO_SCHEDULER


class Deaths:
    """Hears of every end and tells those that were no orderly close.

    tell: gets each obituary.   find: the Dask scheduler's state of a worker by name, or ``None``.
    """

    def __init__(
        self, quarantine: Quarantine, *, tell: Callable[[Obituary], None], find: Callable[[str], Any]
    ) -> None:
        self._quarantine = quarantine
        self._tell = tell
        self._find = find
        self._condemned: dict[str, int] = {}  # worker -> memory of its node when it was ended
        self._meant: set[str] = set()
        self._left: dict[str, tuple[str, ...]] = {}  # worker -> what its tasks were called

    def condemn(self, message: Message) -> None:
        """An agent is about to end this worker, since the node's memory is nearly gone."""
        worker = str(message["worker"])
        self._condemned[worker] = int(message["node_bytes"])
        self._quarantine.overran(worker, int(message["worker_bytes"]), int(message["limit_bytes"]))

    def is_meant(self, worker: str) -> None:
        """We end this worker ourselves, for a reason that is no death: nothing is told, no task blamed."""
        self._meant.add(worker)

    def farewell(self, state: Any) -> bool:
        """Dask removes this worker now. True: its tasks are not to blame, so Dask must not count it."""
        name = str(state.name)
        self._left[name] = names_of(state.processing)
        return name in self._condemned or name in self._meant

    def worker_exit(self, message: Message, host: str) -> None:
        """A worker process ended, for whatever reason."""
        worker = str(message["worker"])
        condemned = self._condemned.pop(worker, 0)
        state = self._find(worker)
        tasks = self._left.pop(worker, ())
        if state is not None and not tasks:
            tasks = names_of(state.processing)
        was_meant = worker in self._meant
        self._meant.discard(worker)
        if was_meant or (not message["signal"] and message["code"] in (CLOSED, NO_SCHEDULER)):
            return
        end = WorkerEnd(
            worker=worker,
            host=host,
            code=int(message["code"]),
            signal=int(message["signal"]),
            peak_bytes=int(message["peak_bytes"]),
            limit_bytes=int(message["limit_bytes"]),
            condemned_bytes=condemned,
            oom=str(message.get("oom", "")),
            curve=tuple((float(at), float(held)) for at, held in message["curve"]),
        )
        with contextlib.suppress(ValueError):
            self._tell(obituary.of_worker(end, tasks, time.time()))

    def tasks_of(self, workers: Collection[str]) -> tuple[str, ...]:
        """Names of the tasks that these workers have now, or had when they left."""
        found: list[str] = []
        for name in workers:
            state = self._find(name)
            found += names_of(state.processing) if state else self._left.pop(name, ())
        return tuple(sorted(found))

    def node_lost(self, host: str, block: str, why: str, job: str, rerun: tuple[str, ...] = ()) -> None:
        """A node's agent went without being asked."""
        self._tell(
            Obituary(
                kind="node",
                name=f"{host} of block {block}" + (f" (job {job})" if job else ""),
                cause=f"The node is lost to us: {why}.",
                when_s=time.time(),
                next_step="Nothing: its tasks are run again, and another node is asked for.",
                rerun=rerun,
            )
        )


def names_of(tasks: Iterable[Any]) -> tuple[str, ...]:
    """What people call these tasks: the function's name in each key, not its number."""
    return tuple(sorted(key_split(task.key) for task in tasks))
