"""Notices that nothing can go on: every worker is full, nothing runs, and nothing leaves its memory.

Dask pauses a worker whose memory is nearly full until results were spilled or released. Where all are
paused and there is no room on disk either, it would wait for ever: the tasks that wait get an error.
Works on Dask's scheduler state, on its event loop.
"""

from __future__ import annotations

from typing import Any

from distributed.core import Status

from funicular.clusters.failing import fail
from funicular.errors import FunicularError
from funicular.units import format_bytes, plural

AFTER_S = 7.0  # without any sign of progress; workers report every second or less
STIMULUS = "funicular-stuck"


class MemoryFull(FunicularError):
    """Results fill the memory of all workers, so that no further task can run."""

    code = "memory-full"


class Stuck:
    """Looks at the scheduler now and then."""

    def __init__(self, scheduler: Any) -> None:
        self._scheduler = scheduler
        self._sign: object = None
        self._since = 0.0

    def step(self, now: float, *, may_change: bool) -> MemoryFull | None:
        """To be called often. Gives the error that waiting tasks got, when there was no way on.

        may_change: workers are being added.
        """
        sign = None if may_change else self._sign_of_life()
        if sign is None or sign != self._sign:
            self._sign, self._since = sign, now
            return None
        if now - self._since < AFTER_S:
            return None
        self._sign = None
        return self._give_up()

    def _sign_of_life(self) -> object:
        """What would change if anything went on; ``None`` when something can run or nothing waits."""
        workers = list(self._scheduler.workers.values())
        if not workers or any(each.status != Status.paused or each.executing for each in workers):
            return None
        if not self._waiting():
            return None
        return (
            frozenset(each.address for each in workers),
            sum(each.memory.spilled for each in workers),
            sum(len(each.has_what) for each in workers),
        )

    def _waiting(self) -> list[Any]:
        """Tasks that would run if a worker took them."""
        scheduler = self._scheduler
        sent = [task for worker in scheduler.workers.values() for task in worker.processing]
        return [*sent, *scheduler.queued, *scheduler.unrunnable]

    def _give_up(self) -> MemoryFull:
        workers = list(self._scheduler.workers.values())
        held = sum(each.memory.process for each in workers)
        limit = sum(each.memory_limit for each in workers)
        spilled = sum(each.memory.spilled for each in workers)
        error = MemoryFull(
            "The memory of the cluster is full of results, so nothing more can be computed.",
            why=f"{plural(len(workers), 'worker')}: {format_bytes(held)} of {format_bytes(limit)} are taken; "
            f"{format_bytes(spilled)} lie on the nodes' disks, which take no more.",
            next_step="Delete results that are not needed any more, or ask for more nodes or memory: "
            f'funicular.scale(memory="{format_bytes(2 * limit)}"). A full disk is said in the log.',
        )
        fail(self._scheduler, self._waiting(), error, stimulus=STIMULUS)
        return error
