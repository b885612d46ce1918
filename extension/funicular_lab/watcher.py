"""Follows this user's clusters while somebody listens, and tells what changes.

The registry is looked at every half second; a controller tells by itself (``stream``), on a line of its own;
one that is still to come or does not answer is asked now and then.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from funicular.clusters import controller_end, registry
from funicular.clusters.obituary import Obituary
from funicular.clusters.registry import Entry
from funicular.clusters.stream import Stream
from funicular.errors import FunicularError
from funicular.messages import ClusterView, from_json
from funicular_lab.answers import ClusterAnswer
from funicular_lab.bus import Bus
from funicular_lab.clusters import Clusters
from funicular_lab.obituaries import view_of
from funicular_lab.waits import Waits

ASK_EVERY_S = 3.0  # a cluster that cannot tell by itself
log = logging.getLogger("funicular_lab")


class Follower:
    """One controller's line, read in a thread of its own."""

    def __init__(self, entry: Entry, hear: Callable[[Mapping[str, Any]], object]) -> None:
        self.entry = entry
        self._stream = Stream(entry)
        self._hear = hear
        self._thread = threading.Thread(target=self._read, name=f"funicular-{entry.name}", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        self._stream.close()

    def _read(self) -> None:
        with contextlib.suppress(OSError, RuntimeError):  # RuntimeError: the server's loop has ended
            for line in self._stream.lines():
                self._hear(line)


class Watcher:
    """``look`` every half second, on the server's loop."""

    def __init__(self, clusters: Clusters, bus: Bus, on_change: Callable[[], None] = lambda: None) -> None:
        """on_change: hears that a cluster came, went or has other blocks than before."""
        self._clusters = clusters
        self._bus = bus
        self._on_change = on_change
        self._followers: dict[str, Follower] = {}
        self._told: dict[str, ClusterAnswer] = {}
        self._asked_at: dict[tuple[str, float], float] = {}
        self._tasks: set[asyncio.Future[None]] = set()
        self._waits = Waits()
        self._is_looking = False

    async def look(self) -> None:
        """See who came and went; follow those that are there. Does nothing while nobody listens."""
        if self._is_looking:
            return
        self._is_looking = True
        try:
            if self._bus.is_heard:
                await self._look()
            else:
                self.close()
        finally:
            self._is_looking = False

    def close(self) -> None:
        """Hang up everywhere, and forget what was told."""
        for follower in self._followers.values():
            follower.close()
        self._followers.clear()
        self._told.clear()
        self._asked_at.clear()

    async def _look(self) -> None:
        entries = {entry.name: entry for entry in await asyncio.to_thread(registry.entries)}
        coming = {each.name: each for each in self._clusters.starting.shown(frozenset(entries))}
        for answer in coming.values():
            self._tell(answer)
        for name in [name for name in self._told if name not in entries and name not in coming]:
            self._forget(name)
        for entry in entries.values():
            self._follow(entry)

    def _follow(self, entry: Entry) -> None:
        follower = self._followers.get(entry.name)
        if follower is not None and follower.entry == entry and follower.is_alive:
            return
        if follower is not None:
            follower.close()
            del self._followers[entry.name]
            if entry.is_alive is False:
                self._spawn(self._bury(entry))
        now, which = time.monotonic(), (entry.name, entry.created_s)
        if now - self._asked_at.get(which, float("-inf")) < ASK_EVERY_S:
            return
        is_first = which not in self._asked_at
        self._asked_at[which] = now
        can_tell = not entry.is_coming and entry.is_alive is not False
        if can_tell:
            loop = asyncio.get_running_loop()
            hear = partial(self._hear, entry)
            self._followers[entry.name] = Follower(entry, partial(loop.call_soon_threadsafe, hear))
        if not (can_tell and is_first):  # it cannot tell, or broke off
            self._spawn(self._ask(entry))

    async def _ask(self, entry: Entry) -> None:
        """What can be said of it now; a slow one keeps nobody else waiting."""
        self._tell(await asyncio.to_thread(self._clusters.look, entry))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bury(self, entry: Entry) -> None:
        """The controller died while we followed it: nobody else may say so."""
        with contextlib.suppress(FunicularError, OSError):
            if (found := await asyncio.to_thread(controller_end.notice, entry)) is not None:
                self._bus.died(view_of(entry.name, found, is_alive=False))

    def _hear(self, entry: Entry, line: Mapping[str, Any]) -> None:
        if entry.name not in self._followers:
            return  # it was told before we hung up
        try:
            if "view" in line:
                view = from_json(ClusterView, line["view"])
                self._tell(self._clusters.answer(entry, view))
            elif "died" in line:
                self._bus.died(view_of(entry.name, from_json(Obituary, line["died"]), is_alive=True))
        except FunicularError as error:  # a controller of another version
            log.info("A line of %s cannot be read: %s", entry.name, error)

    def _tell(self, answer: ClusterAnswer) -> None:
        before = self._told.get(answer.name)
        if before == answer:
            return
        self._told[answer.name] = answer
        if before is None or _jobs(before) != _jobs(answer):
            self._on_change()
        self._bus.changed(answer)
        if answer.view is not None:
            waited_s = self._waits.step(answer.view, time.monotonic())
            if waited_s is not None:
                nodes, workers = answer.view.nodes, answer.view.workers
                self._bus.wait_ended(answer.name, waited_s=waited_s, nodes=nodes, workers=workers)

    def _forget(self, name: str) -> None:
        if (follower := self._followers.pop(name, None)) is not None:
            follower.close()
        del self._told[name]
        self._asked_at = {which: at for which, at in self._asked_at.items() if which[0] != name}
        self._waits.forget(name)
        self._bus.gone(name)
        self._on_change()


def _jobs(answer: ClusterAnswer) -> object:
    blocks = answer.view.blocks if answer.view else ()
    return [(block.job, block.state) for block in blocks]
