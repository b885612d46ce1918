"""A shadow without what none of its records needs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from funicular.loops import split_trees as trees
from funicular.loops.scope import bound_in
from funicular.loops.split_values import RECORD


def pruned(body: Sequence[ast.stmt], droppable: AbstractSet[ast.stmt]) -> list[ast.stmt]:
    """The statements that records need. droppable: those that matter only for the names that they bind."""
    needed: set[str] = set()
    while True:
        kept = list(_kept(body, droppable, needed))
        now = {name for one in kept for name in _read(one)}
        if now <= needed:
            return kept
        needed |= now


def records(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Name) and one.id == RECORD for one in ast.walk(node))


def _kept(body: Sequence[ast.stmt], droppable: AbstractSet[ast.stmt], needed: set[str]) -> Iterable[ast.stmt]:
    for node in body:
        if node in droppable:
            if bound_in([node]) & needed:
                yield node
            continue
        match node:
            case ast.If() | ast.For() | ast.While():
                inner = list(_kept(node.body, droppable, needed))
                other = list(_kept(node.orelse, droppable, needed))
                head = node.iter if isinstance(node, ast.For) else node.test
                if any(not isinstance(one, ast.Pass) for one in [*inner, *other]) or records(head):
                    yield _with(node, inner or [ast.Pass()], other)
            case _:
                yield node


def _with(node: ast.If | ast.For | ast.While, body: list[ast.stmt], orelse: list[ast.stmt]) -> ast.stmt:
    if isinstance(node, ast.For):
        return ast.For(node.target, node.iter, body, orelse)
    return type(node)(node.test, body, orelse)


def _read(node: ast.AST) -> set[str]:
    updated = {
        one.target.id
        for one in ast.walk(node)
        if isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name)
    }
    return trees.free_names(node) | updated
