"""What holds for every endpoint of the server, walked from the list that the server itself uses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from funicular_lab.handlers import routes

ENDPOINTS = [
    (method, re.sub(r"\(\?P<\w+>[^)]*\)", "no-such", pattern))
    for pattern, handler in routes()
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    if method.lower() in vars(handler)
]
API_PAGE = Path(__file__).parents[2] / "docs" / "api.md"
SHAPE = {"type", "title", "status", "detail", "next_step", "message"}


def test_the_list_is_not_empty() -> None:
    """The walk below walks over something."""
    assert len(ENDPOINTS) >= 19


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_needs_a_login(ask: Callable[..., Any], method: str, path: str) -> None:
    """Without the token every endpoint refuses, with a problem and nothing else."""
    answer = ask(method, path, headers={"Authorization": ""})

    assert answer.status == 403
    assert set(answer.body) == SHAPE


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_needs_a_permission(
    ask: Callable[..., Any],
    jp_serverapp: Any,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
) -> None:
    """A user whom the server's authorizer refuses gets nothing."""
    monkeypatch.setattr(jp_serverapp.authorizer, "is_authorized", lambda *_: False)
    answer = ask(method, path)

    assert answer.status == 403


@pytest.mark.parametrize(("method", "path"), [each for each in ENDPOINTS if each[0] == "POST"])
def test_refuses_unknown_keys(ask: Callable[..., Any], method: str, path: str) -> None:
    """A key that an endpoint does not know is an error that names it, before anything is done."""
    answer = ask(method, path, {"colour": "red"})

    assert answer.status == 400
    assert answer.kind == "application/problem+json"
    assert set(answer.body) == SHAPE
    assert "colour" in answer.body["message"]


@pytest.mark.parametrize(("method", "path"), [each for each in ENDPOINTS if each[0] == "POST"])
@pytest.mark.parametrize("body", [b"{", b"[]", b"3"])
def test_refuses_what_is_not_an_object(ask: Callable[..., Any], method: str, path: str, body: bytes) -> None:
    """A body that is no JSON object is an error in the same shape."""
    answer = ask(method, path, body)

    assert answer.status == 400
    assert set(answer.body) == SHAPE


@pytest.mark.parametrize(("pattern", "handler"), routes())
def test_is_in_the_documentation(pattern: str, handler: type) -> None:
    """Each endpoint has its line in docs/api.md."""
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern)

    assert f"`funicular/{path}`" in API_PAGE.read_text(encoding="utf-8")
