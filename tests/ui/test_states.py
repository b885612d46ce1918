"""Every section of the panel in all its states, in both themes, at three widths, by keyboard alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, FloatRect, Page, expect

from tests.ui.axe import violations
from tests.ui.conftest import LOADED
from tests.ui.lab import Lab
from tests.ui.stub import PROBLEM, Stub

PANEL = "#jp-funicular-panel"
SECTIONS = ("cluster", "scale", "live", "jobs", "wrong", "ledger")
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
WIDTHS = (240, 320, 480)
SOON_MS = 30_000
SET_WIDTH = """width => {
  const split = window.jupyterapp.shell._hsplitPanel;
  const all = split.node.clientWidth;
  split.setRelativeSizes([width, all - width, 0]);
}"""
# (name of a node, how far it sticks out) for all that a reader would have to scroll sideways for
STICKS_OUT = """selector => {
  const panel = document.querySelector(selector);
  const right = panel.getBoundingClientRect().left + panel.clientWidth;
  return [...panel.querySelectorAll('*')]
    .filter(node => node.getClientRects().length && node.getBoundingClientRect().right > right + 1)
    .filter(node => !node.closest('svg') && getComputedStyle(node.parentElement).overflowX === 'visible')
    .map(node => `${node.className || node.tagName} ${node.textContent.slice(0, 40)}`);
}"""

CONTROLS = """selector => [...document.querySelectorAll(`${selector} :is(button, input, select, summary, a)`)]
  .filter(each => each.getClientRects().length && !each.disabled && (each.type !== 'radio' || each.checked))
  .map(each => each.ariaLabel || each.textContent || each.id || each.tagName)"""
FOCUSED = """selector => {
  const node = document.activeElement;
  const style = getComputedStyle(node);
  return node.closest(selector) && {
    name: node.ariaLabel || node.textContent || node.id || node.tagName,
    shows: style.outlineStyle !== 'none' || style.boxShadow !== 'none'
  };
}"""


@pytest.fixture
def fresh(browser: Browser) -> Iterator[Page]:
    """A page that has not been anywhere; what our code writes to the console as an error fails the test."""
    page = browser.new_page(viewport={"width": 1280, "height": 1900})
    ours: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        is_answer = message.text.startswith("Failed to load resource")  # a problem that the server told
        if message.type == "error" and "funicular" in f"{message.text} {message.location}" and not is_answer:
            ours.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: ours.append(str(error)))
    yield page
    page.close()
    assert ours == []


def open_panel(page: Page, lab: Lab, workspace: str) -> None:
    """The Lab with the panel in front, every section open."""
    page.goto(f"{lab.url}lab/workspaces/{re.sub(r'[^a-z0-9]', '-', workspace)}?token={lab.token}")
    page.wait_for_function(LOADED, timeout=60_000)
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=60_000)
    page.evaluate("() => { window.jupyterapp.commands.execute('funicular:show-panel'); }")
    page.locator(PANEL).wait_for(timeout=SOON_MS)
    for toggle in page.locator(f"{PANEL} .jp-funicular-section-toggle[aria-expanded=false]").all():
        toggle.click()


def set_theme(page: Page, theme: str) -> None:
    """Dark or light, for all that is drawn from now on."""
    page.evaluate("theme => { window.jupyterapp.commands.execute('apputils:change-theme', {theme}); }", theme)
    expect(page.locator(f"body[data-jp-theme-name='{theme}']")).to_be_attached(timeout=SOON_MS)


@pytest.mark.parametrize("kind", ["loading", "ready", "empty", "problem"])
def test_every_state_is_drawn_fits_and_can_be_read(fresh: Page, lab: Lab, kind: str) -> None:
    """In words, without sideways scrolling, with enough contrast and with names for screen readers."""
    Stub(kind).install(fresh)
    open_panel(fresh, lab, f"states-{kind}")
    for section in SECTIONS:
        body = fresh.locator(f"#jp-funicular-section-{section} .jp-funicular-section-body")
        expect(body).not_to_be_empty(timeout=SOON_MS)
    expected = {"loading": re.compile("Asking|Adding up"), "problem": PROBLEM["title"]}.get(kind)
    if expected:
        for section in SECTIONS:
            expect(fresh.locator(f"#jp-funicular-section-{section}")).to_contain_text(
                expected, timeout=SOON_MS
            )
    if kind == "ready":
        expect(fresh.locator(f"{PANEL} .jp-funicular-plot canvas")).to_have_count(2, timeout=SOON_MS)
    found: list[str] = []
    for short, theme in THEMES.items():
        set_theme(fresh, theme)
        for width in WIDTHS:
            fresh.evaluate(SET_WIDTH, width)
            fresh.wait_for_function(
                f"() => Math.abs(document.querySelector('{PANEL}').clientWidth - {width}) < 24",
                timeout=SOON_MS,
            )
            fresh.wait_for_timeout(300)  # the plots follow their frame
            picture(fresh, f"panel {kind} {short} {width}")
            found += [f"{short} {width}: {each}" for each in fresh.evaluate(STICKS_OUT, PANEL)]
        found += [f"{short}: {each}" for each in violations(fresh, PANEL)]
    set_theme(fresh, THEMES["light"])
    assert found == []


def test_the_panel_needs_no_mouse(fresh: Page, lab: Lab) -> None:
    """Tab reaches every control, Enter opens and closes, and what has the keyboard shows that it has."""
    Stub("ready").install(fresh)
    open_panel(fresh, lab, "states-keyboard")
    expect(fresh.locator(f"{PANEL} .jp-funicular-plot canvas")).to_have_count(2, timeout=SOON_MS)
    first = fresh.locator(f"{PANEL} .jp-funicular-section-toggle").first
    first.focus()
    fresh.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-expanded", "false")
    fresh.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-expanded", "true")
    controls = fresh.evaluate(CONTROLS, PANEL)
    seen: list[str] = []
    unseen: list[str] = []
    for _ in range(len(controls) + 5):
        at = fresh.evaluate(FOCUSED, PANEL)
        if at is None:
            break
        seen.append(at["name"])
        unseen += [] if at["shows"] else [at["name"]]
        fresh.keyboard.press("Tab")

    assert unseen == []
    assert sorted(seen) == sorted(controls)


def picture(page: Page, name: str) -> None:
    """Keep a picture for a person to look at, where FUNICULAR_PICTURES names a folder."""
    if folder := os.environ.get("FUNICULAR_PICTURES"):
        size = page.viewport_size or {"width": 1280, "height": 800}
        width = 540 if name.startswith("panel") else size["width"]
        clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": size["height"]}
        page.screenshot(path=Path(folder) / f"{name}.png", clip=clip)
