"""What axe-core says about a part of the page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.architecture.arrows import ROOT
from tests.needs import is_missing

SCRIPT = ROOT / "extension" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")


def violations(page: Page, selector: str) -> list[str]:
    """Serious and critical ones below ``selector``, each with its rule and the first place where it is."""
    if not SCRIPT.exists():
        is_missing("axe-core is not installed (extension/node_modules).")
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(SCRIPT.read_text())
        page.add_style_tag(
            content="html, body { height: 100% }"
        )  # axe sees nothing in JupyterLab's body of 0 px
    found: dict[str, Any] = page.evaluate(
        "selector => axe.run(selector, {resultTypes: ['violations'], elementRef: false})", selector
    )
    return [in_words(each) for each in found["violations"] if each["impact"] in SERIOUS]


def in_words(found: dict[str, Any]) -> str:
    """One violation: the rule, how often, where first, and why."""
    first = found["nodes"][0]
    where, why = first["html"][:200], first.get("failureSummary", "")
    return f"{found['id']} ({found['impact']}), {len(found['nodes'])} times, first at {where}: {why}"
