"""What nodes cost, and how long they may run for what is left of a budget. Pure.

Counted is what a site bills: cores (all of a node where only whole ones are given), nodes, GPUs and the
site's own units (where it weighs cores, memory and GPUs), each times the seconds that they are held, in use
or not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from funicular.messages import Wish
from funicular.units import UnreadableAmount

MINUTE_S = 60.0  # schedulers count time limits in whole minutes
CODE = "budget-too-small"
_ROUNDING_S = 1e-6
_UNITS = {
    "core": "core_hours",
    "cpu": "core_hours",
    "node": "node_hours",
    "gpu": "gpu_hours",
    "billing": "billing_hours",
}
_TEXT = re.compile(
    r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(?:(core|cpu|node|gpu|billing)s?[- ]?h(?:ou)?r?s?)?\s*", re.I
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Core-, node- and GPU-seconds, and the site's units times seconds; of a rate: without the seconds."""

    core_s: float = 0.0
    node_s: float = 0.0
    gpu_s: float = 0.0
    billing_s: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.core_s + other.core_s,
            self.node_s + other.node_s,
            self.gpu_s + other.gpu_s,
            self.billing_s + other.billing_s,
        )

    def __sub__(self, other: Cost) -> Cost:
        return self + other.times(-1)

    def times(self, seconds: float) -> Cost:
        return Cost(
            self.core_s * seconds, self.node_s * seconds, self.gpu_s * seconds, self.billing_s * seconds
        )


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that a cluster may cost in its life. ``None``: no limit in this unit."""

    core_hours: float | None = None
    node_hours: float | None = None
    gpu_hours: float | None = None
    billing_hours: float | None = None

    def __str__(self) -> str:
        limits = (
            ("core", self.core_hours),
            ("node", self.node_hours),
            ("GPU", self.gpu_hours),
            ("billing", self.billing_hours),
        )
        named = [f"{limit:g} {unit}-h" for unit, limit in limits if limit is not None]
        return "none" if self.is_lifted else " and ".join(named)

    def __bool__(self) -> bool:
        return self != Budget()

    @property
    def is_lifted(self) -> bool:
        """Whether this takes an earlier budget away, instead of leaving it as it is."""
        return math.inf in (self.core_hours, self.node_hours, self.gpu_hours, self.billing_hours)

    def after(self, earlier: Budget) -> Budget:
        """The budget in force when this one is named and ``earlier`` was; none named leaves it."""
        return NO_LIMIT if self.is_lifted else self or earlier

    def seconds_left(self, committed: Cost, rate: Cost) -> float:
        """How long something of this rate may still run; no limit is infinity."""
        limits = (
            (self.core_hours, committed.core_s, rate.core_s),
            (self.node_hours, committed.node_s, rate.node_s),
            (self.gpu_hours, committed.gpu_s, rate.gpu_s),
            (self.billing_hours, committed.billing_s, rate.billing_s),
        )
        left = [
            (limit * 3600 - gone) / each for limit, gone, each in limits if limit is not None and each > 0
        ]
        return min(left, default=math.inf)

    def holds(self, cost: Cost) -> bool:
        """Whether the cost is within every limit."""
        return self.seconds_left(cost, Cost(1, 1, 1, 1)) >= -_ROUNDING_S


NOTHING = Cost()
NO_LIMIT = Budget()
LIFTED = Budget(core_hours=math.inf)


def commitment(rate: Cost, walltime_s: float, overshoot_s: float) -> Cost:
    """The most that a job can cost: its limit in whole minutes, and what the scheduler may let it overrun."""
    return rate.times(math.ceil(walltime_s / MINUTE_S) * MINUTE_S + overshoot_s)


def longest_s(
    budget: Budget, committed: Cost, rate: Cost, *, wanted_s: float, overshoot_s: float
) -> float | None:
    """The walltime that the budget leaves: ``wanted_s``, or fewer whole minutes; ``None``: not even one."""
    left = budget.seconds_left(committed, rate) - overshoot_s + _ROUNDING_S
    if math.ceil(wanted_s / MINUTE_S) * MINUTE_S <= left:
        return wanted_s
    minutes = math.floor(left / MINUTE_S)
    return minutes * MINUTE_S if minutes >= 1 else None


def smallest(budget: Budget, committed: Cost, rate: Cost, *, overshoot_s: float) -> Budget:
    """The least budget, in the same units, that lets this run one minute more; three figures, rounded up."""
    least = committed + commitment(rate, MINUTE_S, overshoot_s)

    def hours(limit: float | None, seconds: float) -> float | None:
        return None if limit is None else max(limit, _round_up(seconds / 3600)) if seconds else limit

    return Budget(
        hours(budget.core_hours, least.core_s),
        hours(budget.node_hours, least.node_s),
        hours(budget.gpu_hours, least.gpu_s),
        hours(budget.billing_hours, least.billing_s),
    )


def parse_budget(text: str | float) -> Budget:
    """``"10 core-h"``, ``"2 node-hours"``, ``"4 gpu-h"``, ``"50 billing-h"``; a number alone is core-hours.

    ``"none"`` lifts it.

    Raises ``UnreadableAmount``.
    """
    if isinstance(text, str) and text.strip().lower() == "none":
        return LIFTED
    found = _TEXT.fullmatch(str(text)) if not isinstance(text, bool) else None
    amount = float(found[1]) if found else 0.0
    if found is None or not 0 < amount < math.inf:
        raise UnreadableAmount(
            f"{text!r} is not a budget.",
            why="It is a number above 0 of core-, node- or GPU-hours, or of the site's own billing units.",
            next_step='Such as budget="10 core-h", "2 node-h", "4 gpu-h" or "50 billing-h"; "none" lifts it.',
        )
    return Budget(**{_UNITS[(found[2] or "core").lower()]: amount})


def default_budget(environ: Mapping[str, str]) -> Budget:
    """``$FUNICULAR_BUDGET``, or no limit. Raises ``UnreadableAmount``."""
    text = environ.get("FUNICULAR_BUDGET", "").strip()
    return parse_budget(text).after(NO_LIMIT) if text else NO_LIMIT


def budget_of(wish: Wish) -> Budget:
    """The budget in a wish, empty when it names none."""
    return Budget(
        wish.budget_core_hours, wish.budget_node_hours, wish.budget_gpu_hours, wish.budget_billing_hours
    )


def as_call(budget: Budget) -> str:
    """The call that sets it, to paste."""
    return f'funicular.scale(budget="{budget}")'


def with_budget(wish: Wish, budget: Budget) -> Wish:
    """The same wish with this budget."""
    return replace(
        wish,
        budget_core_hours=budget.core_hours,
        budget_node_hours=budget.node_hours,
        budget_gpu_hours=budget.gpu_hours,
        budget_billing_hours=budget.billing_hours,
    )


def _round_up(hours: float) -> float:
    digits = 2 - math.floor(math.log10(hours))
    return float(f"{math.ceil(hours * 10**digits - 1e-9) / 10**digits:.{max(0, digits)}f}")
