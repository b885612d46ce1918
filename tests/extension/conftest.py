"""A real Jupyter server in this process, and a controller that answers what a test tells it to."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPClientError, HTTPResponse

from funicular.clusters import registry
from funicular.clusters.security import Credentials
from funicular.messages import ClusterView, to_json
from funicular.processes import process_id


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    """The server as `pip install` leaves it, and strict: a handler that forgot its login is an error."""
    return {
        "ServerApp": {
            "jpserver_extensions": {"funicular_lab": True, "jupyter_server_terminals": False},
            "allow_unauthenticated_access": False,
        }
    }


@dataclass
class Answer:
    """What came back. ``body``: its JSON."""

    status: int
    kind: str
    body: Any


@pytest.fixture
def ask(jp_asyncio_loop: Any, jp_fetch: Any) -> Callable[..., Answer]:
    """``ask("POST", "api/start-here", {...})`` as the logged-in user, unless headers say otherwise."""

    def ask(
        method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, **params: Any
    ) -> Answer:
        sent: Any = body if isinstance(body, bytes) else json.dumps(body or {})
        if method == "GET":
            sent = None
        call = jp_fetch(
            "funicular", *path.split("/"), method=method, body=sent, headers=headers or {}, **params
        )
        try:
            response: HTTPResponse = jp_asyncio_loop.run_until_complete(call)
        except HTTPClientError as error:
            assert error.response is not None
            response = error.response
        kind = response.headers.get("Content-Type", "")
        return Answer(response.code, kind, json.loads(response.body) if "json" in kind else response.body)

    return ask


@dataclass
class Controller:
    """A controller of paper: its place in the registry, what it was asked, what it answers."""

    entry: registry.Entry
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@pytest.fixture
def add_controller(state_home: Path) -> Iterator[Callable[..., Controller]]:
    """``add_controller("lab-1", view)`` registers a cluster whose socket really answers."""
    servers: list[socketserver.BaseServer] = []

    def add(name: str, view: ClusterView | None = None, *, listens: bool = True) -> Controller:
        path = registry.cluster_folder(name) / "api"
        entry = registry.Entry(
            name=name,
            site="local",
            host=socket.gethostname(),
            process=process_id(),
            socket=str(path),
            scheduler="tls://127.0.0.1:1",
            created_s=time.time(),
            python="python",
            version="0",
            credentials=Credentials("", "", ""),
        )
        registry.write(entry)
        controller = Controller(entry)
        if view is not None:
            controller.answers = {"view": (200, to_json(view)), "scale": (200, to_json(view))}
        if listens:
            servers.append(_serve(path, controller))
        return controller

    yield add
    for server in servers:
        server.shutdown()
        server.server_close()


def _serve(path: Path, controller: Controller) -> socketserver.BaseServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            fields = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            verb = self.path.rpartition("/")[2]
            controller.asked.append((verb, fields))
            status, answer = controller.answers.get(verb, (200, {}))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def address_string(self) -> str:
            return "unix"

        def log_message(self, *_: Any) -> None:
            pass

    server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server
