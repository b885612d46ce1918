"""A cluster's last minutes, and which notebooks use it."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from funicular.messages import from_json, to_json
from funicular_lab.answers import LiveAnswer
from funicular_lab.handler import FunicularHandler
from funicular_lab.handlers.clusters import NAME
from funicular_lab.notebooks import name_holders


class LiveHandler(FunicularHandler):
    """GET api/clusters/{name}/live: a sample a second, tasks by function, and who uses it."""

    _track_activity = False  # the panel asks by itself; that is no sign of a user

    @authenticated
    @authorized
    async def get(self, name: str) -> None:
        live = await self.clusters.call(name, "live")
        holders = await name_holders(live["holders"], self.kernel_manager, self.session_manager)
        self.reply(200, from_json(LiveAnswer, {**live, "holders": to_json(holders)}))


ROUTES = [(f"api/clusters/{NAME}/live", LiveHandler)]
