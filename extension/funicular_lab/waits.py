"""When a long wait ends: seen from one view of a cluster to the next. Pure."""

from __future__ import annotations

from funicular.messages import ClusterView

LONG_S = 30.0  # shorter waits need no word
_WAITING = ("waiting", "starting")


class Waits:
    """Since when each cluster has waited for its first worker."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def step(self, view: ClusterView, now: float) -> float | None:
        """Seconds of the wait that ends with this view, if it was a long one.   now: monotonic seconds."""
        if view.workers == 0 and view.state in _WAITING:
            longest = max((block.since_s for block in view.blocks), default=0.0)
            self._since.setdefault(view.name, now - longest)
            return None
        since = self._since.pop(view.name, now)
        return now - since if view.workers > 0 and now - since >= LONG_S else None

    def forget(self, name: str) -> None:
        self._since.pop(name, None)
