"""The controller's API and dashboard for who is on another host: the same HTTP, over TLS with certificates.

Both sides show a certificate of the cluster's own CA; the client's key is in a file that only the owner can
read, as the Unix socket is for the owner alone.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
from functools import lru_cache
from ssl import SSLContext
from typing import TYPE_CHECKING

from funicular.clusters.security import Credentials, tls_context

if TYPE_CHECKING:
    from tornado.httpserver import HTTPServer
    from tornado.web import Application

    from funicular.clusters.registry import Entry

REACH_S = 3.0  # for one address of the controller's host


def listen(application: Application, host: str, credentials: Credentials) -> tuple[HTTPServer, int]:
    """Serve the application on a free port; the server and the port."""
    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets

    server = HTTPServer(application, ssl_options=tls_context(credentials, server=True))
    (bound,) = bind_sockets(0, host, family=socket.AF_INET)
    server.add_socket(bound)
    return server, int(bound.getsockname()[1])


def connection(entry: Entry, timeout: float) -> http.client.HTTPSConnection:
    """A connection to the controller's API, not opened yet. Raises ``OSError`` when no address answers."""
    context = _context(entry.credentials)
    return http.client.HTTPSConnection(address_of(entry), entry.api_port, timeout=timeout, context=context)


_reached: dict[tuple[str, int], str] = {}


def address_of(entry: Entry) -> str:
    """The first address of the controller's host that can be reached from here; tried once.

    Raises ``OSError``: what the last one said.
    """
    place = (entry.host, entry.api_port)
    if place in _reached:
        return _reached[place]
    problem = OSError("it has no address")
    for address in entry.addresses:
        try:
            with contextlib.closing(socket.create_connection((address, entry.api_port), REACH_S)):
                pass
        except OSError as error:
            problem = error
            continue
        _reached[place] = address
        return address
    raise problem


@lru_cache(maxsize=16)
def _context(credentials: Credentials) -> SSLContext:
    return tls_context(credentials, server=False)
