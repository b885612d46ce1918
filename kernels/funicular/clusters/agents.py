"""The controller's end of the line to every node: greets agents, hears their beats, tells them to stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from funicular.clusters.fleet import Block
from funicular.clusters.link import HEARTBEAT_S, LONGEST_LINE, LOST_AFTER_S, Line, Message
from funicular.clusters.numerics import Numerics
from funicular.clusters.security import Credentials, tls_context
from funicular.messages import from_json


@dataclass(slots=True)
class Node:
    """One node of a block, as its agent reports it. memory_bytes: resident memory by worker."""

    block: str
    index: int
    host: str
    line: Line
    heard: float
    memory_bytes: dict[str, int] = field(default_factory=dict)
    numerics: Numerics | None = None
    called: str = ""  # by the scheduler


@dataclass(frozen=True, slots=True)
class Setting:
    """What every worker of this cluster gets.   folder, umask, environment: the notebook's.

    modules: what a node imports before it forks.
    """

    folder: str
    umask: int
    environment: Mapping[str, str]
    modules: tuple[str, ...] = ()


class Agents:
    """Serves the line.

    find: the block of this name, ``None`` when the controller knows no such block.
    on_node: a node of the block is there (block, host, what its environment is).
    on_exit, on_condemn: a worker process ended, or is about to be ended for its memory (the message).
    on_lost: an agent is gone (node, why, is_orderly: it said goodbye, is_silent: nothing was heard of it).
    """

    def __init__(
        self,
        setting: Setting,
        *,
        find: Callable[[str], Block | None],
        on_node: Callable[[str, str, Mapping[str, str]], None],
        on_exit: Callable[[Message], None],
        on_condemn: Callable[[Message], None],
        on_lost: Callable[..., None],
    ) -> None:
        self.setting = setting
        self._find = find
        self._on_node = on_node
        self._on_exit = on_exit
        self._on_condemn = on_condemn
        self._on_lost = on_lost
        self.nodes: dict[tuple[str, int], Node] = {}

    async def start(self, host: str, credentials: Credentials) -> int:
        """Listen on all interfaces or one; gives the port."""
        context = tls_context(credentials, server=True)
        self._server = await asyncio.start_server(self._serve, host, 0, ssl=context, limit=LONGEST_LINE)
        self._beats = asyncio.create_task(self._beat())
        return int(self._server.sockets[0].getsockname()[1])

    def stop_block(self, block: str, why: str) -> None:
        """Tell the agents of a block to end."""
        for node in self.of(block):
            node.line.send("stop", why=why)

    def restart(self, worker: str) -> None:
        """Have the agent of this worker's node end it and start another in its place."""
        for node in self.nodes.values():
            if worker in node.memory_bytes:
                node.line.send("restart", worker=worker)

    def of(self, block: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.block == block]

    async def close(self) -> None:
        self._beats.cancel()
        self._server.close()
        for node in list(self.nodes.values()):
            await node.line.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(reader, writer)
        node: Node | None = None
        why = ""
        is_fault = False
        async for message in line.messages():
            match message["kind"]:
                case "hello" if node is None:
                    node = self._greet(line, message)
                    if node is None:
                        break
                case "beat" if node is not None:
                    node.heard = time.monotonic()
                    node.memory_bytes = {str(k): int(v) for k, v in message["memory"].items()}
                case "numerics" if node is not None:
                    found = message["numerics"]
                    node.numerics = from_json(Numerics, found) if found else None
                case "worker-exit" if node is not None:
                    self._on_exit(message)
                case "condemn" if node is not None:
                    self._on_condemn(message)
                    line.send("condemned", worker=message["worker"])
                case "bye":
                    why, is_fault = str(message.get("why", "")), bool(message.get("is_fault"))
                    break
        if node is not None:
            await self._lose(node, why or "its connection broke", is_orderly=bool(why) and not is_fault)
        else:
            await line.close()

    async def _lose(self, node: Node, why: str, *, is_orderly: bool = False, is_silent: bool = False) -> None:
        """The node's agent is gone or silent; told once."""
        if self.nodes.get((node.block, node.index)) is node:
            del self.nodes[node.block, node.index]
            self._on_lost(node, why, is_orderly=is_orderly, is_silent=is_silent)
        await node.line.close()

    def _greet(self, line: Line, message: Message) -> Node | None:
        block = self._find(str(message.get("block")))
        if block is None:
            line.send("stop", why="The controller has no use for this block any more.")
            return None
        host = str(message["host"])
        node = Node(block.name, int(message["index"]), host, line, time.monotonic())
        node.called = str(message.get("node") or host)
        self.nodes[node.block, node.index] = node
        line.send(
            "welcome",
            workers=block.shape.workers,
            threads=block.shape.threads,
            memory_bytes=block.shape.memory_bytes,
            folder=self.setting.folder,
            umask=self.setting.umask,
            environment=dict(self.setting.environment),
            modules=list(self.setting.modules),
        )
        self._on_node(node.block, node.host, message.get("environment") or {})
        return node

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            now = time.monotonic()
            for node in list(self.nodes.values()):
                node.line.send("beat")
                if now - node.heard > LOST_AFTER_S:
                    why = f"it has given no sign of life for {LOST_AFTER_S:.0f} s"
                    await self._lose(node, why, is_silent=True)
