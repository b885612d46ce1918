"""Which Funicular this is."""

from __future__ import annotations

import os

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from funicular.version import __version__
from funicular_lab.answers import AboutAnswer
from funicular_lab.handler import FunicularHandler


class AboutHandler(FunicularHandler):
    """GET api/about: the version, the session and the site."""

    @authenticated
    @authorized
    async def get(self) -> None:
        site = os.environ.get("FUNICULAR_SITE") or "auto"
        self.reply(200, AboutAnswer(__version__, self.clusters.session, site))


ROUTES = [("api/about", AboutHandler)]
