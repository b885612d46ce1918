"""Tasks that run on although nobody wants them: after five seconds their worker is ended. Pure.

A task that was cancelled or interrupted cannot be stopped in its thread; it would keep a core, and the
user's next cell would wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping

PATIENCE_S = 5.0


class Stubborn:
    """Remembers since when each worker runs something that was cancelled."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def overdue(self, cancelled: Mapping[str, int], now: float) -> list[str]:
        """Workers to end now.   cancelled: by worker, tasks that run on unwanted.   now: seconds."""
        self._since = {
            worker: self._since.get(worker, now) for worker, count in cancelled.items() if count > 0
        }
        late = [worker for worker, since in self._since.items() if now - since >= PATIENCE_S]
        for worker in late:
            del self._since[worker]
        return late
