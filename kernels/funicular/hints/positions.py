"""In which line of a notebook's file each cell begins: viewers of changes show the file, not the cells."""

from __future__ import annotations

import json
from collections.abc import Iterator


def cell_lines(text: str) -> dict[int, int]:
    """The line (from 1) of the first source line of each cell, by the cell's place among all cells.

    Found by the text itself, so only where the file has one line of source a line, as Jupyter writes it.
    """
    try:
        cells = json.loads(text).get("cells", [])
    except (ValueError, AttributeError, RecursionError):
        return {}
    rows = [line.strip() for line in text.split("\n")]
    found: dict[int, int] = {}
    at = 0
    for index, cell in enumerate(cells):
        source = cell.get("source", []) if isinstance(cell, dict) else []
        if not isinstance(source, list) or not source:
            continue
        place = next(_begins(rows, at, source), None)
        if place is not None:
            found[index], at = place + 1, place + len(source)
    return found


def _begins(rows: list[str], at: int, source: list[str]) -> Iterator[int]:
    """Rows below which these very strings stand, one a row, after ``"source": [``."""
    spelled = [{json.dumps(line, ensure_ascii=way) for way in (True, False)} for line in source]
    for row in range(at, len(rows) - len(source)):
        if rows[row] == '"source": [' and all(
            rows[row + 1 + n].rstrip(",") in ways or rows[row + 1 + n] in ways
            for n, ways in enumerate(spelled)
        ):
            yield row + 1
