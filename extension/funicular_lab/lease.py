"""Holds the session's clusters for as long as this server lives, from the moment they are there."""

from __future__ import annotations

import asyncio
import logging

from funicular.clusters import registry
from funicular.errors import FunicularError
from funicular.processes import ProcessId
from funicular_lab.clusters import Clusters

LOOK_EVERY_S = 5.0  # a new cluster is kept 120 s without a holder
log = logging.getLogger("funicular_lab")


class Lease:
    """Which controllers this server holds: each is told once."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters
        self.held: frozenset[ProcessId] = frozenset()

    async def look(self) -> None:
        """Hold what is new and forget what is gone; to be called every few seconds."""
        self.held = await asyncio.to_thread(self._hold_new)

    def _hold_new(self) -> frozenset[ProcessId]:
        there = [entry for entry in registry.entries() if self._clusters.is_ours(entry.name)]
        return frozenset(entry.process for entry in there if entry.process in self.held or self._hold(entry))

    def _hold(self, entry: registry.Entry) -> bool:
        try:
            self._clusters.hold(entry)
        except FunicularError as error:  # it is starting or ending: look again
            log.debug("A cluster could not be held: %s", error)
            return False
        log.info("This server holds the cluster %s.", entry.name)
        return True
