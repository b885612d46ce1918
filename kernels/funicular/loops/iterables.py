"""What a loop walks over: the target's value in terms of the turn's position."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from funicular.loops import walked_calls
from funicular.loops.parts import part
from funicular.loops.polynomial import Poly, constant, symbol
from funicular.loops.turns import Turn
from funicular.loops.values import (
    NUMBER,
    SOMEWHERE,
    TEXT,
    UNKNOWN,
    Step,
    Value,
)

if TYPE_CHECKING:
    from funicular.loops.walker import Walker


def turn_of(walk: Walker, node: ast.expr, position: str) -> Turn:
    """The turn of ``for target in node``, whose position is the symbol ``position``."""
    if isinstance(node, ast.Call):
        found = walked_calls.of_call(walk, node, position)
        if found is not None:
            return found
    if isinstance(node, ast.GeneratorExp):
        return Turn(UNKNOWN, held="one-shot-iterator", what="a generator")
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and node.slice.step is None:
        base = walk.value(node.value)
        if base.kind == "list" and position == walk.symbol:  # a copy
            before = len(walk.trail.accesses)
            turn = _of_slice(walk, node, base, position)
            del walk.trail.accesses[before:]
            return turn
        return _of_slice(walk, node, base, position)
    return _of_value(walk, walk.value(node), node, position, constant(0))


def _of_slice(walk: Walker, node: ast.Subscript, base: Value, position: str) -> Turn:
    """``for x in a[2:]``: elements of ``a``, some places on."""
    if isinstance(node.slice, ast.Slice):
        lower = walk.use(node.slice.lower).poly if node.slice.lower is not None else constant(0)
        if node.slice.upper is not None:
            walk.use(node.slice.upper)
        odd = base.kind in ("text", "iterator", "file", "instance", "foreign")
        if not odd and lower is not None and not any(t < 0 for names, t in lower.terms if not names):
            return _of_value(walk, base, node, position, lower)
    return _of_value(walk, walk.value(node), node, position, constant(0))


def _varying(value: Value, *, also: bool = False) -> Value:
    return replace(value, varies=value.varies or also)


def _of_value(walk: Walker, value: Value, node: ast.expr, position: str, lower: Poly) -> Turn:
    here = symbol(position) + lower
    mine = position == walk.symbol
    varies = mine or value.varies
    match value.kind:
        case "iterator":
            return Turn(
                _varying(part(value, SOMEWHERE), also=varies),
                held="one-shot-iterator",
                what=ast.unparse(node),
                varies=value.varies,
            )
        case "file":
            return Turn(
                replace(TEXT, varies=varies),
                held="one-shot-iterator",
                what="an open file",
                varies=value.varies,
            )
        case "foreign":
            return Turn(
                replace(UNKNOWN, varies=varies, kind="foreign"),
                held="unknown-iterable",
                what=ast.unparse(node),
            )
        case "text" | "bytes":
            return Turn(replace(TEXT, varies=varies), varies=value.varies)
        case "number":
            return Turn(replace(UNKNOWN, varies=varies))
        case "range":
            return Turn(replace(NUMBER, varies=varies), distinct=True)
        case "function" | "class" | "module":
            return Turn(replace(UNKNOWN, varies=varies), held="unknown-iterable", what=ast.unparse(node))
        case "dict":
            key = symbol(position + "key")
            walk.record("read", value.at(Step("index", key, varies=mine)), node, kind="dict")
            return Turn(
                Value("foreign" if value.alien else "?", poly=key, varies=varies),
                distinct=True,
                varies=value.varies,
            )
        case "set":
            walk.record("read", value.at(SOMEWHERE), node, kind="set")
            foreign = value.elem is not None and value.elem.kind == "foreign"
            element = Value("foreign" if foreign else "?", poly=symbol(position + "key"), varies=varies)
            return Turn(element, distinct=True, varies=value.varies)
        case "frame":
            walk.record("length", value.places, node, kind="frame")
            return Turn(
                Value("text", poly=symbol(position + "key"), varies=varies),
                distinct=True,
                varies=value.varies,
            )
        case "instance":
            return _of_instance(walk, value, node, varies)
    if value.parts and not mine:
        from funicular.loops.values import join

        return Turn(replace(join(value.parts), poly=None, varies=varies), varies=value.varies)
    step = Step("index", here, text=position, varies=mine)
    element = part(value, step)
    looks = mine or element.immutable  # an inner loop takes the objects; what it looks at shows in its body
    walk.record(
        "read" if looks else "slot", value.at(step), node, op="" if looks else "walk", kind=value.kind
    )
    for root, _ in value.places:
        if root in walk.contents and not element.immutable:
            element = replace(element, places=element.places | walk.contents[root].places)
    poly = symbol(position + "key") if value.distinct and element.kind in ("?", "text", "number") else None
    if (poly is not None and not element.places) or value.distinct:
        element = replace(element, poly=poly)
    return Turn(replace(element, varies=varies), distinct=value.distinct, varies=value.varies)


def _of_instance(walk: Walker, value: Value, node: ast.expr, varies: bool) -> Turn:
    """An object of a class of these cells: what its ``__iter__`` does decides."""
    names = {
        m.name: m
        for owner in walk.lineage(value.classes)
        for m in owner.body
        if isinstance(m, ast.FunctionDef)
    }
    if "__next__" in names or "__iter__" not in names:
        if "__getitem__" in names and "__next__" not in names and not walk.impure(names["__getitem__"]):
            return Turn(replace(UNKNOWN, varies=varies))
        return Turn(replace(UNKNOWN, varies=varies), held="one-shot-iterator", what=ast.unparse(node))
    if walk.impure(names["__iter__"]):
        return Turn(replace(UNKNOWN, varies=varies), held="one-shot-iterator", what=ast.unparse(node))
    return Turn(Value("?", value.at(SOMEWHERE), varies=varies))
