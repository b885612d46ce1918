"""Watch a controller: its lines one by one, wherever it runs. Blocks, so it is for a thread."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any

from funicular.clusters.api_client import VERSION, connection_to
from funicular.clusters.registry import Entry

SILENT_S = 15.0  # a controller says something every five seconds


class Stream:
    """What a controller tells of its own accord."""

    def __init__(self, entry: Entry, *, silent_s: float = SILENT_S) -> None:
        self._entry = entry
        self._silent_s = silent_s
        self._socket: socket.socket | None = None
        self._is_closed = False

    def lines(self) -> Iterator[dict[str, Any]]:
        """Each as it comes, until the controller ends or ``close``. Raises ``OSError`` when it is silent."""
        connection = connection_to(self._entry, self._silent_s)
        try:
            connection.request("POST", f"/api/{VERSION}/watch", "{}")
            self._socket = connection.sock
            answer = connection.getresponse()
            while not self._is_closed and answer.status == 200 and (line := answer.readline()):
                yield json.loads(line)
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def close(self) -> None:
        """Hang up, from any thread."""
        self._is_closed = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
