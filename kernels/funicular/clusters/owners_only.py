"""A handler of the controller's HTTP side that answers nobody but the cluster's owner."""

from __future__ import annotations

import os
import socket
import struct

from tornado.iostream import SSLIOStream
from tornado.web import HTTPError, RequestHandler


class OwnersOnly(RequestHandler):
    """Over TLS the peer has shown a certificate of the cluster's own CA; else the kernel names it."""

    def prepare(self) -> None:
        """The folder keeps others out already; the kernel's word for the peer is the second lock."""
        stream = self.request.connection.stream  # type: ignore[union-attr]
        if isinstance(stream, SSLIOStream):
            return
        data = stream.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        if struct.unpack("3i", data)[1] not in (os.getuid(), 0):
            raise HTTPError(403)

    def check_xsrf_cookie(self) -> None:
        """No browser comes here: the socket is the owner's alone."""
