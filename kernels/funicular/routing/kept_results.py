"""``funicular.results()`` and ``funicular.forget()``: the stores of ``map(..., resume=...)``."""

from __future__ import annotations

import time

from funicular.routing import shelf
from funicular.routing.cards import Table, Words
from funicular.units import format_bytes, format_seconds

HEADINGS = ("store", "function", "size", "last used", "notebook's folder")


def results() -> Table:
    """All stores of results, the one used last at the end. One unused for 90 days is deleted."""
    now = time.time()
    rows = tuple(
        (
            each.name,
            each.about.function if each.about else "",
            format_bytes(each.nbytes),
            f"{format_seconds(max(now - each.used_s, 0))} ago",
            each.about.folder if each.about else "",
        )
        for each in shelf.stores()
    )
    return Table(HEADINGS, rows, empty='No results are stored. funicular.map(..., resume="name") does it.')


def forget(name: str) -> Words:
    """Delete a store of results. Raises ``StoreProblem`` while a call writes to it."""
    if shelf.remove(name):
        return Words(f"The results store {name} is deleted.")
    return Words(f"There is no results store {name}; funicular.results() lists them.")
