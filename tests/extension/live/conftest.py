"""One real cluster on this machine for all tests of this folder, and a real Jupyter server for each."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tornado.websocket import WebSocketClientConnection

from funicular.clusters.session import Session
from funicular.messages import Wish

T = TypeVar("T")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="package")
def home() -> Iterator[Path]:
    """The registry that all tests of this folder share."""
    folder = Path(tempfile.mkdtemp(prefix="fun-"))
    with pytest.MonkeyPatch.context() as patch:
        settings = {
            "XDG_STATE_HOME": str(folder),
            "FUNICULAR_SITE": "local",
            "FUNICULAR_LOCAL_CORES": "6",  # two a node: room for a second cluster
            "FUNICULAR_LOCAL_NODES": "3",
            "FUNICULAR_LEASE_S": "600",
            "PYTHONPATH": os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)])),
        }
        for name, value in settings.items():
            patch.setenv(name, value)
        yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def state_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In place of a registry for each test."""
    for name in ("FUNICULAR_CLUSTER", "FUNICULAR_SESSION"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(scope="package")
def cluster(home: Path) -> Iterator[Session]:
    """A cluster that somebody else has started: two workers on a node."""
    session = Session("shared")
    session.scale(Wish(nodes=1))
    session.wait_for_workers(2)
    yield session
    session.stop()


@pytest.fixture
def run(jp_asyncio_loop: Any) -> Callable[[Awaitable[T]], T]:
    """``run(coroutine)`` on the server's own loop."""

    def run(work: Awaitable[T]) -> T:
        result: T = jp_asyncio_loop.run_until_complete(work)
        return result

    return run


class Heard:
    """Our events as a front end gets them, over Jupyter's own stream."""

    def __init__(self, socket: WebSocketClientConnection, run: Callable[[Awaitable[Any]], Any]) -> None:
        self._socket = socket
        self._run = run

    def until(self, holds: Callable[[str, dict[str, Any]], bool], within_s: float = 15) -> dict[str, Any]:
        """The first event of which this holds, by its name and its data. Raises ``TimeoutError``."""
        import asyncio

        async def listen() -> dict[str, Any]:
            while True:
                message = await self._socket.read_message()
                assert message is not None, "the stream was closed"
                event: dict[str, Any] = json.loads(message)
                name = event["schema_id"].removeprefix("https://events.funicular.dev/")
                if holds(name, event):
                    return event

        found: dict[str, Any] = self._run(asyncio.wait_for(listen(), within_s))
        return found

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def heard(jp_ws_fetch: Any, run: Callable[[Awaitable[Any]], Any]) -> Iterator[Heard]:
    """A front end that listens from now on."""
    socket = run(jp_ws_fetch("api", "events", "subscribe"))
    yield Heard(socket, run)
    socket.close()
