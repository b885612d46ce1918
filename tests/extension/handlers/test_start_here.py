"""The user's own copy of the welcome notebook."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from funicular_lab import welcome

NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A shipped notebook that stands in for the real one."""
    path = tmp_path / "shipped.ipynb"
    path.write_text(json.dumps(NOTEBOOK))
    monkeypatch.setattr(welcome, "find_notebook", lambda: path)
    return path


def test_the_first_click_copies(ask: Callable[..., Any], jp_root_dir: Path) -> None:
    """The notebook appears at the top of the user's files."""
    answer = ask("POST", "api/start-here")

    assert answer.body == {"path": welcome.NOTEBOOK, "is_new": True}
    assert json.loads((jp_root_dir / welcome.NOTEBOOK).read_text()) == NOTEBOOK


def test_the_users_work_is_never_overwritten(ask: Callable[..., Any], jp_root_dir: Path) -> None:
    """A file of that name stays as it is, and is what opens."""
    (jp_root_dir / welcome.NOTEBOOK).write_text("my work")
    answer = ask("POST", "api/start-here")

    assert answer.body == {"path": welcome.NOTEBOOK, "is_new": False}
    assert (jp_root_dir / welcome.NOTEBOOK).read_text() == "my work"
