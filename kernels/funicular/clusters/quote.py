"""What a wish comes to, in totals and in money, and how far it could go. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from funicular.clusters.budget import NOTHING, Budget, Cost, commitment

if TYPE_CHECKING:  # the Jupyter server reads quotes, and starts sooner without what makes them
    from funicular.schedulers.base import Queue
    from funicular.sites.policy import Policy
    from funicular.sites.request import Plan


@dataclass(frozen=True, slots=True)
class Quote:
    """What a wish comes to. Amounts are totals over the cluster; the cost is the most that it can be.

    nodes_max: the most that queue, policy and budget allow, at least ``nodes``.
    budget: what bounds it, in words; empty where none is set.
    """

    nodes: int
    cores: int
    memory_bytes: int
    gpus: int
    hours: float
    queue: str
    account: str | None
    core_hours: float
    because: tuple[str, ...]
    nodes_max: int
    core_hours_per_node: float
    budget: str


def quote(
    plan: Plan,
    queues: tuple[Queue, ...],
    policy: Policy,
    budget: Budget,
    *,
    committed: Cost = NOTHING,
    held: int = 0,
) -> Quote:
    """The quote for a plan.   committed: what of the budget is gone, ``held`` nodes included."""
    from funicular.clusters.planning import shape_of

    node = commitment(shape_of(plan).rate, plan.walltime_s, plan.kill_overshoot_s)
    paid = budget.seconds_left(committed, node)  # more nodes that the budget has room for
    return Quote(
        nodes=plan.nodes,
        cores=plan.nodes * plan.cores_per_node,
        memory_bytes=plan.nodes * plan.memory_per_node_bytes,
        gpus=plan.nodes * plan.gpus_per_node,
        hours=plan.walltime_s / 3600,
        queue=plan.queue,
        account=plan.account,
        core_hours=plan.nodes * node.core_s / 3600,
        because=plan.because,
        nodes_max=max(plan.nodes, _most(plan, queues, policy, held + paid)),
        core_hours_per_node=node.core_s / 3600,
        budget=str(budget),
    )


def _most(plan: Plan, queues: tuple[Queue, ...], policy: Policy, affordable: float) -> int:
    """Nodes of this kind that may be asked for at once."""
    limits = [policy.maximum_nodes]
    for queue in queues:
        if queue.name == plan.queue:
            limits += [queue.max_nodes, queue.nodes]
    if math.isfinite(affordable):
        limits.append(math.floor(affordable + 1e-9))
    return min((limit for limit in limits if limit is not None), default=plan.nodes)
