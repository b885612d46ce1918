"""Puts the welcome notebook into the user's folder."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from funicular_lab.answers import Nothing
from funicular_lab.handler import FunicularHandler
from funicular_lab.welcome import put_welcome_notebook


class StartHereHandler(FunicularHandler):
    """POST api/start-here: the user's own copy of the welcome notebook, made if there is none."""

    @authenticated
    @authorized
    async def post(self) -> None:
        self.read(Nothing)
        self.reply(200, await put_welcome_notebook(self.contents_manager))


ROUTES = [("api/start-here", StartHereHandler)]
