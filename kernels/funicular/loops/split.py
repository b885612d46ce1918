"""Splits a loop that may run in parallel: a shadow for workers, and slots whose values the kernel takes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from funicular.loops import find, gate, words
from funicular.loops import split_trees as trees
from funicular.loops.facts import Facts
from funicular.loops.judgement import judge_loop
from funicular.loops.program import Program
from funicular.loops.scope import targets
from funicular.loops.split_body import SplitBody
from funicular.loops.split_plan import Held, Plan
from funicular.loops.split_prune import pruned, records
from funicular.loops.split_values import RECORD
from funicular.loops.split_watch import Watch
from funicular.loops.trail import READS
from funicular.loops.turning import walk_loop

ITEM = "__item__"
SHADOW = "__shadow__"


def plans(cells: Sequence[str], facts: Facts | None = None) -> tuple[tuple[Plan | Held, ...], ...]:
    """For each cell, its loops in the order of the text, split or held. Nothing is executed."""
    return plans_of([gate.parsed(text, index) for index, text in enumerate(cells)], facts)


def plans_of(
    trees_of: Sequence[ast.Module], facts: Facts | None = None
) -> tuple[tuple[Plan | Held, ...], ...]:
    """The same for cells that are parsed; the plans refer to their nodes."""
    program = gate.opened(trees_of, facts)
    found = []
    for tree in trees_of:
        above = find.parents(tree)
        found.append(tuple(split(program, loop, above) for loop in find.loops(tree)))
    return tuple(found)


def split(program: Program, loop: find.Loop, above: dict[ast.AST, ast.AST]) -> Plan | Held:
    """The plan of one loop, or why there is none. above: the node that each node stands in."""
    judged = judge_loop(program, loop, above)
    if judged.reason:
        return Held(judged.reason, words.explain(judged)[0], getattr(judged.node, "lineno", loop.lineno))
    if not any(_is_worth(one) for one in _body(loop)):
        return Held("nothing-heavy", "No part of an iteration is worth a journey.", loop.lineno)
    body = SplitBody(_watched(program, loop, above), loop)
    plan = _plan(body, loop)
    if not plan.slots:
        return Held("nothing-separable", "What is heavy needs what the loop itself does.", loop.lineno)
    return plan


def _body(loop: find.Loop) -> list[ast.stmt]:
    return loop.body if isinstance(loop, ast.For) else trees.written_out(loop)  # type: ignore[arg-type]


def _is_worth(node: ast.AST) -> bool:
    return trees.is_heavy(node) or any(isinstance(one, ast.For | ast.While) for one in ast.walk(node))


def _watched(program: Program, loop: find.Loop, above: dict[ast.AST, ast.AST]) -> Watch:
    statement: ast.AST = loop
    while not isinstance(statement, ast.stmt):
        statement = above[statement]
    where = (program.reader.positions[statement], program.reader.blocks[statement])
    watch = Watch(program, program.reader.homes[loop], where, recording=True)
    watch.inside = set(ast.walk(loop))
    walk_loop(watch, loop)
    return watch


def _plan(body: SplitBody, loop: find.Loop) -> Plan:
    watch = body.watch
    target = loop.target if isinstance(loop, ast.For) else loop.generators[0].target  # type: ignore[union-attr]
    own = {name for name, _ in targets(target)}
    body.known |= own
    body.spoiled |= watch.crossing_writes()
    made, _ = body.block(_body(loop))
    made = pruned(made, body.droppable)
    written = {root for mode, root, own_one in watch.log if root and not own_one and mode not in READS}
    both = {one.label for one in written if body.touches([one], body.looked)}
    needs = {name for one in made for name in trees.free_names(one)} - body.bound - {RECORD}
    return Plan(
        loop,
        _shadow(target, made),
        tuple(body.slots) if any(records(one) for one in made) else (),
        frozenset(needs),
        frozenset(own),
        frozenset(one.label for one in written if one.label),
        frozenset(one for one in both if one),
        frozenset(
            one.target.id
            for one in ast.walk(loop)
            if isinstance(one, ast.AugAssign)
            and isinstance(one.target, ast.Name)
            and one.target.id not in body.known
        ),
    )


def _shadow(target: ast.expr, body: list[ast.stmt]) -> ast.FunctionDef:
    arguments = ast.arguments([], [ast.arg(ITEM), ast.arg(RECORD)], None, [], [], None, [])
    store = trees.rebuilt(target, {})
    first = ast.Assign([store], ast.Name(ITEM, ast.Load()))  # type: ignore[list-item]
    made = ast.FunctionDef(SHADOW, arguments, [first, *body], [], None)
    return ast.fix_missing_locations(made)
