"""The loop that the kernel runs: the user's own, which takes the values that came."""

from __future__ import annotations

import ast

from funicular.loops import split_trees as trees
from funicular.loops.split_plan import Plan, Slot

HANDLE = "__funicular__"
AGAIN = frozenset(["enumerate", "reversed", "zip"])  # what they give can be walked once; what goes in, again


def rendered(plan: Plan, key: int) -> ast.AST:
    """What stands in the place of ``plan.loop``. key: tells the loops of a kernel apart.

    ``__funicular__`` has ``begin(key, iterable)``, true when values may come; ``it(key)``, the items, turn
    by turn; ``has(key, slot)`` and ``take(key, slot)``; ``opened(key, iterable)``, both for a generator;
    ``walk(function, ...)`` makes a call and knows how to make it again. The iterable is evaluated
    once, in its place.
    """
    loop = plan.loop
    new: dict[ast.AST, ast.AST] = {one.node: _taken(one, key) for one in plan.slots}
    old: dict[ast.AST, ast.AST] = {}
    head = loop.iter if isinstance(loop, ast.For) else loop.generators[0].iter  # type: ignore[union-attr]
    if isinstance(loop, ast.GeneratorExp):
        new[head] = _at(_call("opened", key, _again(head)), head)
        return _placed(trees.rebuilt(loop, new), loop)
    new[head] = old[head] = _at(_call("it", key), head)
    begin = _at(_call("begin", key, _again(head)), head)
    mine, plain = trees.rebuilt(loop, new), trees.rebuilt(loop, old)
    if isinstance(loop, ast.For):
        return _placed(ast.If(begin, [mine], [plain]), loop)  # type: ignore[list-item]
    return _placed(ast.IfExp(begin, mine, plain), loop)  # type: ignore[arg-type]


def _taken(slot: Slot, key: int) -> ast.AST:
    has, take = _call("has", key, slot.number), _call("take", key, slot.number)
    own = trees.rebuilt(slot.node, {})
    if isinstance(slot.node, ast.expr):
        return _placed(ast.IfExp(has, take, own), slot.node)  # type: ignore[arg-type]
    names = ast.Tuple([ast.Name(name, ast.Store()) for name in slot.names], ast.Store())
    return _placed(ast.If(has, [ast.Assign([names], take)], [own]), slot.node)  # type: ignore[list-item]


def _again(head: ast.expr) -> ast.expr:
    """A call of ``zip`` and its kin can be made again, if it turns out to be the builtin one."""
    match head:
        case ast.Call(func=ast.Name(id=name) as func) if name in AGAIN:
            walk = ast.Attribute(ast.Name(HANDLE, ast.Load()), "walk", ast.Load())
            inner = [_again(one) for one in head.args]
            return _at(ast.Call(walk, [func, *inner], head.keywords), head)
    return head


def _call(name: str, *values: int | ast.expr) -> ast.Call:
    arguments = [one if isinstance(one, ast.expr) else ast.Constant(one) for one in values]
    return ast.Call(ast.Attribute(ast.Name(HANDLE, ast.Load()), name, ast.Load()), arguments, [])


def _at(node: ast.expr, there: ast.AST) -> ast.expr:
    _placed(node, there)
    return node


def _placed(node: ast.AST, there: ast.AST) -> ast.AST:
    """New nodes stand where the old one stood, so that a traceback shows the user's line."""
    for one in ast.walk(node):
        if "lineno" in one._attributes and not hasattr(one, "lineno"):
            ast.copy_location(one, there)
    return node
