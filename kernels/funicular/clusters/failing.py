"""Tasks of Dask's that get an error of ours, whatever state they are in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from distributed.protocol import pickle

from funicular.errors import FunicularError


def fail(scheduler: Any, tasks: Iterable[Any], error: FunicularError, *, stimulus: str) -> None:
    """Their futures raise the error from now on. To be called on the scheduler's event loop."""
    packed = pickle.dumps(error)
    recommendations: dict[Any, Any] = {}
    for task in tasks:
        where = {"worker": task.processing_on.address} if task.processing_on else {}
        recommendations |= scheduler.transition(
            task.key, "erred", exception=packed, cause=task.key, stimulus_id=stimulus, **where
        )
    scheduler.transitions(recommendations, stimulus)
