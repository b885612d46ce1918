"""Tells whoever watches a cluster what changes, as lines of JSON, at most two a second.

A line is ``{"view": ...}``, ``{"died": ...}`` or, when nothing happens, ``{}``. Costs, times and small
changes of memory are no news by themselves: they come along, and every few seconds.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from tornado.iostream import StreamClosedError

from funicular.clusters.obituary import Obituary
from funicular.clusters.owners_only import OwnersOnly
from funicular.messages import ClusterView, to_json

EVERY_S = 0.5
TOLD_ANYWAY_S = 5.0
MOST_DEATHS = 100  # kept for a watcher that is slow
_FLOWS = frozenset({"core_hours", "core_hours_committed", "core_hours_busy", "gpu_hours"})
_TIMES = frozenset({"since_s", "time_left_s"})


def essence(view: Mapping[str, Any]) -> Any:
    """What makes two views (as JSON) different enough to be told at once. Pure."""
    kept: dict[str, Any] = {name: value for name, value in view.items() if name not in _FLOWS}
    limit = view.get("memory_limit_bytes") or 0
    kept["memory_bytes"] = round(100 * view.get("memory_bytes", 0) / limit) if limit else 0
    kept["blocks"] = [
        {name: value for name, value in block.items() if name not in _TIMES}
        for block in view.get("blocks", ())
    ]
    return kept


class Watched:
    """Who watches, and what they have not been told yet."""

    def __init__(self, look: Callable[[], ClusterView]) -> None:
        self.look = look
        self._deaths: list[deque[Obituary]] = []

    @property
    def count(self) -> int:
        """How many watch."""
        return len(self._deaths)

    def died(self, obituary: Obituary) -> None:
        """Everybody who watches hears of it."""
        for each in self._deaths:
            each.append(obituary)

    def join(self) -> deque[Obituary]:
        """A new watcher's own line of deaths."""
        mine: deque[Obituary] = deque(maxlen=MOST_DEATHS)
        self._deaths.append(mine)
        return mine

    def leave(self, mine: deque[Obituary]) -> None:
        self._deaths = [each for each in self._deaths if each is not mine]


class WatchHandler(OwnersOnly):
    """POST /api/v1/watch: lines until the watcher hangs up or the cluster ends."""

    _hung_up = False

    def initialize(self, watched: Watched) -> None:
        self._watched = watched

    def on_connection_close(self) -> None:
        self._hung_up = True

    async def post(self) -> None:
        deaths = self._watched.join()
        self.set_header("Content-Type", "application/jsonl")
        try:
            await self._tell(deaths)
        except StreamClosedError:
            pass
        finally:
            self._watched.leave(deaths)

    async def _tell(self, deaths: deque[Obituary]) -> None:
        before: Any = None
        told_at = time.monotonic()
        while not self._hung_up:
            view = to_json(self._watched.look())
            now, is_new = essence(view), False
            if now != before or time.monotonic() - told_at >= TOLD_ANYWAY_S:
                before, told_at, is_new = now, time.monotonic(), True
            lines = [{"died": to_json(deaths.popleft())} for _ in range(len(deaths))]
            lines += [{"view": view}] if is_new else []
            if lines:
                self.write("".join(f"{json.dumps(line)}\n" for line in lines))
                await self.flush()
            await asyncio.sleep(EVERY_S)
