"""The line between a node's agent and the controller: JSON, a line each, over mutual TLS.

It is not Dask's: the agent must report while its workers hold the GIL, and it starts before anything
heavy is imported. Standard library only.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

LONGEST_LINE = 2**20  # bytes; a peer that sends more is cut off
HEARTBEAT_S = 2.0
LOST_AFTER_S = 8.0

Message = dict[str, Any]


class Line:
    """One end of the line. ``send`` never waits; ``messages`` ends when the other side is gone."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @property
    def local_ip(self) -> str:
        """Our address on this line: one that the other side can reach."""
        return str(self._writer.get_extra_info("sockname")[0])

    def send(self, kind: str, **fields: Any) -> None:
        if not self._writer.is_closing():
            self._writer.write(json.dumps({"kind": kind, **fields}).encode() + b"\n")

    async def messages(self) -> AsyncIterator[Message]:
        while True:
            try:
                line = await self._reader.readline()
            except (OSError, ValueError, asyncio.IncompleteReadError):
                return
            if not line:
                return
            try:
                message = json.loads(line)
            except ValueError:
                return
            if not isinstance(message, dict) or not isinstance(message.get("kind"), str):
                return
            yield message

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            await asyncio.wait_for(self._writer.wait_closed(), 1)
