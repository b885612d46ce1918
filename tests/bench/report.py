"""What a benchmark found: two medians, how many times better ours is, whether that was promised. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

HEAD = ("what", "ours", "peer", "unit", "ratio", "target", "met")


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. Smaller values are better.

    ours, peer: every value that was measured; empty where there is no such side.
    target: the ratio that was promised, ``None`` for a row that only informs.
    note: what a reader must know.
    """

    what: str
    ours: tuple[float, ...]
    peer: tuple[float, ...] = ()
    unit: str = "s"
    target: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times smaller our median is than the peer's; ``None`` without two sides."""
        if not self.ours or not self.peer:
            return None
        ours = median(self.ours)
        return median(self.peer) / ours if ours else None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; a target without a measurement is missed."""
        if self.target is None:
            return None
        return self.ratio is not None and self.ratio >= self.target

    def as_json(self) -> dict[str, object]:
        """The row's medians and verdict, with every value."""
        return {
            "what": self.what,
            "ours": middle(self.ours),
            "peer": middle(self.peer),
            "ratio": self.ratio,
            "target": self.target,
            "unit": self.unit,
            "met": self.met,
            "note": self.note,
            "values": {key: list(values) for key, values in asdict(self).items() if key in ("ours", "peer")},
        }


def middle(values: Sequence[float]) -> float | None:
    """The median, or nothing."""
    return median(values) if values else None


def table(rows: Sequence[Row]) -> str:
    """The rows in aligned columns, numbers to the right, every value and note below."""
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = [
        "  ".join(
            cell.ljust(width) if HEAD[column] in ("what", "unit", "met") else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    for row in rows:
        lines += ["", row.what, f"  ours  {_all(row.ours)}"]
        lines += [f"  peer  {_all(row.peer)}"] if row.peer else []
        lines += [f"  {row.note}"] if row.note else []
    return "\n".join(lines)


def number(value: float | None) -> str:
    """Three digits, as a person would write them."""
    if value is None:
        return "-"
    if float(value).is_integer() and abs(value) < 1e6:
        return str(int(value))
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}"


def _cells(row: Row) -> tuple[str, ...]:
    verdict = {None: "", True: "yes", False: "NO"}[row.met]
    return (
        row.what,
        number(middle(row.ours)),
        number(middle(row.peer)),
        row.unit,
        number(row.ratio) + ("" if row.ratio is None else " x"),
        "" if row.target is None else f"{number(row.target)} x",
        verdict,
    )


def _all(values: Sequence[float]) -> str:
    return "  ".join(number(value) for value in values) or "-"
