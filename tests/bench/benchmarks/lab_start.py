"""JupyterLab's start with our extension against without, in turn; and what of ours is loaded then."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter

from jupyter_core.paths import jupyter_path
from playwright.sync_api import Browser, Response, sync_playwright

from tests.bench.place import Failed, Missing, Place
from tests.bench.report import Row
from tests.browser import CHROMIUM
from tests.ui.conftest import LOADED
from tests.ui.lab import Lab, running_lab

NEEDS_SITE = False
STARTS = 20
MOST_KB = 150.0
MOST_SLOWER = 1.05
OURS = "/lab/extensions/@funicular/lab/"
WITHOUT = ("@funicular/lab", "anywidget", "@jupyter-widgets/jupyterlab-manager")  # what pip brings with us
READY = ".jp-LauncherCard"
SLOWEST_MS = 120_000


def measure(place: Place | None, repeat: int) -> list[Row]:
    """Twenty starts of each kind, or ``repeat`` if that is more than the usual three."""
    starts = repeat if repeat != 3 else STARTS
    if CHROMIUM is None:
        raise Missing("Chromium is not installed, so JupyterLab's start is not measured.")
    found: dict[str, list[float]] = {"with": [], "without": []}
    with ExitStack() as stack:
        labs = {kind: stack.enter_context(_lab(is_plain=kind == "without")) for kind in found}
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=CHROMIUM)
        loaded_kb, nothing_kb = (_loaded_kb(browser, labs[kind]) for kind in found)  # this warms the servers
        if not loaded_kb or nothing_kb:
            raise Failed(f"our extension loaded {loaded_kb} kB where it is, {nothing_kb} kB where it is off")
        for turn in range(starts):
            for kind in sorted(found, reverse=turn % 2 == 1):
                found[kind].append(_start_s(browser, labs[kind]))
        browser.close()
    off = ", ".join(WITHOUT)
    note = f"{starts} starts each, in turn; fresh browser profile, warm server; without {off}"
    return [
        Row("JupyterLab's start; peer: without us", tuple(found["with"]), tuple(found["without"]),
            target=1 / MOST_SLOWER, note=note),
        Row("loaded at its start, gzipped; peer: the most allowed", (loaded_kb,), (MOST_KB,), unit="kB",
            target=1.0, note="all files below " + OURS),
    ]  # fmt: skip


@contextmanager
def _lab(*, is_plain: bool) -> Iterator[Lab]:
    home = Path(tempfile.mkdtemp(prefix="fun-bench-"))
    if is_plain:
        (home / "config").mkdir()
        settings = {
            "ServerApp": {"jpserver_extensions": {"funicular_lab": False}},
            "LabApp": {"labextensions_path": [str(_others(home / "labextensions"))]},
        }
        (home / "config" / "jupyter_server_config.json").write_text(json.dumps(settings))
    try:
        with running_lab(home) as lab:
            yield lab
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _others(folder: Path) -> Path:
    """All extensions of JupyterLab that are here but ours; what is only disabled would still be loaded."""
    for place in map(Path, reversed(jupyter_path("labextensions"))):
        for found in place.rglob("package.json"):
            name = str(found.parent.relative_to(place))
            if name not in WITHOUT and len(Path(name).parts) <= 2:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).unlink(missing_ok=True)
                (folder / name).symlink_to(found.parent)
    return folder


def _start_s(browser: Browser, lab: Lab) -> float:
    """Seconds from the address to a launcher that can be used."""
    page = browser.new_page()
    began = perf_counter()
    page.goto(f"{lab.url}lab/workspaces/start?token={lab.token}&reset", timeout=SLOWEST_MS)
    page.wait_for_function(LOADED, timeout=SLOWEST_MS)
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=SLOWEST_MS)
    page.locator(READY).first.wait_for(timeout=SLOWEST_MS)
    seconds = perf_counter() - began
    page.close()
    return seconds


def _loaded_kb(browser: Browser, lab: Lab) -> float:
    """What a start asks for of ours, gzipped, in kB."""
    page = browser.new_page()
    seen: list[Response] = []
    page.on("response", lambda response: seen.append(response) if OURS in response.url else None)
    page.goto(f"{lab.url}lab/workspaces/size?token={lab.token}", timeout=SLOWEST_MS)
    page.locator(READY).first.wait_for(timeout=SLOWEST_MS)
    page.wait_for_timeout(2000)
    size = sum(len(gzip.compress(response.body())) for response in seen)
    page.close()
    return size / 1000
