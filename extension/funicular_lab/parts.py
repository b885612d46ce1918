"""The parts of the server that handlers reach, each loaded when it is first needed: Lab starts sooner."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from funicular_lab.clusters import Clusters

if TYPE_CHECKING:
    from funicular_lab.bus import Bus
    from funicular_lab.jobs import Jobs
    from funicular_lab.ledger import Ledger
    from funicular_lab.site import Site
    from funicular_lab.watcher import Watcher

SETTING = "funicular_parts"  # where handlers find them in the web application's settings


class Parts:
    """Of one server, whose kernels share the clusters of the name ``session``."""

    def __init__(self, session: str) -> None:
        self.clusters = Clusters(session)
        self._watcher: Watcher | None = None

    @cached_property
    def site(self) -> Site:
        """The machine's scheduler."""
        from funicular_lab.site import Site

        return Site()

    @cached_property
    def jobs(self) -> Jobs:
        """This user's there."""
        from funicular_lab.jobs import Jobs

        return Jobs(self.site)

    @cached_property
    def ledger(self) -> Ledger:
        """What this user's clusters cost."""
        from funicular_lab.ledger import Ledger

        return Ledger()

    async def look(self, bus: Bus) -> None:
        """Tell what changes to whoever listens; to be called every half second."""
        if self._watcher is None and bus.is_heard:
            from funicular_lab.watcher import Watcher

            self._watcher = Watcher(self.clusters, bus, lambda: self.jobs.nudge())
        if self._watcher is not None:
            await self._watcher.look()
