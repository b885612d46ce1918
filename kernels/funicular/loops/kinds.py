"""Kind, worth and confidence of a loop that may run in parallel."""

from __future__ import annotations

import ast

from funicular.loops import find
from funicular.loops.shape import inside
from funicular.loops.statements import Walk
from funicular.loops.trail import READS, Trail


def kind_of(walk: Walk, loop: find.Loop) -> str:
    """The kind of a loop that may run in parallel."""
    if not isinstance(loop, ast.For):
        return "comprehension"
    trail: Trail = walk.trail
    ops = {op for folds in trail.folds.values() for op, _ in folds}
    best = any(isinstance(node, ast.If) for folds in trail.folds.values() for _, node in folds)
    modes = {(one.mode, one.op) for one in trail.accesses if one.mode not in READS}
    if any(isinstance(node, ast.For) for node, _ in inside(loop.body)):
        return "nested"
    if best:
        return "argbest"
    if ops:
        return "reduction"
    if ("fold", "append") in modes:
        appends = [one for one in trail.accesses if one.op == "append"]
        if any(one.path for one in appends):
            return "histogram"
        return "filter-append" if any(one.guards for one in appends) else "append"
    if ("fold", "add") in modes:
        return "set"
    if any(mode == "fold" for mode, _ in modes):
        return "histogram"
    if any(one.mode == "write" and one.kind == "dict" for one in trail.accesses):
        return "dict"
    return "map"


def confidence(walk: Walk) -> float:
    """Less where the kind of what is written was not seen, or where parameters are taken to be distinct."""
    result = 0.97
    roots = {one.root.what for one in walk.trail.accesses if one.mode not in READS}
    if "param" in roots or "name" in roots:
        result -= 0.12
    if any(one.mode == "change" for one in walk.trail.accesses):
        result -= 0.15
    if walk.trail.calls > 20:
        result -= 0.05
    return round(result, 2)


def worth(walk: Walk, loop: find.Loop) -> str:
    """A guess from the text of how heavy one iteration is.

    An inner loop counts when it does more than store names and constants, and is not over a few literals.
    """
    inner = any(_works(node) for node in ast.walk(loop) if node is not loop)
    if walk.trail.heavy or (inner and walk.trail.calls):
        return "high"
    return "some" if inner or walk.trail.calls else "low"


def _works(node: ast.AST) -> bool:
    match node:
        case ast.While():
            return True
        case ast.For(iter=head, body=body):
            work: list[ast.AST] = list(body)
        case ast.ListComp(generators=[one, *_], elt=elt) | ast.SetComp(generators=[one, *_], elt=elt):
            head, work = one.iter, [elt, *one.ifs]
        case ast.GeneratorExp(generators=[one, *_], elt=elt):
            head, work = one.iter, [elt, *one.ifs]
        case ast.DictComp(generators=[one, *_], key=key, value=value):
            head, work = one.iter, [key, value, *one.ifs]
        case _:
            return False
    computing = (ast.BinOp, ast.Compare, ast.AugAssign, ast.Call)
    nodes = [one for part in work for one in ast.walk(part)]
    only_kept = all(
        isinstance(one.func, ast.Attribute) and one.func.attr in ("append", "add")
        for one in nodes
        if isinstance(one, ast.Call)
    )
    plain = only_kept and not any(isinstance(one, computing[:3]) for one in nodes)
    return not plain and not _short(head)


def _short(head: ast.expr) -> bool:
    """``(1, 2, 3)`` or ``range(3)``."""
    match head:
        case ast.Tuple() | ast.List() | ast.Set():
            return True
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int(count))]):
            return count <= 10
    return False
