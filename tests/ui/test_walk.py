"""A newcomer's first walk through the panel, with a real cluster beside it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.lab import Lab, running_lab
from tests.ui.walk import LONG_MS, SLOW, SOON_MS, Machine, Walker, first_walk

SMALL = {
    "FUNICULAR_LOCAL_CORES": "2",
    "FUNICULAR_LOCAL_NODES": "2",
    "FUNICULAR_MIN_GAIN_S": "0",
    "FUNICULAR_LEASE_S": "5",
}
WITHIN_MS = 2000
HOLDS_THE_GIL = "import re; re.match(r'(a+)+$', 'a' * 34 + 'b')"


@pytest.fixture(scope="module")
def small_lab() -> Iterator[Lab]:
    """A Lab on a site of two nodes with a core each, with a state folder of its own."""
    home = Path(tempfile.mkdtemp(prefix="fun-walk-"))
    with running_lab(home, SMALL) as lab:
        yield lab
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def walker(small_lab: Lab, browser: Browser) -> Iterator[Walker]:
    """Somebody before that Lab; errors that our code writes to the console fail the test."""
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    ours: list[str] = []
    page.on("pageerror", lambda error: ours.append(str(error)))
    page.on(
        "console",
        lambda message: (
            ours.append(message.text)
            if message.type == "error" and "funicular" in message.text.lower()
            else None
        ),
    )
    yield Walker(page, small_lab)
    page.close()
    assert ours == []


def test_the_first_walk(walker: Walker) -> None:
    """Card, notebook, run, scale while the cell runs, kill a job, obituary, stop: all gone, ledger right."""
    first_walk(walker, Machine(costs="your own computer: that costs nothing", cores=1, mark="FUNICULAR_JOB"))
    told = command_ledger(walker.lab)

    assert walker.ask("ledger")["today"]["core_hours"] == pytest.approx(told, rel=1e-6)
    assert told > 0


def test_it_answers_while_compiled_code_holds_the_kernel(walker: Walker) -> None:
    """Start, scale and stop are asked of the server; a kernel that takes no message does not matter."""
    walker.arrive("busy")
    walker.open_panel()
    walker.new_notebook("busy.ipynb")
    walker.run_new_cell(HOLDS_THE_GIL)
    cluster = walker.section("cluster")
    walker.button("cluster", "Start a cluster").click()
    expect(cluster).to_contain_text("Running on 1 node", timeout=LONG_MS)

    walker.slide_to(2)
    walker.button("scale", "Use 2 nodes").click()
    expect(cluster).to_contain_text("Running on 2 nodes", timeout=LONG_MS)
    walker.button("cluster", "Stop the cluster").click()
    expect(walker.button("cluster", "Start a cluster")).to_be_visible(timeout=LONG_MS)

    assert walker.is_busy
    walker.end_kernel()


def test_two_notebooks_share_a_cluster_and_a_reload_changes_nothing(walker: Walker) -> None:
    """Both are named; after the reload the panel is there as it was left, closed parts closed."""
    walker.arrive("two")
    walker.open_panel()
    for path in ("one.ipynb", "two.ipynb"):
        walker.new_notebook(path)
        walker.run_new_cell(SLOW.format(calls=4))
    cluster = walker.section("cluster")
    expect(cluster).to_contain_text(re.compile("2 notebooks share it: .*(one|two).ipynb"), timeout=LONG_MS)
    walker.picture("walk 6 two notebooks")

    walker.button("jobs", "Jobs").click()
    wait_until_kept(walker, "two")
    walker.page.reload()
    expect(cluster).to_contain_text("2 notebooks share it", timeout=LONG_MS)
    toggle = walker.button("jobs", "Jobs")
    expect(toggle).to_have_attribute("aria-expanded", "false", timeout=SOON_MS)
    expect(walker.button("ledger", "Ledger")).to_have_attribute("aria-expanded", "true")

    expect(cluster).to_contain_text("8 done, 0 running, 0 waiting", timeout=LONG_MS)  # so it is not asked
    walker.button("cluster", "Stop the cluster").click()
    expect(walker.button("cluster", "Start a cluster")).to_be_visible(timeout=LONG_MS)


def test_a_terminal_s_cluster_comes_and_goes_within_two_seconds(walker: Walker) -> None:
    """From the moment that it is in the registry, and from when it is not."""
    walker.arrive("terminal")
    walker.open_panel()
    expect(walker.button("cluster", "Start a cluster")).to_be_visible(timeout=SOON_MS)
    registered = walker.lab.state_home / "funicular" / "clusters" / "terminal" / "cluster.json"
    other = walker.section("cluster").get_by_role("listitem").filter(has_text="terminal")
    with command(walker.lab, "clusters", "start", "terminal", "--keep"):
        wait_for(registered.exists)
        expect(other).to_be_visible(timeout=WITHIN_MS)
    with command(walker.lab, "clusters", "stop", "terminal"):
        wait_for(lambda: not registered.exists())
        expect(other).to_have_count(0, timeout=WITHIN_MS)


@contextmanager
def command(lab: Lab, *words: str) -> Iterator[None]:
    """A command in a terminal of the same user; it must end well."""
    env = {**os.environ, **SMALL, "XDG_STATE_HOME": str(lab.state_home), "FUNICULAR_SITE": "local"}
    process = subprocess.Popen([sys.executable, "-m", "funicular.cli", *words], env=env)
    yield
    assert process.wait(60) == 0


def wait_for(holds: Callable[[], bool], within_s: float = 60) -> None:
    """Until it holds; looks ten times a second."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def wait_until_kept(walker: Walker, workspace: str) -> None:
    """Until the Lab has saved which parts are closed, and that the panel is in front."""

    def is_kept() -> bool:
        walker.page.wait_for_timeout(100)
        kept = walker.lab.ask(f"lab/api/workspaces/{workspace}")["data"]
        is_closed = kept.get("@funicular/lab:panel", {}).get("jobs") is False
        in_front = kept.get("layout-restorer:data", {}).get("left", {}).get("current")
        return is_closed and in_front == "jp-funicular-panel"

    wait_for(is_kept)


def command_ledger(lab: Lab) -> float:
    """Core-hours of today as the terminal tells them."""
    env = {**os.environ, "XDG_STATE_HOME": str(lab.state_home)}
    command = [sys.executable, "-m", "funicular.cli", "clusters", "ledger", "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    told: float = json.loads(done.stdout)["today"]["core_hours"]
    return told
