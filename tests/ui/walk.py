"""What a person does in the Lab: open the panel, run a cell, move the slider, press a button."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.ui.conftest import LOADED
from tests.ui.lab import Lab

KERNEL_READY = """() => { const k = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel;
  return k && k.connectionStatus === "connected" && k.status === "idle" && k.name; }"""
# The kernel says idle after each comm message, also while a cell runs; the cell's own mark is what counts.
CELL_RUNS = """() =>
  !!document.querySelector('.jp-Cell.jp-mod-active .jp-InputPrompt')?.textContent.includes('*')"""
ADD_CELL = """async source => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.length - 1;
  await window.jupyterapp.commands.execute('notebook:insert-cell-below');
  notebook.activeCell.model.sharedModel.setSource(source);
}"""
NEW_NOTEBOOK = """async path => {
  const { commands, serviceManager } = window.jupyterapp;
  const made = await serviceManager.contents.newUntitled({type: 'notebook', path: ''});
  await serviceManager.contents.rename(made.path, path);
  await commands.execute('docmanager:open', {path, kernel: {name: 'funicular'}});
}"""
SHUTDOWN = "async () => { await window.jupyterapp.shell.currentWidget.sessionContext.shutdown(); }"
SOON_MS = 30_000
LONG_MS = 120_000


class Walker:
    """Somebody before the Lab. ``page``: what they see."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab
        self.panel = page.locator("#jp-funicular-panel")

    def arrive(self, workspace: str) -> None:
        """Open the Lab and wait until it can be used."""
        self.page.goto(f"{self.lab.url}lab/workspaces/{workspace}?token={self.lab.token}")
        self.page.wait_for_function(LOADED, timeout=60_000)
        self.page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=60_000)

    def open_panel(self) -> None:
        """By a click into the status bar."""
        self.page.locator("#jp-funicular-status button").click()
        expect(self.panel).to_be_visible(timeout=SOON_MS)

    def start_here(self) -> None:
        """Press the launcher's first card; afterwards the notebook and its kernel are there."""
        card = self.page.locator(".jp-LauncherCard").first
        expect(card).to_contain_text("Start here", timeout=SOON_MS)
        card.click()
        self.page.wait_for_function(KERNEL_READY, timeout=LONG_MS)

    def new_notebook(self, path: str) -> None:
        """An empty notebook in front, its kernel ready."""
        self.page.evaluate(NEW_NOTEBOOK, path)
        self.page.wait_for_function(KERNEL_READY, timeout=LONG_MS)

    def end_kernel(self) -> None:
        """Of the notebook in front."""
        self.page.evaluate(SHUTDOWN)

    def run_new_cell(self, source: str) -> None:
        """Put a cell below the last one and start it; gives back as soon as it runs."""
        self.page.evaluate(ADD_CELL, source)
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell'); }")
        self.page.wait_for_function(CELL_RUNS, timeout=SOON_MS)

    @property
    def is_busy(self) -> bool:
        """Whether that cell still runs."""
        return bool(self.page.evaluate(CELL_RUNS))

    def section(self, name: str) -> Locator:
        """A part of the panel: cluster, scale, live, jobs, wrong or ledger."""
        return self.page.locator(f"#jp-funicular-section-{name}")

    def button(self, section: str, words: str) -> Locator:
        return self.section(section).get_by_role("button", name=re.compile(words))

    def slide_to(self, nodes: int) -> None:
        """Move the slider with the keyboard, as anybody can."""
        slider = self.section("scale").get_by_role("slider")
        slider.focus()
        slider.press("Home")
        for _ in range(nodes - 1):
            slider.press("ArrowRight")

    def picture(self, name: str) -> None:
        """Keep a picture for a person to look at, where FUNICULAR_PICTURES names a folder."""
        if folder := os.environ.get("FUNICULAR_PICTURES"):
            self.page.wait_for_timeout(300)
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def ask(self, path: str) -> Any:
        """What the server says, for what a page rounds off."""
        return self.lab.ask(f"funicular/api/{path}")
