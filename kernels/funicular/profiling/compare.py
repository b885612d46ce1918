"""Two profiles side by side: what became faster, what slower, statement by statement. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from funicular.profiling.session import ProfileSession


@dataclass(frozen=True, slots=True)
class Change:
    """One statement in both.   before_s, after_s: ``None`` where it is not in that one."""

    title: str
    text: str
    before_s: float | None
    after_s: float | None

    @property
    def gained_s(self) -> float:
        """Seconds less than before; below zero: more."""
        return (self.before_s or 0.0) - (self.after_s or 0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """changes: the largest first, whichever way it went."""

    before_s: float
    after_s: float
    changes: tuple[Change, ...]

    @property
    def speedup(self) -> float | None:
        """How many times as fast; ``None`` when the second took no time."""
        return self.before_s / self.after_s if self.after_s else None


def compare(before: ProfileSession, after: ProfileSession) -> Comparison:
    """Statements of depth 0 that read the same are the same, wherever their lines have moved."""
    old, new = _by_text(before), _by_text(after)
    changes = [Change(*key, old.get(key), new.get(key)) for key in {**old, **new}]
    changes.sort(key=lambda change: -abs(change.gained_s))
    return Comparison(before.wall_s, after.wall_s, tuple(changes))


def _by_text(session: ProfileSession) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for cell in session.cells:
        for each in cell.statements:
            if each.depth == 0 and not each.in_threads:
                key = (cell.title, each.text)
                found[key] = found.get(key, 0.0) + each.wall_s
    return found
