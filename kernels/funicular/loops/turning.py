"""Walks one loop: its iterable, then its body, once."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops import find
from funicular.loops.parts import part
from funicular.loops.purity.table import tables
from funicular.loops.scope import bound_in, targets
from funicular.loops.shape import POSITION, refused
from funicular.loops.statements import Walk
from funicular.loops.turns import Turn
from funicular.loops.values import (
    SOMEWHERE,
    Path,
    Root,
    Value,
)
from funicular.loops.walker import Frame

CONSUMERS = frozenset(
    ["sum", "min", "max", "any", "all", "list", "tuple", "set", "frozenset", "dict", "sorted"]
)


def walk_loop(walk: Walk, loop: find.Loop) -> Turn:
    """Walk the iterable and the body; the trail is then in ``walk``."""
    if isinstance(loop, ast.For | ast.AsyncFor):
        base = walk.frames[0]
        turn = first_turn(walk, loop.iter)
        base.bound = frozenset(bound_in(loop.body) | {name for name, _ in targets(loop.target)})
        walk.bind(loop.target, turn.value, loop)
        for name, _ in targets(loop.target):
            walk.trail.plain.pop(name, None)
        walk.block(loop.body)
        return turn
    base = walk.frames[0]
    turn = first_turn(walk, loop.generators[0].iter)
    base.bound = frozenset(bound_in([loop]))
    scope = walk.reader.scopes[loop]
    walk.frames.append(Frame(scope, bound=frozenset(scope.bindings)))
    for index, generator in enumerate(loop.generators):
        inner = turn if index == 0 else walk.iterate(generator.iter, f"#{id(generator)}")
        if index and inner.held:
            value = walk.use(generator.iter)
            walk.record("change", value.places, generator.iter, op="exhaust", kind=value.kind)
            if inner.held != "one-shot-iterator":
                walk.unknown(generator.iter, inner.what)
        walk.bind(generator.target, inner.value, loop)
        for test in generator.ifs:
            walk.use(test)
    for element in [loop.key, loop.value] if isinstance(loop, ast.DictComp) else [loop.elt]:
        value = walk.use(element)
        if isinstance(loop, ast.SetComp) or (isinstance(loop, ast.DictComp) and element is loop.key):
            walk.hashed(value, element)
        walk.late(value, Value(places=frozenset({(Root("name", "the result"), ())})), element)
    walk.frames.pop()
    return turn


def first_turn(walk: Walk, node: ast.expr) -> Turn:
    """What the target gets; a generator in the head runs turn by turn, as if it were part of the body."""
    if isinstance(node, ast.GeneratorExp):
        return Turn(replace(part(walk.value(node), SOMEWHERE), varies=True))
    return outside_turn(walk, node)


def outside_turn(walk: Walk, node: ast.expr) -> Turn:
    """The iterable is evaluated once, before the first turn: what it makes is shared by all turns."""
    turn = walk.iterate(node, POSITION)
    walk.created.clear()
    walk.trail.calls = walk.trail.heavy = 0
    walk.trail.hazards.clear()
    walk.trail.accesses = [one for one in walk.trail.accesses if _moves(one.path)]
    return turn


def _moves(path: Path) -> bool:
    """Reads of the iterable that happen turn by turn; what was read before the loop began is over."""
    return bool(path)


def consumed(walk: Walk, loop: ast.GeneratorExp, above: dict[ast.AST, ast.AST]) -> str:
    """A generator runs when it is consumed: only where that is at once and by known code is it a loop."""
    call = above.get(loop)
    if isinstance(call, ast.For) and call.iter is loop:
        return "" if refused(call) is None else "lazy-generator"
    if isinstance(call, ast.comprehension) and call.iter is loop:
        outer = above[call]
        if not isinstance(outer, ast.GeneratorExp):
            return ""
        eater = above.get(outer)
        if isinstance(eater, ast.Call) and ast.unparse(eater.func) in ("any", "all"):
            return "lazy-generator"  # it may be left before its end
        return consumed(walk, outer, above)
    if not isinstance(call, ast.Call) or call.func is loop:
        return "lazy-generator"
    other = Walk(walk.program, walk.scope, walk.where, recording=False)
    if isinstance(call.func, ast.Attribute):
        base = other.value(call.func.value)
        if not base.library:
            return "" if call.func.attr == "join" and base.kind in ("text", "?") else "lazy-generator"
    called = other.value(call.func)
    for how, name in called.calls:
        if how == "builtin" and name in CONSUMERS:
            continue
        effect = tables().function(f"builtins.{name}" if how == "builtin" else str(name))
        if how == "builtin" and name == "next":
            return "search"
        if how != "library" or effect is None or not effect.consumes:
            return "lazy-generator"
    return "" if called.calls else "lazy-generator"
