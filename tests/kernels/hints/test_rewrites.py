"""Every rewrite that is proposed for a program of the labelled corpus computes what the program computed."""

from __future__ import annotations

import ast
import contextlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import replace

import pytest

from funicular.hints import edits, verify
from funicular.hints.cell import Cell, program
from funicular.hints.names import bound
from funicular.hints.rule import Rewrite, all_rules
from funicular.loops import Verdict
from tests.corpus.cases import Program, programs
from tests.kernels.hints.doubles import says

OTHERWISE = {"monte-carlo"}  # says that the numbers change
SEED = "import random as _r, numpy as _n\n_r.seed(0)\n_n.random.seed(0)\n"


def labelled(one: Program):
    """An engine that says what the labels say, and that everything is heavy."""

    def judge(texts: Sequence[str]) -> tuple[Verdict, ...]:
        found = says(True, worth="high")(texts)
        labels = {(loop.line, loop.place): loop for loop in one.loops}
        on_line: dict[int, int] = {}
        verdicts = []
        for verdict in found:
            place = on_line.get(verdict.line, 0)
            on_line[verdict.line] = place + 1
            label = labels[verdict.line, place]
            verdicts.append(
                replace(verdict, parallel=label.may, kind=label.why, reason="" if label.may else label.why)
            )
        return tuple(verdicts)

    return judge


def differences(cell: Cell, old: str, new: str, loop: ast.AST) -> list[str]:
    """What the new program leaves otherwise, but for names that the loop bound and nobody reads."""
    own = bound([loop.target, *loop.body]) if isinstance(loop, ast.For) else set()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = verify.differences(old, new, given=SEED)
    return [each for each in found if each.partition(":")[0] not in own]


CLOCKLESS = [one for one in programs() if not any(loop.why == "clock" for loop in one.loops)]


@pytest.mark.parametrize("one", CLOCKLESS, ids=lambda one: f"{one.field}-{one.name}")
def test_what_is_computed_stays(one: Program, tmp_path, monkeypatch):
    """Run beside each other, every variable is the same: types, bits, order, dtype."""
    monkeypatch.chdir(tmp_path)
    cell = program([one.text], labelled(one)).cells[0]
    changing = [each.partition(":")[0] for each in differences(cell, one.text, one.text, cell.tree)]
    wrong = []
    for loop in cell.loops:
        for rule in (each for each in all_rules() if each.about == "loop" and each.name not in OTHERWISE):
            answer = rule.answer(loop, cell)
            with contextlib.suppress(edits.CannotEdit):
                if isinstance(answer, Rewrite):
                    new = edits.apply(cell, answer.edits)
                    found = differences(cell, one.text, new, loop)
                    wrong += [
                        (rule.name, loop.lineno, each)
                        for each in found
                        if each.partition(":")[0] not in changing
                    ]

    assert wrong == []
