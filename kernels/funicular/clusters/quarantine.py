"""A second chance for a task that ran a node out of memory: alone on a node.

A task whose worker was ended for memory is suspected. It waits until a node's other workers have
finished, runs there with nothing beside it, and then the node is given back. If it overruns even so, it
fails with the limit and the peak. Innocent tasks beside it are never blamed.

Works on Dask's scheduler state, on its event loop; workers are not told: a worker that is "paused" here
only gets no new tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from distributed.core import Status

from funicular.clusters.failing import fail
from funicular.errors import FunicularError
from funicular.units import format_bytes

NOBODY = "quarantine"  # a worker address that no worker has
STIMULUS = "funicular-quarantine"


class OutOfMemory(FunicularError):
    """A task that needs more memory than a whole node's share, also when it runs alone."""

    code = "out-of-memory"


@dataclass(slots=True)
class Cell:
    """The node that is set apart for one task: its workers' names and the one that runs it."""

    key: Any
    workers: tuple[str, ...]
    runner: str
    is_granted: bool = False


class Quarantine:
    """Suspects and where they run. ``nodes``: the worker names of each node there is now."""

    def __init__(self, scheduler: Any, nodes: Callable[[], Collection[tuple[str, ...]]]) -> None:
        self._scheduler = scheduler
        self._nodes = nodes
        self._suspects: list[Any] = []
        self._cell: Cell | None = None

    def overran(self, worker: str, peak_bytes: int, limit_bytes: int) -> None:
        """This worker is being ended for memory: suspect what it runs, or fail what ran alone."""
        for task in self._running_on(worker):
            if self._cell is not None and self._cell.key == task.key and self._cell.is_granted:
                self._fail(task, peak_bytes, limit_bytes)
            elif task.key not in self._suspects:
                self._suspects.append(task.key)
                task.worker_restrictions = {NOBODY}

    def step(self) -> None:
        """Go on: set a node apart, start the suspect there, give the node back. To be called often."""
        if self._cell is not None and self._is_over(self._cell):
            self._give_back(self._cell)
        if self._cell is None:
            self._set_apart()
        if self._cell is not None and not self._cell.is_granted and self._is_empty(self._cell):
            self._grant(self._cell)

    # --- the node

    def _set_apart(self) -> None:
        self._suspects = [key for key in self._suspects if self._waits(key)]
        nodes = [names for names in self._nodes() if any(self._worker(name) for name in names)]
        if not self._suspects or not nodes:
            return
        names = min(nodes, key=lambda each: sum(self._tasks_on(name) for name in each))
        runner = next(name for name in names if self._worker(name))
        self._cell = Cell(self._suspects[0], names, runner)
        for name in names:
            self._set_status(name, Status.paused)

    def _grant(self, cell: Cell) -> None:
        task, worker = self._scheduler.tasks[cell.key], self._worker(cell.runner)
        if worker is None:
            return self._give_back(cell)
        task.worker_restrictions = {worker.address}
        self._set_status(cell.runner, Status.running)
        self._set_status(cell.runner, Status.paused)
        cell.is_granted = True

    def _give_back(self, cell: Cell) -> None:
        self._cell = None
        self._suspects = [key for key in self._suspects if key != cell.key]
        for name in cell.workers:
            self._set_status(name, Status.running)

    def _is_empty(self, cell: Cell) -> bool:
        return self._waits(cell.key) and all(self._tasks_on(name) == 0 for name in cell.workers)

    def _is_over(self, cell: Cell) -> bool:
        if not cell.is_granted:
            return not self._waits(cell.key)
        task = self._scheduler.tasks.get(cell.key)
        if task is not None and task.state == "no-worker":  # its worker died for another reason: again
            task.worker_restrictions = {NOBODY}
            cell.is_granted = False
            return False
        return task is None or task.state in ("memory", "erred", "released", "forgotten")

    # --- Dask's scheduler

    def _waits(self, key: Any) -> bool:
        task = self._scheduler.tasks.get(key)
        return task is not None and task.state not in ("memory", "erred", "released", "forgotten")

    def _worker(self, name: str) -> Any:
        address = self._scheduler.aliases.get(name)
        return self._scheduler.workers.get(address) if address else None

    def _tasks_on(self, name: str) -> int:
        worker = self._worker(name)
        return len(worker.processing) if worker else 0

    def _running_on(self, name: str) -> list[Any]:
        """What the worker runs; what only waits on it is not to blame."""
        worker = self._worker(name)
        if worker is None:
            return []
        running = [task for task in worker.executing if task in worker.processing]
        return running or sorted(worker.processing, key=lambda task: task.priority)[: worker.nthreads]

    def _set_status(self, name: str, status: Status) -> None:
        if (worker := self._worker(name)) is not None:
            self._scheduler.handle_worker_status_change(status, worker, STIMULUS)

    def _fail(self, task: Any, peak_bytes: int, limit_bytes: int) -> None:
        error = OutOfMemory(
            "A task needs more memory than a node has for it.",
            why=f"It ran alone on a node and held {format_bytes(peak_bytes)} of the node's "
            f"{format_bytes(limit_bytes)} when it was ended.",
            next_step="Work on smaller pieces, or ask for nodes with more memory: "
            f'funicular.scale(nodes=1, memory="{format_bytes(2 * limit_bytes)}").',
        )
        fail(self._scheduler, [task], error, stimulus=STIMULUS)
