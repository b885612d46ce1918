"""The clusters of this user: see them; start, scale, keep, retry or stop one."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from funicular.messages import Wish
from funicular_lab.answers import KeepWish, Nothing
from funicular_lab.handler import FunicularHandler

NAME = "(?P<name>[a-z0-9-]+)"


class ClustersHandler(FunicularHandler):
    """GET api/clusters: all of them, the session's own marked. POST: start the session's."""

    _track_activity = False  # the panel asks by itself; that is no sign of a user

    @authenticated
    @authorized
    async def get(self) -> None:
        self.reply(200, await self.clusters.list())

    @authenticated
    @authorized
    async def post(self) -> None:
        wish = self.read(Wish)
        self.reply(200, await self.clusters.start(wish))


class StopHandler(FunicularHandler):
    """POST api/clusters/{name}/stop: end it and give its nodes back."""

    @authenticated
    @authorized
    async def post(self, name: str) -> None:
        self.read(Nothing)
        await self.clusters.stop(name)
        self.reply(200, Nothing())


class ScaleHandler(FunicularHandler):
    """POST api/clusters/{name}/scale: set what it shall have."""

    @authenticated
    @authorized
    async def post(self, name: str) -> None:
        wish = self.read(Wish)
        self.reply(200, await self.clusters.scale(name, wish))


class KeepHandler(FunicularHandler):
    """POST api/clusters/{name}/keep: let it stay when nobody uses it, or not."""

    @authenticated
    @authorized
    async def post(self, name: str) -> None:
        wish = self.read(KeepWish)
        self.reply(200, await self.clusters.keep(name, wish.keep))


class RetryHandler(FunicularHandler):
    """POST api/clusters/{name}/retry: forget what stopped its growth."""

    @authenticated
    @authorized
    async def post(self, name: str) -> None:
        self.read(Nothing)
        self.reply(200, await self.clusters.retry(name))


ROUTES = [
    ("api/clusters", ClustersHandler),
    (f"api/clusters/{NAME}/stop", StopHandler),
    (f"api/clusters/{NAME}/scale", ScaleHandler),
    (f"api/clusters/{NAME}/keep", KeepHandler),
    (f"api/clusters/{NAME}/retry", RetryHandler),
]
