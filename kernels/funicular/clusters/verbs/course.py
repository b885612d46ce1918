"""The cluster as it is, and its course: see it, go on, end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funicular.clusters.events import Wished
from funicular.messages import to_json

if TYPE_CHECKING:
    from funicular.clusters.controller import Controller


async def on_view(controller: Controller) -> Any:
    """The cluster as a ``ClusterView``."""
    return to_json(controller.api.view())


async def on_retry(controller: Controller) -> Any:
    """Forget what stopped the growth, and try again when there is work."""
    fleet = controller.blocks.fleet
    if fleet.problem is not None and fleet.shape is not None:
        controller.blocks.say(Wished(fleet.wished, fleet.shape, fleet.is_pinned))
    elif fleet.problem is not None:
        controller.api.set_problem(None)
    return await on_view(controller)


async def on_stop(controller: Controller) -> Any:
    """End all jobs and the controller. Answers before it is done."""
    controller.stopping.set()
    return await on_view(controller)
