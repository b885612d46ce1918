"""What a wish would come to, and the queues to choose from; nothing is done."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from funicular.messages import Wish
from funicular_lab.handler import FunicularHandler
from funicular_lab.handlers.clusters import NAME


class PlanHandler(FunicularHandler):
    """POST api/plan: what the wish would come to in a new cluster."""

    @authenticated
    @authorized
    async def post(self) -> None:
        wish = self.read(Wish)
        self.reply(200, await self.parts.site.plan(wish))


class ClusterPlanHandler(FunicularHandler):
    """POST api/clusters/{name}/plan: what it would come to in this cluster, with its budget."""

    @authenticated
    @authorized
    async def post(self, name: str) -> None:
        wish = self.read(Wish)
        self.reply(200, await self.clusters.plan(name, wish))


class QueuesHandler(FunicularHandler):
    """GET api/queues: where this user can submit."""

    @authenticated
    @authorized
    async def get(self) -> None:
        self.reply(200, await self.parts.site.offer())


ROUTES = [
    ("api/plan", PlanHandler),
    (f"api/clusters/{NAME}/plan", ClusterPlanHandler),
    ("api/queues", QueuesHandler),
]
