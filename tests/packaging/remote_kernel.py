"""A kernel used as a browser uses it: through a Jupyter server's REST API and WebSocket."""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import websocket


class CellFailed(AssertionError):
    """A cell raised; its traceback."""


class Server:
    """A Jupyter server at ``url`` (with a slash at its end) that lets ``token`` in."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}

    def ask(self, path: str, *, method: str = "GET", body: Any = None, timeout: float = 60) -> Any:
        """The JSON that the server answers; ``None`` for nothing."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=self._headers, method=method)
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    @contextmanager
    def kernel(self, name: str, path: str) -> Iterator[RemoteKernel]:
        """A session with a kernel for the notebook at ``path``; it is shut down afterwards."""
        wanted = {"path": path, "name": path, "type": "notebook", "kernel": {"name": name}}
        session = self.ask("api/sessions", method="POST", body=wanted)
        kernel = session["kernel"]["id"]
        line = websocket.create_connection(
            f"ws{self.url.removeprefix('http')}api/kernels/{kernel}/channels",
            header=[f"Authorization: {self._headers['Authorization']}"],
            timeout=5,
        )
        try:
            yield RemoteKernel(line, kernel)
        finally:
            line.close()
            self.ask(f"api/sessions/{session['id']}", method="DELETE")


class RemoteKernel:
    """Runs cells one after the other."""

    def __init__(self, line: websocket.WebSocket, kernel: str) -> None:
        self._line = line
        self._kernel = kernel

    def run(self, code: str, *, timeout_s: float) -> str:
        """All text that the cell put out. Raises ``CellFailed`` if it raised or took too long."""
        sent = self._send("execute_request", {"code": code, "silent": False, "store_history": True})
        deadline = time.monotonic() + timeout_s
        texts: list[str] = []
        replied = idle = False
        while not (replied and idle):
            if time.monotonic() > deadline:
                raise CellFailed(f"no end within {timeout_s} s:\n{code}\n{''.join(texts)}")
            try:
                message = json.loads(self._line.recv())
            except websocket.WebSocketTimeoutException:
                continue
            if message["parent_header"].get("msg_id") != sent:
                continue
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    texts.append(content["text"])
                case "execute_result" | "display_data" | "update_display_data":
                    texts.append(content["data"].get("text/plain", "") + "\n")
                case "status":
                    idle = idle or content["execution_state"] == "idle"
                case "execute_reply":
                    replied = True
                    if content["status"] != "ok":
                        raise CellFailed("\n".join([code, *texts, *content.get("traceback", [])]))
        return "".join(texts)

    def _send(self, kind: str, content: dict[str, Any]) -> str:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self._kernel,
            "username": "test",
            "version": "5.3",
        }
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
        }
        self._line.send(json.dumps(message | {"buffers": []}))
        return header["msg_id"]
