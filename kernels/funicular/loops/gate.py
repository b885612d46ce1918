"""The gate: which loops of a program may run in parallel, by the definition in docs/developer/loops.md."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from funicular.loops import find
from funicular.loops.facts import Facts
from funicular.loops.verdict import Verdict


def judge(cells: Sequence[str], facts: Facts | None = None) -> tuple[Verdict, ...]:
    """A verdict on every loop of the cells, in the order of the text."""
    verdicts: list[Verdict] = []
    for index, text in enumerate(cells):
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            error.cell_index = index  # type: ignore[attr-defined]
            raise
        lines = text.splitlines()
        for loop in find.loops(tree):
            line, col = find.for_keyword(loop, lines)
            end = loop.end_lineno or line
            message = "Nothing is proven about this loop yet."
            verdicts.append(
                Verdict(
                    index, line, end, col, find.FORMS[type(loop)], "none", False, "not-proven", message, "",
                    "low", 0.0, 0,
                )
            )  # fmt: skip
    return tuple(verdicts)
