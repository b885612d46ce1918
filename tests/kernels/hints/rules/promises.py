"""What a rule promises, as four verbs: it rewrites, holds, leaves alone, and keeps what the code computes.

The engine is a double: these tests are about words and rewrites, not about what may run in parallel.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from textwrap import dedent
from typing import Any

from funicular.hints import edits, verify
from funicular.hints.cell import Cell, program
from funicular.hints.rule import Held, Rewrite, all_rules
from tests.kernels.hints.doubles import says


class Promises:
    """The promises of one rule.   engine: what the double says, unless a test says otherwise."""

    def __init__(self, name: str, judge: Callable[..., Any] | None = None, **engine: Any) -> None:
        self.rule = next(rule for rule in all_rules() if rule.name == name)
        self._judge = judge
        self._engine = engine

    def rewrites(self, text: str, to: str, *, cells: Sequence[str] = (), **engine: Any) -> None:
        """The first cell becomes this text; other cells are there to be read."""
        assert self._rewritten(text, cells, engine) == dedent(to).strip("\n")

    def holds(self, text: str, hazard: str, *, cells: Sequence[str] = (), **engine: Any) -> Held:
        """The rule sees its pattern, and keeps its hands off because of this."""
        held = self._answer(text, cells, engine)

        assert isinstance(held, Held), held
        assert held.hazard == hazard
        return held

    def leaves(self, text: str, *, cells: Sequence[str] = (), **engine: Any) -> None:
        """Not its pattern."""
        assert self._answer(text, cells, engine) is None

    def keeps(self, text: str, *, given: str, hazard: str, cells: Sequence[str] = (), **engine: Any) -> None:
        """Rewritten, and run: old and new code leave the same."""
        assert hazard
        code = self._rewritten(text, (*cells, given), engine)

        assert code != dedent(text).strip("\n")
        assert "error" not in verify.left_by(code, dedent(given))
        assert verify.differences(dedent(text), code, given=dedent(given)) == []

    def _rewritten(self, text: str, cells: Sequence[str], engine: dict[str, Any]) -> str:
        cell = self.cell(text, cells, **engine)
        answer = self._of(cell)
        assert isinstance(answer, Rewrite), answer
        return edits.apply(cell, answer.edits)

    def _answer(self, text: str, cells: Sequence[str], engine: dict[str, Any]) -> Held | Rewrite | None:
        cell = self.cell(text, cells, **engine)
        answer = self._of(cell)
        if isinstance(answer, Rewrite):
            try:
                edits.apply(cell, answer.edits)
            except edits.CannotEdit as problem:
                return Held(problem.hazard)
        return answer

    def cell(self, text: str, cells: Sequence[str] = (), **engine: Any) -> Cell:
        """The first of these cells, with the double's verdicts."""
        judge = self._judge or says(**{**self._engine, **engine})
        return program([dedent(each).strip("\n") for each in (text, *cells)], judge).cells[0]

    def _of(self, cell: Cell) -> Held | Rewrite | None:
        calls = [node for node in ast.walk(cell.tree) if isinstance(node, ast.Call)]
        nodes = calls if self.rule.about == "call" else cell.loops
        return next((answer for node in nodes if (answer := self.rule.answer(node, cell)) is not None), None)
