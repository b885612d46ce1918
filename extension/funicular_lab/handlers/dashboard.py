"""Dask's own dashboard of a cluster behind the Jupyter login: its pages, and the WebSocket below each.

Read-only: nothing but these pages is passed on, so neither our API nor Dask's proxy to other hosts.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import APIHandler
from tornado.httpclient import HTTPClientError
from tornado.web import HTTPError, authenticated
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from funicular.clusters.api_client import ControllerSilent
from funicular.errors import FunicularError
from funicular_lab.clusters import find
from funicular_lab.handler import FunicularHandler
from funicular_lab.handlers.clusters import NAME

if TYPE_CHECKING:
    from tornado.httpclient import HTTPResponse
    from tornado.websocket import WebSocketClientConnection

    from funicular.clusters.registry import Entry
    from funicular_lab.upstream import Upstream

PAGE = r"(?P<page>[A-Za-z0-9_./:%-]+)"
SHOWN = re.compile(
    r"(status|workers|tasks|system|shuffle|stealing|exceptions|events|counters|profile|profile-server|graph"
    r"|hardware|groups|gpu|individual-[a-z-]+)(/autoload\.js|/ws)?|individual-plots\.json"
    r"|(info|json|static|statics)/[A-Za-z0-9_./:%-]+"
)
PASSED_ON = ("Content-Type", "Cache-Control", "Etag", "Last-Modified")
MISSING = b"for the dashboard"  # of Dask's page where Bokeh is not installed


class NoDashboard(FunicularError):
    """Dask cannot draw its dashboard where the controller runs."""

    code = "no-dashboard"
    status = 503


class PageHandler(FunicularHandler):
    """GET dashboard/{name}/{page}: a page, a script or a picture of it."""

    _track_activity = False  # it is looked at, by itself

    @property
    def content_security_policy(self) -> str:
        return super(APIHandler, self).content_security_policy  # scripts may run: it is a page

    @authenticated
    @authorized
    async def get(self, name: str, page: str) -> None:
        entry, upstream = await reach(name, page)
        known = self.request.headers.get("If-None-Match")
        query = f"?{self.request.query}" if self.request.query else ""
        try:
            answer = await upstream.get(f"{page}{query}", {"If-None-Match": known} if known else {})
        except (OSError, HTTPClientError) as error:
            raise silent(entry, error) from error
        check_bokeh(entry, page, answer)
        self.set_status(answer.code)
        for header in PASSED_ON:
            if header in answer.headers:
                self.set_header(header, answer.headers[header])
        self.finish(answer.body or None, set_content_type=answer.headers.get("Content-Type", "text/plain"))


class SocketHandler(FunicularHandler, WebSocketHandler):
    """GET dashboard/{name}/{page}/ws: the page's WebSocket, message for message."""

    _upstream: WebSocketClientConnection | None = None
    _pump: asyncio.Task[None] | None = None

    @ws_authenticated
    @authorized
    async def get(self, name: str, page: str) -> None:
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            raise HTTPError(400, "This address is a WebSocket.")
        entry, upstream = await reach(name, f"{page}/ws")
        wanted = self.request.headers.get("Sec-WebSocket-Protocol", "")
        query = f"?{self.request.query}" if self.request.query else ""
        try:
            self._upstream = await upstream.connect(
                f"{page}/ws{query}", [each.strip() for each in wanted.split(",") if each.strip()]
            )
        except (OSError, HTTPClientError) as error:
            raise silent(entry, error) from error
        await WebSocketHandler.get(self)

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        return self._upstream.selected_subprotocol if self._upstream else None

    def open(self, *args: str, **kwargs: str) -> None:
        self._pump = asyncio.ensure_future(self._from_upstream())

    async def on_message(self, message: str | bytes) -> None:
        if self._upstream is not None:
            try:
                await self._upstream.write_message(message, binary=isinstance(message, bytes))
            except WebSocketClosedError:
                self.close()

    def on_close(self) -> None:
        if self._upstream is not None:
            self._upstream.close()

    async def _from_upstream(self) -> None:
        assert self._upstream is not None
        try:
            while (message := await self._upstream.read_message()) is not None:
                await self.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            pass
        finally:
            self._upstream.close()
            self.close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        if self._upstream is not None:
            self._upstream.close()
        super().write_error(status_code, **kwargs)


async def reach(name: str, page: str) -> tuple[Entry, Upstream]:
    """The controller whose page this is. Raises ``NoSuchCluster``, ``NoDashboard``, ``ControllerSilent``."""
    from funicular_lab.upstream import upstream_of

    if not SHOWN.fullmatch(page) or ".." in page:
        raise HTTPError(404)
    entry = await asyncio.to_thread(find, name)
    if entry.is_coming:
        raise NoDashboard(
            f"The cluster {name} has no dashboard yet.",
            why=f"Its controller comes with job {entry.job}, which has not started it yet.",
            next_step="Look again when the cluster runs.",
        )
    try:
        return entry, await upstream_of(entry)
    except OSError as error:
        raise silent(entry, error) from error


def check_bokeh(entry: Entry, page: str, answer: HTTPResponse) -> None:
    """Raise ``NoDashboard`` where Dask says that it cannot draw, or does not know its own first page."""
    is_first = page == "status"
    if is_first and (answer.code == 404 or (len(answer.body) < 2000 and MISSING in answer.body)):
        raise NoDashboard(
            "Dask's dashboard cannot be drawn.",
            why=f"Bokeh is not installed in the environment that the cluster runs in ({entry.python}).",
            next_step="Install it there (pip install bokeh), stop the cluster and start it again.",
        )


def silent(entry: Entry, error: Exception) -> ControllerSilent:
    """The error for a controller that gives no page."""
    return ControllerSilent(
        f"The dashboard of {entry.name} does not answer.",
        why=str(error),
        next_step="See in the Compute panel whether the cluster is still there.",
    )


ROUTES = [
    (f"dashboard/{NAME}/{PAGE}/ws", SocketHandler),
    (f"dashboard/{NAME}/{PAGE}", PageHandler),
]
