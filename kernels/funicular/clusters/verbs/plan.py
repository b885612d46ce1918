"""What a wish would come to on this cluster; nothing is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from funicular.clusters.budget import budget_of
from funicular.clusters.fleet import HOLDS
from funicular.clusters.quote import quote
from funicular.messages import Wish, from_json, to_json

if TYPE_CHECKING:
    from funicular.clusters.controller import Controller


async def on_plan(controller: Controller, wish: Mapping[str, Any]) -> Any:
    """The wish as a ``Quote``. Raises what planning raises: all that does not fit, at once."""
    asked, fleet = from_json(Wish, wish), controller.blocks.fleet
    made, queues = await controller.api.planned(asked)
    held = sum(block.nodes for block in fleet.blocks if block.state in HOLDS)
    budget = budget_of(asked) or fleet.budget
    return to_json(quote(made, queues, controller.policy, budget, committed=fleet.committed, held=held))
