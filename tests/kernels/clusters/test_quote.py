"""What a wish comes to, and how far it could go."""

from __future__ import annotations

import pytest

from funicular.clusters.budget import Budget, Cost
from funicular.clusters.quote import Quote, quote
from funicular.schedulers.base import Queue
from funicular.sites.policy import Policy
from funicular.sites.request import Plan

PLAN = Plan(2, 8, 16 * 10**9, 0, 3600, "short", "p1", 8, 1, ("because",), 16.0)
QUEUES = (Queue("short", True, 10, 8, 16 * 10**9, max_nodes=6), Queue("long", False, 99, 8, 16 * 10**9))


def of(policy: Policy | None = None, budget: Budget | None = None, **spent: object) -> Quote:
    return quote(PLAN, QUEUES, policy or Policy(), budget or Budget(), **spent)  # type: ignore[arg-type]


def test_amounts_are_totals_and_the_cost_is_the_most_it_can_be() -> None:
    """Two nodes of eight cores for an hour: 16 cores, 16 core-hours, 8 of them a node's."""
    made = of()

    assert (made.nodes, made.cores, made.memory_bytes, made.hours) == (2, 16, 32 * 10**9, 1)
    assert (made.core_hours, made.core_hours_per_node) == (16, 8)
    assert (made.queue, made.account, made.because, made.budget) == ("short", "p1", ("because",), "")


def test_the_most_is_what_the_chosen_queue_allows() -> None:
    """Other queues do not count; a queue's own limit does, where it is smaller than its size."""
    assert of().nodes_max == 6


def test_the_administrators_can_allow_less() -> None:
    """A policy's most counts where it is the smallest."""
    assert of(Policy(maximum_nodes=3)).nodes_max == 3


@pytest.mark.parametrize(
    ("limit", "committed", "held", "most"), [(40.0, 0.0, 0, 5), (40.0, 16.0, 2, 5), (40.0, 30.0, 2, 3)]
)
def test_the_budget_bounds_the_most(limit: float, committed: float, held: int, most: int) -> None:
    """Nodes that are held already are paid for; only what is left of the budget buys more."""
    made = of(budget=Budget(limit), committed=Cost(core_s=committed * 3600), held=held)

    assert made.nodes_max == most
    assert made.budget == "40 core-h"


def test_the_most_is_never_less_than_what_was_asked_for() -> None:
    """A slider must be able to show its own value; that the budget is too small is told elsewhere."""
    assert of(budget=Budget(1.0)).nodes_max == 2
