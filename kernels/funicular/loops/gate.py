"""The gate: which loops of a program may run in parallel, by the definition in docs/developer/loops.md."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from funicular.loops import find, words
from funicular.loops.facts import Facts
from funicular.loops.judgement import judge_loop
from funicular.loops.parameters import Where
from funicular.loops.program import Program
from funicular.loops.scope import Function, Scope
from funicular.loops.shape import Judgement
from funicular.loops.statements import Walk
from funicular.loops.values import Value
from funicular.loops.verdict import Verdict


def judge(cells: Sequence[str], facts: Facts | None = None) -> tuple[Verdict, ...]:
    """A verdict on every loop of the cells, in the order of the text. Nothing of them is executed.

    cells: plain Python sources; the names of an earlier cell are known in the later ones. Raises SyntaxError
    with ``cell_index`` set when a cell cannot be parsed.
    """
    trees = [parsed(text, index) for index, text in enumerate(cells)]
    program = opened(trees, facts)
    verdicts: list[Verdict] = []
    for index, (text, tree) in enumerate(zip(cells, trees, strict=True)):
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        above = None
        for loop in find.loops(tree):
            above = above or find.parents(tree)
            verdicts.append(_verdict(index, loop, lines, judge_loop(program, loop, above), program))
    return tuple(verdicts)


def parsed(text: str, index: int) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        problem = error if isinstance(error, SyntaxError) else SyntaxError(str(error))
        problem.cell_index = index  # type: ignore[attr-defined]
        raise problem from None


def opened(trees: Sequence[ast.Module], facts: Facts | None = None) -> Program:
    """The cells as a program whose names can be looked up."""
    program = Program(trees, facts)

    def evaluate(scope: Scope, where: Where | None, node: ast.expr, as_iterable: bool) -> Value:
        walk = Walk(program, scope, where, recording=False)
        return walk.outside(node, as_iterable)

    def called(function: Function, args: list[Value], node: ast.AST) -> Value:
        return Walk(program, program.module, None, recording=False).call_function(function, args, {}, node)

    program.evaluate, program.called = evaluate, called
    return program


def _verdict(cell: int, loop: find.Loop, lines: list[str], found: Judgement, program: Program) -> Verdict:
    line, col = find.for_keyword(loop, lines)
    message, witness = words.explain(found)
    return Verdict(
        cell=cell,
        line=line,
        end_line=loop.end_lineno or line,
        col=col,
        form=find.FORMS[type(loop)],
        kind=found.kind,
        parallel=not found.reason,
        reason=found.reason,
        message=message,
        witness=witness,
        worth=found.worth,
        confidence=found.confidence,
        depth=program.reader.depths.get(loop, 0),
    )
