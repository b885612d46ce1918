"""What a drill measured, kept as a line of JSON each where FUNICULAR_DRILL_FIGURES says, and as a table."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

WHERE = "FUNICULAR_DRILL_FIGURES"
HEAD = ("drill", "runs", "detected after (s)", "whole again after (s)", "no job left after (s)")


@dataclass(slots=True)
class Figure:
    """One run of one drill. Seconds; ``None`` where it does not apply.

    detected_s, recovered_s: from the fault.   no_jobs_s: from the notebook's end, or the scheduler's return.
    """

    drill: str
    detected_s: float | None = None
    recovered_s: float | None = None
    no_jobs_s: float | None = None
    work_s: float | None = None


def keep(figure: Figure) -> None:
    """Write it down, if anybody wants it."""
    if path := os.environ.get(WHERE):
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(figure)) + "\n")


def read(path: Path) -> list[Figure]:
    """All figures of a file, in order."""
    return [Figure(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def table(figures: Sequence[Figure]) -> str:
    """A row a drill, every value of every run, as Markdown."""
    names = sorted({figure.drill for figure in figures})
    rows = [HEAD, tuple("---" for _ in HEAD)]
    for name in names:
        mine = [figure for figure in figures if figure.drill == name]
        values = [
            [getattr(one, field) for one in mine] for field in ("detected_s", "recovered_s", "no_jobs_s")
        ]
        rows.append((name.replace("-", " "), str(len(mine)), *map(_all, values)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _all(values: Sequence[float | None]) -> str:
    return ", ".join(f"{value:.{1 if value >= 1 else 2}f}" for value in values if value is not None) or "–"
