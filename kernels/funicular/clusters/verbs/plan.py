"""What a wish would come to on this cluster; nothing is done."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funicular.clusters.budget import budget_of
from funicular.clusters.events import Wished
from funicular.clusters.fleet import HOLDS
from funicular.clusters.home import too_long
from funicular.clusters.planning import shape_of
from funicular.clusters.quote import quote
from funicular.messages import Wish, from_json, to_json

if TYPE_CHECKING:
    from funicular.clusters.controller import Controller

PATIENCE_S = 3.0  # a quote waits no longer to hear what is left; the next one says it


async def on_plan(controller: Controller, wish: Mapping[str, Any]) -> Any:
    """The wish as a ``Quote``. Raises what planning raises, and ``BudgetTooSmall``."""
    from funicular.clusters.api import check_budget  # it finds the verbs

    asked, fleet = from_json(Wish, wish), controller.blocks.fleet
    await controller.api.ask_what_is_left(PATIENCE_S)
    made, queues = await controller.api.planned(asked)
    held = sum(block.nodes for block in fleet.blocks if block.state in HOLDS)
    wished, now = Wished(made.nodes, shape_of(made), True, budget_of(asked)), time.monotonic()
    notes = (*check_budget(fleet, wished, now), too_long(fleet, made.walltime_s, now))
    made = replace(made, because=(*made.because, *filter(None, notes)))
    budget = wished.budget.after(fleet.budget)
    return to_json(quote(made, queues, controller.policy, budget, committed=fleet.committed, held=held))
