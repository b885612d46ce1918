"""The dashboard of a controller on another host comes over TLS, with the cluster's certificate alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler

from funicular.clusters import api_line, registry
from funicular.clusters.security import make_credentials
from funicular.processes import ProcessId
from funicular_lab.upstream import upstream_of


class Page(RequestHandler):
    def get(self) -> None:
        self.finish(f"page {self.get_query_argument('n', '')}")


class Echo(WebSocketHandler):
    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        return subprotocols[0] if subprotocols else None

    async def on_message(self, message: str | bytes) -> None:
        await self.write_message(message, binary=isinstance(message, bytes))


@pytest_asyncio.fixture
async def far() -> AsyncIterator[registry.Entry]:
    """The entry of a controller that listens on "another host"."""
    roles = make_credentials("far", ("scheduler", "client"))
    application = Application([("/status", Page), ("/status/ws", Echo)])
    server, port = api_line.listen(application, "127.0.0.1", roles["scheduler"])
    coming = registry.coming("far", site="slurm", job="1", home="b1", python="python", version="0")
    yield replace(
        coming,
        host="far-away",
        process=ProcessId(1),
        scheduler="tls://127.0.0.1:1",
        addresses=("127.0.0.1",),
        api_port=port,
        credentials=roles["client"],
    )
    server.stop()


async def test_a_page_comes_over_tls(far: registry.Entry) -> None:
    """With its query, by a certificate of the cluster's own."""
    answer = await (await upstream_of(far)).get("status?n=1", {})

    assert (answer.code, answer.body) == (200, b"page 1")


async def test_a_websocket_comes_over_tls(far: registry.Entry) -> None:
    """Text and bytes both ways, by the protocol that the page asked for."""
    socket = await (await upstream_of(far)).connect("status/ws", ["bokeh", "token"])
    for message in ("text", b"\x00bytes"):
        await socket.write_message(message, binary=isinstance(message, bytes))
        assert await socket.read_message() == message

    assert socket.selected_subprotocol == "bokeh"
    socket.close()


async def test_another_clusters_certificate_opens_nothing(far: registry.Entry) -> None:
    """Who holds the key of another cluster, or none, sees no page."""
    stranger = replace(far, credentials=make_credentials("other", ("client",))["client"])

    with pytest.raises(OSError):
        await (await upstream_of(stranger)).get("status", {})
