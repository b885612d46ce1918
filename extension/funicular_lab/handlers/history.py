"""What died, and what was spent."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from funicular_lab import obituaries
from funicular_lab.handler import FunicularHandler


class ObituariesHandler(FunicularHandler):
    """GET api/obituaries: the latest deaths, newest first."""

    _track_activity = False  # the panel asks by itself; that is no sign of a user

    @authenticated
    @authorized
    async def get(self) -> None:
        self.reply(200, await asyncio.to_thread(obituaries.read))


class LedgerHandler(FunicularHandler):
    """GET api/ledger: core-hours now, today, this week and by project."""

    _track_activity = False  # the panel asks by itself; that is no sign of a user

    @authenticated
    @authorized
    async def get(self) -> None:
        clusters = (await self.clusters.list()).clusters
        views = [each.view for each in clusters if each.is_session and each.view is not None]
        self.reply(200, await asyncio.to_thread(self.parts.ledger.read, views))


ROUTES = [("api/obituaries", ObituariesHandler), ("api/ledger", LedgerHandler)]
