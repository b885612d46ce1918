"""The monitor of this kernel's cells: on unless somebody switched it off, quiet unless it was asked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from funicular.errors import FunicularError
from funicular.profiling.monitor import Monitor, profile_of
from funicular.profiling.session import session_of
from funicular.profiling.words import sentence, table
from funicular.routing.cards import Words
from funicular.sites.policy import read_policy

SAID_FROM_S = 1.0
MAGIC = "%%profile"

_monitor: Monitor | None = None
_says = False
_shows_table = False


def start(environ: Mapping[str, str] = os.environ) -> None:
    """Measure cells from the next one on, if that is wanted. Twice is once."""
    global _monitor, _says
    setting = environ.get("FUNICULAR_MONITOR", "").strip().lower()
    if _monitor is not None or setting == "off" or not _is_allowed(environ):
        return
    from IPython.core.interactiveshell import InteractiveShell

    _monitor, _says = Monitor(frozenset({id(InteractiveShell.run_code.__code__)})), setting == "say"


def stop() -> None:
    """Forget all that was measured; nothing more is."""
    global _monitor, _says
    _monitor, _says = None, False


def before_cell(info: Any) -> None:
    """A cell begins."""
    global _shows_table
    _shows_table = _shows_table or _text(info).startswith(MAGIC)
    if _monitor is not None:
        _monitor.begin()


def after_cell(shell: Any, result: Any) -> None:
    """It ended: nothing is said, but what was asked for."""
    global _shows_table
    if _monitor is None or shell is None:
        return
    error = getattr(result, "error_before_exec", None) or getattr(result, "error_in_exec", None)
    problem = f"{type(error).__name__}: {error}" if error is not None else ""
    cell = _monitor.end(_title(shell, result), lambda: _names(shell), problem)
    if cell is None:
        return
    if _text(getattr(result, "info", None)).startswith("%profile"):
        _monitor.cells.pop()  # who looks twice sees the same cell
        return
    shows, _shows_table = _shows_table, False
    if shows:
        print(table(session_of(cell.title, [profile_of(cell)])))
    elif _says and cell.wall_s >= SAID_FROM_S:
        print(sentence(profile_of(cell)))


def profile(line: str) -> Words | None:
    """Where the time of the last cell went, and what it used.

    %profile      %profile on (a line after each cell that took a second)      %profile off (no line any more)
    ``%%profile`` on a cell's first line shows its table after it.
    """
    global _says
    match line.strip():
        case "":
            return Words(_last())
        case "on" | "off" as word:
            _says = word == "on" and _monitor is not None
            return None if _monitor is not None else Words(_why_off())
        case words:
            return Words(f"%profile knows on and off, and nothing for the last cell; not {words}.")


def without_magic(lines: list[str]) -> list[str]:
    """The cell as Python: ``%%profile`` is an empty line, so that line numbers stay."""
    first = next((n for n, each in enumerate(lines) if each.strip()), None)
    if first is not None and lines[first].split() == [MAGIC]:
        return [*lines[:first], "\n", *lines[first + 1 :]]
    return lines


def _last() -> str:
    if _monitor is None:
        return _why_off()
    if not _monitor.cells:
        return "No cell was measured yet."
    cell = _monitor.cells[-1]
    return table(session_of(cell.title, [profile_of(cell)]))


def _is_allowed(environ: Mapping[str, str]) -> bool:
    """What the site's rules say; where they cannot be read nothing is measured."""
    try:
        return read_policy(environ).cell_monitor
    except FunicularError:
        return False


def _why_off() -> str:
    return "Cells are not measured: FUNICULAR_MONITOR=off, or this site's rules (cell_monitor: false)."


def _text(info: Any) -> str:
    return str(getattr(info, "raw_cell", "") or "").lstrip()


def _title(shell: Any, result: Any) -> str:
    count = getattr(result, "execution_count", None)
    return f"cell {count}" if count else "cell"


def _names(shell: Any) -> dict[str, str]:
    """What the files of cells are called."""
    known = getattr(shell.compile, "_filename_map", {})
    return {path: f"cell {number}" for path, number in known.items()}
