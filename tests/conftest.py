"""What holds for every test: a home of its own, and marks by folder."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MARKED_FOLDERS = ("slurm", "ui")

# A shell that starts us in the background has SIGINT ignored; tests of the stop button need it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests below tests/slurm and tests/ui carry the mark of that name."""
    here = Path(__file__).parent
    for item in items:
        parts = item.path.relative_to(here).parts if item.path.is_relative_to(here) else ()
        for mark in MARKED_FOLDERS:
            if mark in parts[:1]:
                item.add_marker(mark)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests that look at a page, whatever folder they are in."""
    with chromium() as found:
        yield found


def pytest_sessionfinish() -> None:
    """Controllers outlive those who started them; none outlives the tests."""
    launch = sys.modules.get("funicular.clusters.launch")
    for controller in launch._started if launch else ():
        try:
            controller.wait(10)  # it was told to stop, or nobody holds it any more
        except subprocess.TimeoutExpired:
            controller.kill()
            controller.wait()


@pytest.fixture(autouse=True)
def state_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A registry of its own for each test, with a path short enough for a Unix socket."""
    folder = Path(tempfile.mkdtemp(prefix="fun-"))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    monkeypatch.setenv("FUNICULAR_SITE", "local")
    monkeypatch.delenv("FUNICULAR_CLUSTER", raising=False)
    monkeypatch.delenv("FUNICULAR_SESSION", raising=False)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
