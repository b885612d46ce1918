"""How long tasks have run on each block: of the core-seconds that are billed, those that were used.

Counted is a task's own time as its worker measured it, one core each; what a task uses beyond one core
(threads of its own) is not seen.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from distributed.diagnostics.plugin import SchedulerPlugin


class Busy(SchedulerPlugin):
    """Adds up the computing time of finished and failed tasks by block."""

    name = "funicular-busy"

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._blocks: dict[str, str] = {}

    def add_worker(self, scheduler: Any, worker: str) -> None:
        self._blocks[worker] = str(scheduler.workers[worker].name).rsplit("-", 1)[0]

    def transition(self, key: Any, start: str, finish: str, *args: Any, **kwargs: Any) -> None:
        if start == "processing" and (spans := kwargs.get("startstops")):
            block = self._blocks.get(kwargs.get("worker", ""), "")
            self._seconds[block] += sum(
                max(0.0, span["stop"] - span["start"]) for span in spans if span["action"] == "compute"
            )

    def of(self, block: str) -> float:
        """Core-seconds that tasks have run on this block so far."""
        return self._seconds.get(block, 0.0)

    @property
    def core_seconds(self) -> float:
        """Of all blocks."""
        return sum(self._seconds.values())
