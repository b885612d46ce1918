"""All jobs of this user: see them, end one, read what one was given."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from funicular_lab.answers import Nothing
from funicular_lab.handler import FunicularHandler

JOB = r"(?P<job>[A-Za-z0-9][A-Za-z0-9_.\[\]-]{0,63})"


class JobsHandler(FunicularHandler):
    """GET api/jobs: all of them, ours marked."""

    _track_activity = False  # the panel asks by itself; that is no sign of a user

    @authenticated
    @authorized
    async def get(self) -> None:
        self.reply(200, await self.parts.jobs.list())


class CancelHandler(FunicularHandler):
    """POST api/jobs/{job}/cancel: tell it to end."""

    @authenticated
    @authorized
    async def post(self, job: str) -> None:
        self.read(Nothing)
        await self.parts.jobs.cancel(job)
        self.reply(200, Nothing())


class ScriptHandler(FunicularHandler):
    """GET api/jobs/{job}/script: what the scheduler was given."""

    @authenticated
    @authorized
    async def get(self, job: str) -> None:
        self.reply(200, await self.parts.jobs.script(job))


ROUTES = [
    ("api/jobs", JobsHandler),
    (f"api/jobs/{JOB}/cancel", CancelHandler),
    (f"api/jobs/{JOB}/script", ScriptHandler),
]
