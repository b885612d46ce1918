"""What a cell sent to the cluster, said in one line after it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from funicular.messages import ClusterView
from funicular.units import format_core_hours, format_count, format_seconds, plural


@dataclass(slots=True)
class Tally:
    """What went where since the cell began. ``there``, ``here``: calls by name."""

    there: dict[str, int] = field(default_factory=dict)
    here: dict[str, int] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)
    begun_s: float = 0.0
    core_hours: float | None = None  # when the cell first used the cluster


_tally = Tally(begun_s=monotonic())
_last_why: list[str] = []
_lock = threading.Lock()


def record(name: str, *, there: int, here: int = 0) -> None:
    """Count calls that ran on the cluster, and those of the same work that ran here."""
    with _lock:
        _tally.there[name] = _tally.there.get(name, 0) + there
        if here:
            _tally.here[name] = _tally.here.get(name, 0) + here


def explain(sentence: str) -> None:
    """Remember why some work stayed or went; readable with ``%scale why``."""
    with _lock:
        _tally.why.append(sentence)
        del _tally.why[:-20]


def begin() -> None:
    """A cell begins."""
    global _tally
    with _lock:
        if _tally.why:
            _last_why[:] = _tally.why
        _tally = Tally(begun_s=monotonic())


def uses_cluster(look: Callable[[], ClusterView | None]) -> None:
    """The cell reaches for the cluster; the first time its core-hours until then are noted."""
    if _tally.core_hours is None:
        view = look()
        _tally.core_hours = 0.0 if view is None else view.core_hours


def used_cluster() -> bool:
    """Whether anything went to the cluster since the cell began."""
    return any(_tally.there.values())


def why() -> list[str]:
    """Why the last cell's work went or stayed."""
    return list(_tally.why or _last_why)


def line(view: ClusterView | None) -> str:
    """``1 800 fits on 4 nodes (16 cores) in 12 s, 0.05 core-h``; empty when nothing was sent."""
    return _line(_tally, view, monotonic())


def _line(tally: Tally, view: ClusterView | None, now_s: float) -> str:
    parts = [counted(name, number) for name, number in tally.there.items() if number]
    if not parts:
        return ""
    text = " and ".join(parts)
    if view is not None and view.nodes:
        text += f" on {plural(view.nodes, 'node')} ({plural(view.cores, 'core')})"
    else:
        text += " on the cluster"
    text += f" in {format_seconds(now_s - tally.begun_s)}"
    if view is not None:
        text += f", {format_core_hours(max(view.core_hours - (tally.core_hours or 0.0), 0.0))}"
    if here := sum(tally.here.values()):
        text += f"; the first {format_count(here)} ran here" if here > 1 else "; the first ran here"
    return text


def counted(name: str, number: int) -> str:
    """``1 fit``, ``2 fits``, ``1 call of `f```, ``1 Dask task``."""
    if number == 1:
        what, of, whom = name.partition(" of ")
        name = f"{what.removesuffix('s')}{of}{whom}"
    return f"{format_count(number)} {name}"
