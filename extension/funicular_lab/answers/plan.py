"""What a wish comes to, and the queues that one can choose from."""

from __future__ import annotations

from dataclasses import dataclass

from funicular.clusters.quote import Quote


@dataclass(frozen=True, slots=True)
class PlanAnswer(Quote):
    """What a wish comes to; nothing was done. Amounts are totals; cost in core-hours is the most it can be.

    nodes_max: the most that queue, policy and budget allow, at least ``nodes``.
    budget: what bounds it, in words; empty where none is set.
    """


@dataclass(frozen=True, slots=True)
class QueueView:
    """Somewhere a job can wait. Amounts are a node's; null where no limit is known."""

    name: str
    is_default: bool
    is_open: bool
    nodes: int
    nodes_idle: int | None
    max_nodes: int | None
    cores_per_node: int
    memory_per_node_bytes: int
    gpus_per_node: int
    max_walltime_s: float | None
    accounts: tuple[str, ...]
    min_nodes: int
    is_shared: bool
    needs_gpu: bool


@dataclass(frozen=True, slots=True)
class QueuesAnswer:
    """Where this user can submit, the usual queue first. ``account``: the one chosen before, if any."""

    site: str
    queues: tuple[QueueView, ...]
    account: str | None
