"""A real browser before a real JupyterLab."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.ui.lab import Lab, running_lab

LOADED = "() => document.querySelector('#main') && window.jupyterapp"


@pytest.fixture(scope="package")
def lab() -> Iterator[Lab]:
    """One server for all of these tests."""
    home = Path(tempfile.mkdtemp(prefix="fun-lab-"))
    with running_lab(home) as lab:
        yield lab
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def page(lab: Lab, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The Lab in a workspace of its own; errors that our code writes to the console fail the test."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    ours: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "funicular" in message.text.lower():
            ours.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: ours.append(str(error)))
    workspace = re.sub(r"\W", "-", request.node.name)
    page.goto(f"{lab.url}lab/workspaces/{workspace}?token={lab.token}")
    page.wait_for_function(LOADED, timeout=60_000)
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=60_000)
    yield page
    page.close()
    assert ours == []
