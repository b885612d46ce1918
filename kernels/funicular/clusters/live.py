"""A cluster's numbers over the last minutes: a sample a second, and tasks counted by function.

All comes from counters that Dask's scheduler keeps anyway, so that it costs the same for ten tasks and
for a hundred thousand.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

KEPT = 600  # samples, one a second
MOST_FUNCTIONS = 40  # the latest
EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class FunctionView:
    """Tasks of one function: those done and failed so far, those that run and wait now."""

    name: str
    done: int
    running: int
    waiting: int
    erred: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment. ``t_s``: Unix time.   busy, cores: of the workers that are there."""

    t_s: float
    busy: int
    cores: int
    memory_bytes: int
    memory_limit_bytes: int


class Live:
    """The samples of the last ten minutes."""

    def __init__(self, kept: int = KEPT) -> None:
        self._samples: deque[Sample] = deque(maxlen=kept)

    def add(self, sample: Sample) -> None:
        """One more; several within a second count as the first."""
        if not self._samples or sample.t_s - self._samples[-1].t_s >= 0.9 * EVERY_S:
            self._samples.append(sample)

    def columns(self, since_s: float = 0.0) -> dict[str, list[float]]:
        """One list for each quantity, oldest first.   since_s: only those after this time."""
        samples = [each for each in self._samples if each.t_s > since_s]
        return {name: [getattr(each, name) for each in samples] for name in Sample.__slots__}


def busy_cores(workers: Iterable[Any]) -> int:
    """Threads that have a task, of these Dask workers: one that has more tasks than threads is full."""
    return sum(min(len(worker.processing), worker.nthreads) for worker in workers)


def functions(prefixes: Mapping[str, Any], busy: int) -> tuple[FunctionView, ...]:
    """Tasks by function, from the scheduler's ``task_prefixes``, in the order in which they came.

    busy: tasks that really run. The scheduler hands out a few more than that; which of them a worker has
    begun it does not know, so what runs is shared out among the functions in proportion.
    """
    latest = list(islice(reversed(prefixes.values()), MOST_FUNCTIONS))[::-1]  # type: ignore[call-overload]
    handed_out = sum(each.states["processing"] for each in prefixes.values())
    share = min(1.0, busy / handed_out) if handed_out else 0.0
    return tuple(_function(each, share) for each in latest if any(each.state_counts.values()))


def _function(prefix: Any, share: float) -> FunctionView:
    states, seen = prefix.states, prefix.state_counts
    running = round(states["processing"] * share)
    waiting = sum(states[state] for state in ("waiting", "queued", "no-worker", "processing")) - running
    return FunctionView(str(prefix.name), seen["memory"], running, waiting, seen["erred"])
