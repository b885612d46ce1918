"""What its nodes are like: how long they live, and what numbers depend on there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from funicular.messages import Wish, to_json

if TYPE_CHECKING:
    from funicular.clusters.controller import Controller


async def on_lives(controller: Controller) -> Any:
    """How long its jobs live, as ``Lives``; without a wish yet: those of a first use."""
    fleet, now = controller.blocks.fleet, time.monotonic()
    if fleet.shape is not None:
        walltime_s = fleet.shape.walltime_s
    else:
        walltime_s = (await controller.api.planned(Wish()))[0].walltime_s
    left = [block.left_s(now) for block in fleet.blocks if block.started is not None]
    return {"walltime_s": walltime_s, "most_s": controller.api.longest_s, "left_s": left}


async def on_numerics(controller: Controller) -> Any:
    """By host, what numbers depend on there (``Numerics``); a node that starts may be missing."""
    nodes = controller.agents.nodes.values()
    return {node.host: to_json(node.numerics) for node in nodes if node.numerics is not None}
