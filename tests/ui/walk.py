"""What a person does in the Lab: open the panel, run a cell, move the slider, press a button."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
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
SLOW = """
import time, funicular
def slow(x):
    time.sleep(0.5)
    return x
len(funicular.map(slow, range({calls})))
"""
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


@dataclass(frozen=True)
class Machine:
    """Where a walk takes place.

    costs: what the panel says of the cost before anything is there.   cores: of a node that is given unasked.
    mark: the variable by which a job's processes know its number.
    """

    costs: str
    cores: int
    mark: str


def first_walk(walker: Walker, machine: Machine) -> None:
    """Card, notebook, run, scale while the cell runs, kill a job, obituary, stop, all gone."""
    walker.arrive("walk")
    walker.open_panel()
    cluster, scale = walker.section("cluster"), walker.section("scale")
    expect(walker.button("cluster", "Start a cluster")).to_be_visible(timeout=SOON_MS)
    expect(cluster).to_contain_text(machine.costs, timeout=SOON_MS)
    walker.picture("walk 1 nothing yet")

    walker.start_here()
    walker.run_new_cell(SLOW.format(calls=4000))
    expect(cluster).to_contain_text("Running on 1 node", timeout=LONG_MS)
    expect(cluster.get_by_role("img", name=re.compile("1 node: 1 running"))).to_be_visible(timeout=SOON_MS)
    expect(cluster).to_contain_text("Used by 00-first-ascent", timeout=SOON_MS)
    cores = cluster.get_by_role("meter", name="Cores")
    expect(cores).to_have_attribute("aria-valuenow", str(machine.cores), timeout=SOON_MS)
    walker.picture("walk 2 one node")

    walker.slide_to(2)
    expect(scale).to_contain_text("2 nodes with", timeout=SOON_MS)
    walker.button("scale", "Use 2 nodes").click()
    expect(cluster).to_contain_text("Running on 2 nodes", timeout=LONG_MS)
    expect(cluster.get_by_role("img", name=re.compile("2 nodes: 2 running"))).to_be_visible(timeout=LONG_MS)
    assert walker.is_busy
    walker.picture("walk 3 two nodes")

    running = walker.section("jobs").locator("li[data-state=running]")
    expect(running).to_have_count(2, timeout=SOON_MS)
    kill_job(max((job["job"] for job in walker.ask("jobs")["jobs"]), key=int), machine.mark)
    obituary = walker.section("wrong").get_by_role("listitem").first
    expect(obituary).to_contain_text("died", timeout=SOON_MS)
    walker.picture("walk 4 a job was killed")
    assert walker.is_busy

    walker.button("cluster", "Stop the cluster").click()
    dialog = walker.page.get_by_role("dialog")
    expect(dialog).to_contain_text("not finished")  # work runs, so it is asked
    dialog.get_by_role("button", name="Stop").click()
    expect(walker.button("cluster", "Start a cluster")).to_be_visible(timeout=LONG_MS)
    expect(walker.section("jobs")).to_contain_text("You have no jobs", timeout=LONG_MS)
    expect(walker.section("ledger")).to_contain_text("You hold nothing", timeout=LONG_MS)
    assert walker.ask("clusters")["clusters"] == []
    walker.picture("walk 5 all gone")


def kill_job(job: str, mark: str) -> None:
    """End all processes of this job, as a failing node would."""
    for process in psutil.process_iter():
        try:
            if process.environ().get(mark) == job:
                process.send_signal(signal.SIGKILL)
        except psutil.Error:
            continue
