"""One loop judged: walk its body once, then weigh what it left behind."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops import find
from funicular.loops.conflicts import conflicts
from funicular.loops.kinds import confidence, kind_of, worth
from funicular.loops.program import Program
from funicular.loops.shape import POSITION, Judgement, refused, steps_in_time
from funicular.loops.statements import Walk
from funicular.loops.turning import consumed, walk_loop
from funicular.loops.turns import Turn
from funicular.loops.walker import TooMuch


def judge_loop(program: Program, loop: find.Loop, above: dict[ast.AST, ast.AST]) -> Judgement:
    """What is found about one loop. above: the node that each node stands in."""
    early = refused(loop)
    if early is not None:
        return early
    try:
        return _walked(program, loop, above)
    except (TooMuch, RecursionError):
        return Judgement(loop, reason="too-complex", node=loop)


def _walked(program: Program, loop: find.Loop, above: dict[ast.AST, ast.AST]) -> Judgement:
    scope = program.reader.homes[loop]
    statement: ast.AST = loop
    while not isinstance(statement, ast.stmt):
        statement = above[statement]
    where = (program.reader.positions[statement], program.reader.blocks[statement])
    walk = Walk(program, scope, where, recording=True)
    walk.symbol = POSITION
    turn = walk_loop(walk, loop)
    if turn.held:
        return Judgement(loop, reason=turn.held, what=turn.what, node=loop)
    found = weigh(walk, loop, turn)
    if not found.reason and isinstance(loop, ast.GeneratorExp):
        held = consumed(walk, loop, above)
        eater = above.get(loop)
        if isinstance(eater, ast.For) and eater.iter is loop and judge_loop(program, eater, above).reason:
            held = "lazy-generator"  # it runs turn by turn with the body of that loop
        if held:
            found = replace(found, reason=held)
    return replace(found, worth=worth(walk, loop))


def weigh(walk: Walk, loop: find.Loop, turn: Turn) -> Judgement:
    """Hazards first, then names that cross turns, then objects."""
    trail = walk.trail
    if trail.hazards:
        hazard = trail.hazards[0]
        return Judgement(loop, reason=hazard.code, what=hazard.what, node=hazard.node)
    if trail.carried:
        name, node = trail.carried[0]
        reason = "time-stepping" if steps_in_time(loop) else "recurrence"
        return Judgement(loop, reason=reason, what=name, node=node)
    for name, folds in trail.folds.items():
        if len({op for op, _ in folds}) > 1 or name in trail.plain:
            return Judgement(loop, reason="recurrence", what=name, node=folds[0][1])
    conflict = conflicts(walk, loop, turn.count)
    if conflict is not None:
        return conflict
    return Judgement(loop, kind=kind_of(walk, loop), confidence=confidence(walk))
