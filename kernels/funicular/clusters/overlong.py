"""Tasks that a job's time limit cuts off: warned about before, run once more, then failed with the reason.

Dask would run such a task again on every new block, for ever. One that ran for nearly all of a job's life
needs a longer life; one that began late may be luckier on the next block, but not without end.
Works on Dask's scheduler state, on its event loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dask.utils import key_split

from funicular.clusters.failing import fail
from funicular.clusters.lives import ItemTooLong, longer
from funicular.units import format_seconds

STIMULUS = "funicular-overlong"
NEARLY_ALL = 0.8  # of a job's life: no other block of this length has room for it
HALF = 0.5
MOST_CUTS = 4  # also of one that always began late
_OVER = ("memory", "erred", "released", "forgotten")


@dataclass(frozen=True, slots=True)
class Life:
    """What a worker's block has left.   limit_s: of its job.   left_s: until then.

    overlap_s: before the end another is asked for, and takes its work over when it is there.
    """

    job: str
    limit_s: float
    left_s: float
    overlap_s: float


@dataclass(slots=True)
class _Task:
    ran_s: float = 0.0
    life: Life | None = None
    address: str = ""
    is_told: bool = False
    cuts: list[tuple[float, Life]] = field(default_factory=list)


class Overlong:
    """Looks at what runs on blocks that end soon.

    life: of the worker of this name, ``None`` when nothing is known.   tell: gets a sentence for the cell.
    most_s: how long a job may live here at most; 0 when that is not known.
    """

    def __init__(
        self,
        scheduler: Any,
        life: Callable[[str], Life | None],
        *,
        tell: Callable[[str], None],
        most_s: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._scheduler = scheduler
        self._life = life
        self._tell = tell
        self._most_s = most_s
        self._tasks: dict[Any, _Task] = {}

    def step(self) -> list[ItemTooLong]:
        """To be called often; gives the errors that tasks have got now."""
        self._look()
        failed = []
        for key, seen in list(self._tasks.items()):
            task = self._scheduler.tasks.get(key)
            if task is None or task.state in _OVER:
                del self._tasks[key]
                continue
            error = self._cut(task, seen) if seen.address and not _is_on(task, seen.address) else None
            if error is not None:
                failed.append(error)
                del self._tasks[key]
        return failed

    def _look(self) -> None:
        """What runs on workers whose job is nearly over."""
        for worker in self._scheduler.workers.values():
            life = self._life(str(worker.name))
            if life is None or life.left_s > life.overlap_s:
                continue
            for task, ran_s in worker.executing.items():
                seen = self._tasks.setdefault(task.key, _Task())
                seen.ran_s, seen.life, seen.address = ran_s, life, worker.address
                if ran_s >= HALF * life.limit_s and not seen.is_told:
                    seen.is_told = True
                    self._tell(_warning(key_split(task.key), ran_s, life, self._most_s()))

    def _cut(self, task: Any, seen: _Task) -> ItemTooLong | None:
        """It left its worker unfinished, because the job ended."""
        assert seen.life is not None
        seen.cuts.append((seen.ran_s, seen.life))
        seen.address, seen.is_told = "", False
        if not is_hopeless([(ran_s, life.limit_s - life.overlap_s) for ran_s, life in seen.cuts]):
            return None
        error = too_long(key_split(task.key), seen.cuts, self._most_s())
        fail(self._scheduler, [task], error, stimulus=STIMULUS)
        return error


def is_hopeless(cuts: list[tuple[float, float]]) -> bool:
    """Whether to run it again makes no sense.   cuts: seconds that it ran, of the seconds that there were."""
    if any(ran_s >= NEARLY_ALL * usable_s for ran_s, usable_s in cuts):
        return True
    began_early = any(ran_s >= HALF * usable_s for ran_s, usable_s in cuts)
    return len(cuts) >= (2 if began_early else MOST_CUTS)


def too_long(name: str, cuts: list[tuple[float, Life]], most_s: float = 0.0) -> ItemTooLong:
    """The error, with what was seen and the way out.   most_s: see ``longer``."""
    longest = max(ran_s for ran_s, _ in cuts)
    limit_s = max(life.limit_s for _, life in cuts)
    times = "" if len(cuts) == 1 else f", the last of {len(cuts)} times"
    return ItemTooLong(
        f"A call of `{name}` needs longer than a job lives.",
        why=f"It had run for {format_seconds(longest)} and was not done when its job {cuts[-1][1].job} "
        f"neared its limit of {format_seconds(limit_s)}{times}; a call cannot move on half done.",
        next_step=longer(2 * limit_s, limit_s, most_s),
    )


def _warning(name: str, ran_s: float, life: Life, most_s: float) -> str:
    return (
        f"A call of `{name}` has run for {format_seconds(ran_s)}, and its job {life.job} ends in "
        f"{format_seconds(life.left_s)}: if it is not done by then, it must begin anew on another.\n"
        f"  Next: {longer(2 * life.limit_s, life.limit_s, most_s)}\n"
    )


def _is_on(task: Any, address: str) -> bool:
    return task.processing_on is not None and task.processing_on.address == address
