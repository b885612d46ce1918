"""The one place where exceptions become answers."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from funicular_lab.clusters import Clusters


def test_a_mistake_of_ours_has_a_mark_and_no_secrets(
    ask: Callable[..., Any],
    jp_serverapp: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An unforeseen exception is a 500 whose mark leads to the traceback in the log."""

    async def fail(self: Clusters) -> None:
        raise ZeroDivisionError("inner words")

    monkeypatch.setattr(Clusters, "list", fail)
    jp_serverapp.log.propagate = True
    with caplog.at_level(logging.ERROR):
        answer = ask("GET", "api/clusters")
    mark = re.search(r"look for ([0-9a-f]{8})", answer.body["detail"])

    assert answer.status == 500
    assert "inner words" not in str(answer.body)
    assert mark is not None
    assert f"Mistake {mark[1]}" in caplog.text
    assert "inner words" in caplog.text


def test_the_status_bar_is_no_sign_of_a_user(ask: Callable[..., Any], jp_serverapp: Any) -> None:
    """Asking for the clusters does not count as activity, so that an idle server can still be culled."""
    settings = jp_serverapp.web_app.settings
    before = settings.get("api_last_activity")
    ask("GET", "api/clusters")
    after_asking = settings.get("api_last_activity")
    ask("GET", "api/about")

    assert after_asking == before
    assert settings.get("api_last_activity") != before
