"""What a node must know to reach its cluster, and reaching it. Standard library only, but for TLS."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from funicular.clusters.link import Line
from funicular.clusters.security import Credentials, tls_context
from funicular.messages import from_json

CONNECT_FOR_S = 15.0


@dataclass(frozen=True, slots=True, repr=False)
class AgentFile:
    """What a node must know; the file is 0600 on the shared file system.

    links: addresses and ports of the controller's line, best first.   scheduler_port: Dask's.
    """

    cluster: str
    links: tuple[str, ...]
    link_port: int
    scheduler_port: int
    credentials: Credentials


def read_agent_file(path: Path) -> AgentFile | None:
    """The agent's file, or ``None`` when the cluster is gone and took it along."""
    try:
        return from_json(AgentFile, json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


async def reach_controller(file: AgentFile) -> tuple[Line, str] | None:
    """The line to the controller and its address; ``None`` when nobody answers at any of its addresses."""
    context = tls_context(file.credentials, server=False)
    deadline = time.monotonic() + CONNECT_FOR_S
    refused = 0
    while time.monotonic() < deadline and refused < 3:
        for host in file.links:
            try:
                opening = asyncio.open_connection(host, file.link_port, ssl=context, limit=2**20)
                reader, writer = await asyncio.wait_for(opening, 3)
            except ConnectionRefusedError:
                continue
            except (TimeoutError, OSError) as error:
                print(f"{host}:{file.link_port}: {error!r}", file=sys.stderr)
                continue
            return Line(reader, writer), host
        refused += 1
        await asyncio.sleep(1)
    return None
