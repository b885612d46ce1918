"""Holds the session's clusters for as long as this server lives, from the moment they are there."""

from __future__ import annotations

import asyncio
import logging
import time

from funicular.clusters import leases, registry
from funicular.errors import FunicularError
from funicular.processes import ProcessId
from funicular_lab.clusters import Clusters

LOOK_EVERY_S = 5.0  # a new cluster is kept 120 s without a holder
log = logging.getLogger("funicular_lab")


class Lease:
    """Which controllers this server holds: each is told once, one on another host now and then."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters
        self._again: dict[ProcessId, float] = {}  # when each is to be told again

    @property
    def held(self) -> frozenset[ProcessId]:
        return frozenset(self._again)

    async def look(self) -> None:
        """Hold what is new and forget what is gone; to be called every few seconds."""
        self._again = await asyncio.to_thread(self._hold_all)

    def _hold_all(self) -> dict[ProcessId, float]:
        ours = [entry for entry in registry.entries() if self._clusters.is_ours(entry.name)]
        there = [entry for entry in ours if not entry.is_coming]
        found = {entry.process: self._hold(entry) for entry in there}
        return {process: again for process, again in found.items() if again is not None}

    def _hold(self, entry: registry.Entry) -> float | None:
        """Hold it, if that is due; when it is due again, or ``None`` when it is not held."""
        before = self._again.get(entry.process)
        if before is not None and time.monotonic() < before:
            return before
        try:
            again = time.monotonic() + leases.hold(entry)
        except FunicularError as error:  # it is starting or ending: look again
            log.debug("A cluster could not be held: %s", error)
            return None
        if before is None:
            log.info("This server holds the cluster %s.", entry.name)
        return again
