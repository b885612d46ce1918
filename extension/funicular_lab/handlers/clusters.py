"""The clusters of this user: see them, stop one, scale one."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from funicular.messages import Wish
from funicular_lab.answers import Nothing
from funicular_lab.handler import FunicularHandler

NAME = "(?P<name>[a-z0-9-]+)"


class ClustersHandler(FunicularHandler):
    """GET api/clusters: all of them, the session's own marked."""

    _track_activity = False  # the status bar asks by itself; that is no sign of a user

    @authenticated
    @authorized
    async def get(self) -> None:
        self.reply(200, await self.clusters.list())


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


ROUTES = [
    ("api/clusters", ClustersHandler),
    (f"api/clusters/{NAME}/stop", StopHandler),
    (f"api/clusters/{NAME}/scale", ScaleHandler),
]
