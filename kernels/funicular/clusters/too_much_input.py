"""A task whose inputs are larger than any worker's memory: Dask's refusal, with what to do about it.

Dask refuses such a task before it is sent (distributed 2026.8, ``Scheduler._add_to_processing``), with
text that knows neither the user's call nor the cluster's size.
"""

from __future__ import annotations

from typing import Any

from distributed.protocol import pickle

from funicular.errors import FunicularError
from funicular.units import format_bytes


class TooMuchInput(FunicularError):
    """The inputs of one task do not fit into the memory of one worker."""

    code = "too-much-input"
    status = 507


def in_words(exception: object, task: Any, worker: Any) -> object:
    """What the future of ``task`` raises: ours instead of the scheduler's own refusal, all else as it is.

    exception: as Dask's scheduler keeps it; only what it made itself is bytes, so that nothing that came
    from a user is unpickled here.   worker: the one that would have run it, or ``None``.
    """
    if not isinstance(exception, bytes) or worker is None or not worker.memory_limit:
        return exception
    need = sum(each.nbytes for each in task.dependencies)
    if need <= worker.memory_limit or not isinstance(pickle.loads(exception), MemoryError):
        return exception
    return pickle.dumps(
        TooMuchInput(
            f"One task needs {format_bytes(need)} of results at once, more than a worker's memory.",
            why=f"A worker has {format_bytes(worker.memory_limit)}; the task {task.key!r} has "
            f"{len(task.dependencies)} inputs.",
            next_step="Reduce in steps (a sum of sums), let each result be smaller, or ask for workers with "
            f"more memory: funicular.scale(memory='{format_bytes(2 * need)}').",
        )
    )
