"""A real Jupyter server in this process, and controllers of paper."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPClientError, HTTPResponse

from funicular.messages import ClusterView
from tests.extension.paper import Controller, listening, register


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
        if method in ("GET", "DELETE"):
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


@pytest.fixture
def add_controller(state_home: Path) -> Iterator[Callable[..., Controller]]:
    """``add_controller("lab-1", view)`` registers a cluster whose socket really answers."""
    with ExitStack() as stack:

        def add(name: str, view: ClusterView | None = None, *, listens: bool = True) -> Controller:
            controller = register(name, view)
            return stack.enter_context(listening(controller)) if listens else controller

        yield add
