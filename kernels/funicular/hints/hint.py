"""One entry of the answer: what is said of one loop, or of one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Hint:
    """What a program reads of one loop; there is exactly one for each.

    path: as it was asked for.   cell: place among all cells of the notebook, ``None`` for a script.
    line, end_line: from 1, in the cell or the script; those of the ``for`` keyword, and the loop's end.
    column: of the ``for`` keyword, from 1.   rule: whose words these are.
    parallel: this loop may run in parallel, by the engine alone.
    verdict: "parallel", "held", or "advice" where ``kind`` is "call": that is no loop.
    reason: why it is held, "" when it is not.   witness: two iterations that show it.
    confidence: 0..1.   worth: "low", "some", "high": how much an iteration seems to compute.
    advice: what to do, in words.   hazard: why no rewrite is offered.   diff: the rewrite, or "".
    quiet: told only when all is asked for.   code: the user's line.
    """

    path: str
    cell: int | None
    line: int
    end_line: int
    rule: str
    parallel: bool
    verdict: str
    kind: str
    message: str
    reason: str
    confidence: float
    worth: str
    column: int = 1
    witness: str = ""
    advice: str = ""
    hazard: str = ""
    diff: str = ""
    code: str = ""
    quiet: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether it is told without being asked for all: may run in parallel, or something can be done."""
        return (
            self.parallel
            or bool(self.diff)
            or self.verdict == "advice"
            or (bool(self.advice) and not self.quiet)
        )

    @property
    def is_worth_reading(self) -> bool:
        """Whether a person wants to see it: cheap loops that may run in parallel are counted only."""
        return self.is_shown and (self.worth != "low" or bool(self.diff) or not self.parallel)


def as_record(hint: Hint) -> dict[str, Any]:
    """What JSON has of a hint; promised to stay."""
    return {name: getattr(hint, name) for name in Hint.__slots__ if name not in ("code", "quiet")}
