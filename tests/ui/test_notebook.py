"""A notebook and its cluster in a real browser, with a real kernel on the local site."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from playwright.sync_api import Page, WebSocketRoute, expect

from funicular.messages import to_json
from tests.ui.axe import violations
from tests.ui.conftest import LOADED
from tests.ui.lab import Lab
from tests.ui.stub import OBITUARY, PROBLEM
from tests.ui.test_first_look import READY
from tests.ui.test_states import picture

SOON_MS = 30_000
ITEM = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-funicular-attachment"
NEW = """async ([kernel, path]) => {
  const model = await jupyterapp.serviceManager.contents.newUntitled({type: 'notebook', path: ''});
  await jupyterapp.serviceManager.contents.rename(model.path, path);
  await jupyterapp.commands.execute('docmanager:open', {path, kernel: {name: kernel}});
}"""
RUN = """async code => {
  const notebook = jupyterapp.shell.currentWidget.content;
  const cells = notebook.model.sharedModel;
  cells.insertCell(cells.cells.length, {cell_type: 'code', source: code});
  notebook.activeCellIndex = cells.cells.length - 1;
  void jupyterapp.commands.execute('notebook:run-cell');
}"""
BUSY = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'"
SOURCES = "() => jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map(cell => cell.source)"


def open_notebook(page: Page, path: str, kernel: str = "funicular") -> None:
    """An empty notebook with a kernel that is ready."""
    page.evaluate(NEW, [kernel, path])
    page.wait_for_function(READY, timeout=60_000)


def run(page: Page, code: str) -> None:
    """Run a new cell at the end; does not wait for it."""
    page.evaluate(RUN, code)


def test_a_notebook_leaves_its_cluster_while_a_cell_runs(page: Page) -> None:
    """The toolbar says whose cluster it uses; its menu works on a busy kernel; a foreign one is explained."""
    open_notebook(page, "leaves.ipynb")
    item = page.locator(ITEM)
    expect(item).to_have_text("Cluster on first use", timeout=SOON_MS)

    run(page, "import time; time.sleep(6)")
    page.wait_for_function(BUSY)
    item.focus()
    page.keyboard.press("Enter")
    entry = page.get_by_role("menuitem", name="Detach the notebook from the cluster")
    expect(entry).to_be_visible()
    picture(page, "notebook menu")
    entry.click()
    expect(item).to_have_text("Detaching", timeout=3000)
    expect(item).to_have_text("Detached", timeout=SOON_MS)

    item.click()
    page.get_by_role("menuitem", name="Attach the notebook to the cluster").click()
    expect(item).to_have_text("Cluster on first use", timeout=SOON_MS)
    assert violations(page, ITEM) == []

    open_notebook(page, "foreign.ipynb", kernel="python3")
    expect(item).to_have_text("No cluster", timeout=SOON_MS)
    assert "%load_ext funicular" in (item.get_attribute("title") or "")
    run(page, "%load_ext funicular")
    expect(item).to_have_text("Cluster on first use", timeout=SOON_MS)


def test_code_is_shown_before_it_is_inserted_and_one_undo_takes_it_away(page: Page) -> None:
    """The context menu of a cell offers a cell that connects here and elsewhere."""
    open_notebook(page, "inserts.ipynb")
    before = page.evaluate(SOURCES)
    page.locator(".jp-NotebookPanel .jp-Cell").first.click(button="right")
    page.get_by_role("menuitem", name="Insert Code That Connects to a Cluster").click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("from dask.distributed import Client")
    assert page.evaluate(SOURCES) == before
    expect(dialog.locator(".jp-mod-accept")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function(f"count => ({SOURCES})().length === count + 1", arg=len(before))
    inserted = page.evaluate(SOURCES)[1]
    compile(inserted, "cell", "exec")

    page.evaluate("() => { jupyterapp.commands.execute('notebook:undo-cell-action'); }")
    page.wait_for_function(f"count => ({SOURCES})().length === count", arg=len(before))


def test_the_widget_shows_a_real_cluster_and_its_buttons_say_when_they_act(page: Page) -> None:
    """Nothing at first, then a node; numbers move while a cell runs; Scale and Stop act when it ends."""
    open_notebook(page, "widget.ipynb")
    run(page, "import funicular, time\nfunicular.cluster")
    widget = page.locator(".funicular-cluster")
    expect(widget).to_contain_text("No cluster yet", timeout=SOON_MS)
    expect(widget.get_by_role("button", name="Stop")).to_be_disabled()

    run(page, "time.sleep(4)")
    widget.get_by_role("button", name="Scale").click()
    expect(widget.locator(".note")).to_contain_text("when it ends", timeout=3000)
    expect(widget).to_contain_text("1 node", timeout=60_000)
    expect(widget.locator(".note")).to_have_text("")

    run(page, "import os\nx = funicular.map(lambda _: time.sleep(0.5), range(60 * os.cpu_count()))")
    expect(widget).to_contain_text("cores busy", timeout=SOON_MS)
    page.wait_for_function(
        """() => /^[1-9]\\d* of \\d+ cores/m.test(document.querySelector('.funicular-cluster').innerText)
              && jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'""",
        timeout=SOON_MS,
    )
    picture(page, "widget")
    assert violations(page, ".funicular-cluster") == []

    look_at_the_dashboard(page)
    look_at_the_live_section(page)

    stop = widget.get_by_role("button", name="Stop")
    stop.click()
    expect(widget.get_by_role("button", name="press again")).to_be_visible()
    widget.get_by_role("button", name="press again").click()
    expect(widget).to_contain_text("No cluster yet", timeout=90_000)


def look_at_the_dashboard(page: Page) -> None:
    """Dask's own page in a tab while the cell runs; where the server has none, its words instead."""
    problem = {**PROBLEM, "title": "Dask cannot draw its dashboard."}
    page.route("**/funicular/dashboard/**", lambda route: route.fulfill(status=503, json=problem))
    page.evaluate("() => { jupyterapp.commands.execute('funicular:open-dashboard'); }")
    tab = page.locator(".jp-funicular-dashboard")
    expect(tab).to_contain_text("Dask cannot draw its dashboard.", timeout=SOON_MS)
    page.unroute("**/funicular/dashboard/**")
    tab.get_by_role("button", name="Try again").click()
    inside = page.frame_locator(".jp-funicular-dashboard-page")
    expect(inside.locator("body")).to_contain_text("Task", timeout=SOON_MS)
    expect(inside.locator("canvas").first).to_be_visible(timeout=SOON_MS)
    picture(page, "dashboard")
    page.evaluate("() => jupyterapp.shell.currentWidget.close()")


def look_at_the_live_section(page: Page) -> None:
    """The panel's live numbers move while the kernel is busy: cores of a real cluster, and its functions."""
    page.evaluate("() => { jupyterapp.commands.execute('funicular:show-panel', {section: 'live'}); }")
    live = page.locator("#jp-funicular-section-live")
    expect(live).to_contain_text(re.compile(r"[1-9]\d* of \d+ cores? busy"), timeout=SOON_MS)
    expect(live.locator("canvas")).to_have_count(2, timeout=SOON_MS)
    told = live.locator("figcaption").first
    before = told.inner_text()
    expect(told).not_to_have_text(before, timeout=SOON_MS)
    assert page.evaluate(BUSY), "the cell ended too soon"
    picture(page, "live")


def test_news_is_told_once_with_its_next_step(lab: Lab, page: Page) -> None:
    """What the server says of its own accord becomes a notification; its button leads to the panel."""
    lines: list[WebSocketRoute] = []

    def tap(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    page.route_web_socket("**/api/events/subscribe*", tap)
    page.goto(f"{lab.url}lab/workspaces/news?token={lab.token}")
    page.wait_for_function(LOADED, timeout=60_000)
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=60_000)

    def say(name: str, **data: Any) -> None:
        schema = f"https://events.funicular.dev/{name}/v1"
        lines[-1].send(json.dumps({"schema_id": schema, "__schema_version__": "1", **data}))

    died = to_json(replace(OBITUARY, action=None))
    say("died", obituary=died)
    say("died", obituary=died)
    toast = page.locator(".Toastify__toast", has_text="Worker b1-7 died")
    expect(toast).to_have_count(1, timeout=SOON_MS)
    say("wait-ended", cluster="lab-1-ab12", waited_s=260.0, nodes=4, workers=16)
    expect(page.locator(".Toastify__toast", has_text="The wait is over after 4 min: 4 nodes")).to_be_visible()
    picture(page, "news")
    toast.get_by_role("button", name="What happened").click()
    expect(page.locator("#jp-funicular-panel")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("#jp-funicular-section-wrong-heading")).to_be_focused(timeout=SOON_MS)
