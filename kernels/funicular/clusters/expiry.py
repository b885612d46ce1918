"""Watches when a cluster's certificates end, and ends it in order before; said while there is time. Pure.

The CA's key is gone once they are made, so they cannot be renewed: the next cluster has new ones. After
their end no new connection is made, and nearly every result needs one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from funicular.units import format_seconds

WARN_S = (3 * 86400.0, 86400.0, 6 * 3600.0, 3600.0, 600.0)  # before the cluster ends, each told once
MARGIN_S = 900.0  # a node's clock may be ahead by some minutes
NEXT = "The next cell that needs a cluster starts a new one."


@dataclass(slots=True)
class Expiry:
    """One cluster's.   certified_s: Unix time at which its certificates end."""

    certified_s: float
    _told: set[float] = field(default_factory=set)

    def due(self, now_s: float) -> str:
        """What to tell now; mostly nothing."""
        left_s = self.certified_s - MARGIN_S - now_s
        passed = {each for each in WARN_S if left_s <= each}
        if left_s <= 0 or passed <= self._told:
            return ""
        self._told |= passed
        return (
            f"The certificates of this cluster are nearly over: it ends in {format_seconds(left_s)}.\n"
            f"  Next: gather what you need by then, or funicular.stop() now. {NEXT}\n"
        )

    def is_over(self, now_s: float) -> bool:
        """Whether the cluster must end now."""
        return now_s >= self.certified_s - MARGIN_S
