"""``funicular doctor``: looks at this machine and a compute node, says what it means and what to do next."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from typing import TYPE_CHECKING, Any

from funicular.cli.shown import add_json, add_site, print_json, site_setting

if TYPE_CHECKING:
    from funicular.doctor.examine import Examined

SUMMARY = "look at this machine and a compute node; say what works and what to do about the rest"
QUIET_S = 1.0  # what is quicker needs no word
WAIT_S = 120.0


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    add_site(parser)
    parser.add_argument("--no-job", action="store_true", help="send no job to a compute node")
    parser.add_argument("--queue", metavar="NAME", help="the queue for that job (by default the usual one)")
    parser.add_argument("--account", metavar="NAME", help="who pays for that job (a core-minute or so)")
    parser.add_argument(
        "--wait",
        metavar="SECONDS",
        type=_seconds,
        default=WAIT_S,
        help=f"how long that job may wait (default: {WAIT_S:.0f})",
    )
    parser.add_argument(
        "--write",
        metavar="ID",
        nargs="?",
        const="",
        help="write what was found into your own profile of this machine",
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Examine, show, and write if asked to. Gives 1 when something failed."""
    from funicular.doctor.examine import examine
    from funicular.doctor.finding import State, worst
    from funicular.doctor.visit import Terms

    told = Progress()
    try:
        found = examine(
            site_setting(options).strip().lower(),
            job=not options.no_job,
            terms=Terms(options.queue, options.account, options.wait),
            tell=told,
        )
    finally:
        told.clear()
    written = _write(options.write, found) if options.write is not None else None
    if options.json:
        print_json(as_record(found, written))
    else:
        print(_page(found))
        if written:
            print(f"\nWritten: {written}")
    return 1 if worst(found.findings) is State.FAIL else 0


def as_record(found: Examined, written: str | None) -> dict[str, Any]:
    """What ``--json`` prints; promised to stay."""
    from funicular.doctor.finding import worst

    return {
        "site": found.place.site,
        "cluster": found.place.cluster,
        "profile": found.place.profile.id if found.place.profile else None,
        "job": found.trial.job or None if found.trial else None,
        "worst": worst(found.findings).value,
        "findings": list(found.findings),
        "learnt": dict(found.learnt),
        "written": written,
    }


def _page(found: Examined) -> str:
    from funicular.cli.doctor_page import page
    from funicular.doctor.probe import all_probes

    place = found.place
    known = f"; {place.profile.name}: {place.because}" if place.profile else ""
    sections = {name: probe.section for name, probe in all_probes().items()} | {"profile": "profile"}
    return page(
        f"The doctor on {place.host} (scheduler {place.site}{known})",
        found.findings,
        sections,
        width=shutil.get_terminal_size((80, 24)).columns,
        is_coloured=sees_colours(),
    )


def sees_colours() -> bool:
    """Whether somebody looks at this on a screen that has colours and has not said no to them."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM", "dumb") != "dumb"


def _write(name: str, found: Examined) -> str:
    from funicular.doctor.writing import write

    return str(write(name, found))


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 7 * 24 * 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, such as 120")
    return value


class Progress:
    """Says on standard error what is being waited for, once that takes longer than a second."""

    def __init__(self) -> None:
        self._is_screen = sys.stderr.isatty()
        self._since: dict[str, float] = {}
        self._shown = ""

    def __call__(self, text: str) -> None:
        """Show this once it has been so for a second; on a screen in the place of what was said before."""
        key = text.partition(":")[0]
        since = self._since.setdefault(key, time.monotonic())
        is_question = key == "Asking"
        if text == self._shown or (is_question and time.monotonic() - since < QUIET_S):
            return
        if self._is_screen:
            width = shutil.get_terminal_size((80, 24)).columns - 1
            print(f"\r\033[K{text[:width]}", end="", file=sys.stderr, flush=True)
        elif key.partition(" (")[0] not in self._shown:
            print(text, file=sys.stderr, flush=True)
        self._shown = text

    def clear(self) -> None:
        """Take the line away."""
        if self._is_screen and self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
