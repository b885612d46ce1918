"""The API's HTTP side: a verb a path, JSON in, JSON out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tornado.web import Application, HTTPError

from funicular.clusters.owners_only import OwnersOnly
from funicular.clusters.watching import WatchHandler

if TYPE_CHECKING:
    from funicular.clusters.api import Api


def mount(api: Api, application: Application) -> None:
    """Add the verbs to the HTTP side of the scheduler."""
    watch = (r"/api/v1/watch", WatchHandler, {"watched": api.watched})
    application.add_handlers(r".*$", [watch, (r"/api/v1/([a-z]+)", VerbHandler, {"api": api})])


class VerbHandler(OwnersOnly):
    """POST /api/v1/{verb}."""

    def initialize(self, api: Api) -> None:
        self._api = api

    async def post(self, verb: str) -> None:
        try:
            fields = json.loads(self.request.body or b"{}")
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            raise HTTPError(400)
        status, body = await self._api.answer(verb, fields)
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(body))
