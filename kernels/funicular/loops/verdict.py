"""What is said of one loop: may it run in parallel, of what kind it is, and if not, why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """One loop or comprehension, judged.

    cell: index into the given cells. line, end_line: 1-based, inside that cell; line and col (0-based, in
    characters) are those of the ``for`` keyword, for comprehensions too.
    form: "for", "list", "set", "dict" or "generator".
    kind: "map", "append", "filter-append", "dict", "set", "reduction", "argbest", "histogram", "nested",
    "comprehension", or "none" when nothing of the sort was seen.
    reason: the hazard in kebab-case when held; witness: concrete iterations; both "" when parallel.
    worth: how heavy an iteration looks: "low", "some" or "high". confidence: 0..1.
    depth: how many loops of the same function are around it, 0 for the outermost.
    """

    cell: int
    line: int
    end_line: int
    col: int
    form: str
    kind: str
    parallel: bool
    reason: str
    message: str
    witness: str
    worth: str
    confidence: float
    depth: int
