"""The last minutes of this cluster, and who holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funicular.clusters.live import busy_cores, functions
from funicular.messages import to_json

if TYPE_CHECKING:
    from funicular.clusters.controller import Controller


async def on_live(controller: Controller, since_s: float = 0.0) -> Any:
    """One array for each quantity, tasks by function, and the processes that hold the cluster.

    since_s: only samples after this Unix time.
    """
    dask = controller.dask
    counted = functions(dask.task_prefixes, busy_cores(dask.workers.values()))
    return {
        **controller.live.columns(since_s),
        "functions": to_json(counted),
        "holders": controller.holders.who(),
    }
