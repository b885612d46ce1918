"""What someone sees who opens the Lab for the first time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from funicular.messages import BlockView, ClusterView
from tests.extension.paper import Controller, listening, register
from tests.ui.lab import Lab

STATUS = "#jp-funicular-status .jp-funicular-status-text"
READY = """() => { const k = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel;
  return k && k.connectionStatus === "connected" && k.status === "idle" && k.name; }"""
SOON_MS = 20_000


@pytest.fixture
def cluster(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controller]:
    """The cluster of this Lab's session, played by a controller of paper."""
    monkeypatch.setenv("XDG_STATE_HOME", str(lab.state_home))
    session = lab.ask("funicular/api/about")["session"]
    controller = register(f"{session}-ab12")
    with listening(controller):
        yield controller
    (Path(controller.entry.socket).parent / "cluster.json").unlink()


def test_the_launcher_offers_our_kernel(page: Page) -> None:
    """The kernel is there by its name, for notebooks and consoles."""
    expect(page.locator(".jp-LauncherCard", has_text="Python 3 (Funicular)")).to_have_count(
        2, timeout=SOON_MS
    )


def test_start_here_comes_first_and_opens_the_notebook(page: Page, lab: Lab) -> None:
    """One click on the first card opens the user's own copy of the welcome notebook."""
    card = page.locator(".jp-LauncherCard").first
    expect(card).to_contain_text("Start here", timeout=SOON_MS)
    card.click()

    expect(page.locator(".jp-NotebookPanel")).to_be_visible(timeout=SOON_MS)
    copied = json.loads((lab.files / "00-first-ascent.ipynb").read_text())
    assert copied["metadata"]["kernelspec"]["name"] == "funicular"
    assert page.wait_for_function(READY, timeout=60_000).json_value() == "funicular"


def test_the_status_bar_says_that_nothing_runs(page: Page) -> None:
    """Before the first use the words say so, and the tooltip says what will happen."""
    status = page.locator(STATUS)

    expect(status).to_have_text("Cluster: not started", timeout=SOON_MS)
    assert "by itself" in (status.get_attribute("title") or "")


def test_the_status_bar_follows_the_cluster(page: Page, cluster: Controller) -> None:
    """Waiting is shown with its reason, running with its size, a silent cluster as what it is."""
    name = cluster.entry.name
    waiting = BlockView("b1", "4711", "pending", "other jobs are ahead of it (Priority)", 4)
    cluster.show(ClusterView(name, "slurm", "waiting", 0, 0, 0, 0.0, (waiting,), nodes_wished=4))
    status = page.locator(STATUS)
    expect(status).to_have_text("Cluster waiting: other jobs are ahead of it (Priority)", timeout=SOON_MS)
    assert "Job 4711 (4 nodes)" in (status.get_attribute("title") or "")

    cluster.show(ClusterView(name, "slurm", "running", 4, 16, 16, 0.05, (), nodes_wished=4))
    expect(status).to_have_text("Cluster: 4 nodes, 0 of 16 cores busy, 0.050 core-h", timeout=SOON_MS)
    assert "0.050 core-h used so far" in (status.get_attribute("title") or "")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_status_bar_fits(page: Page, cluster: Controller, theme: str) -> None:
    """A long reason is cut, not spilt; other items stay visible in a narrow window."""
    reason = "the project phy123 already uses all the cores that it may use at once (AssocGrpCpuLimit)"
    waiting = BlockView("b1", "4711", "pending", reason, 4)
    cluster.show(ClusterView(cluster.entry.name, "slurm", "waiting", 0, 0, 0, 0.0, (waiting,)))
    page.evaluate("theme => { window.jupyterapp.commands.execute('apputils:change-theme', {theme}); }", theme)
    status = page.locator(STATUS)
    expect(status).to_contain_text("phy123", timeout=SOON_MS)
    expect(page.locator(f"body[data-jp-theme-name='{theme}']")).to_be_attached(timeout=SOON_MS)
    for width in (1280, 700):
        page.set_viewport_size({"width": width, "height": 800})
        _picture(page, f"status {theme} {width}")
        box, bar = status.bounding_box(), page.locator("#jp-main-statusbar").bounding_box()

        assert box is not None and bar is not None
        assert bar["y"] <= box["y"] and box["y"] + box["height"] <= bar["y"] + bar["height"] + 1
        assert box["x"] + box["width"] <= width


def _picture(page: Page, name: str) -> None:
    """Keep a picture for a person to look at, where FUNICULAR_PICTURES names a folder."""
    if folder := os.environ.get("FUNICULAR_PICTURES"):
        page.wait_for_timeout(500)
        page.screenshot(path=Path(folder) / f"{name}.png")
