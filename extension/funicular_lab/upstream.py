"""The way to a controller's pages for Tornado's own clients: its Unix socket here, TLS elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any

from tornado.httpclient import HTTPRequest, HTTPResponse
from tornado.netutil import Resolver
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect

from funicular.clusters import api_line
from funicular.clusters.registry import Entry
from funicular.clusters.security import tls_context

PATIENCE_S = 20.0  # the first page of a cold Bokeh takes its time
MOST_BYTES = 64 * 2**20  # of one message


class _ToSocket(Resolver):
    """Every name is the one Unix socket."""

    def initialize(self, path: str) -> None:
        self._path = path

    async def resolve(self, host: str, port: int, family: Any = 0) -> list[tuple[int, Any]]:
        return [(socket.AF_UNIX, self._path)]


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where a controller answers: ``host:port`` over TLS, or the resolver that leads to its socket."""

    place: str
    resolver: Resolver | None
    tls: SSLContext | None

    async def get(self, path: str, headers: dict[str, str]) -> HTTPResponse:
        """One page, whatever its status. Raises ``OSError`` or ``HTTPError`` when nobody answers."""
        scheme = "https" if self.tls else "http"
        client = SimpleAsyncHTTPClient(force_instance=True, resolver=self.resolver)
        request = HTTPRequest(
            f"{scheme}://{self.place}/{path}",
            headers=headers,
            follow_redirects=False,
            request_timeout=PATIENCE_S,
            ssl_options=self.tls,
            decompress_response=True,
        )
        with contextlib.closing(client):
            return await client.fetch(request, raise_error=False)

    async def connect(self, path: str, subprotocols: list[str]) -> WebSocketClientConnection:
        """A page's WebSocket. Raises ``OSError`` and ``HTTPError``."""
        scheme = "wss" if self.tls else "ws"
        request = HTTPRequest(
            f"{scheme}://{self.place}/{path}", connect_timeout=PATIENCE_S, ssl_options=self.tls
        )
        return await websocket_connect(
            request, subprotocols=subprotocols, resolver=self.resolver, max_message_size=MOST_BYTES
        )


async def upstream_of(entry: Entry) -> Upstream:
    """The controller of this entry. Raises ``OSError`` when it cannot be reached."""
    if entry.is_here or not entry.api_port:
        return Upstream("localhost", _ToSocket(path=entry.socket), None)
    address = await asyncio.to_thread(api_line.address_of, entry)
    return Upstream(f"{address}:{entry.api_port}", None, tls_context(entry.credentials, server=False))
