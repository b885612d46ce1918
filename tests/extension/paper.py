"""A controller of paper: a place in the registry and a socket that answers what a test tells it to."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from funicular.clusters import registry
from funicular.clusters.security import Credentials
from funicular.messages import ClusterView, to_json
from funicular.processes import process_id


@dataclass
class Controller:
    """A controller of paper: its place in the registry, what it was asked, what it answers."""

    entry: registry.Entry
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def show(self, view: ClusterView) -> None:
        """Answer with this view from now on."""
        self.answers |= {"view": (200, to_json(view)), "scale": (200, to_json(view))}


def register(name: str, view: ClusterView | None = None) -> Controller:
    """Put a cluster of this name into the registry; nothing listens yet."""
    entry = registry.Entry(
        name=name,
        site="local",
        host=socket.gethostname(),
        process=process_id(),
        socket=str(registry.cluster_folder(name) / "api"),
        scheduler="tls://127.0.0.1:1",
        created_s=time.time(),
        python="python",
        version="0",
        credentials=Credentials("", "", ""),
    )
    registry.write(entry)
    controller = Controller(entry)
    if view is not None:
        controller.show(view)
    return controller


@contextmanager
def listening(controller: Controller) -> Iterator[Controller]:
    """The controller's socket, for as long as this lasts."""
    server = _serve(Path(controller.entry.socket), controller)
    try:
        yield controller
    finally:
        server.shutdown()
        server.server_close()
        Path(controller.entry.socket).unlink()


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
