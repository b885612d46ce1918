"""What puts something into a container: ``c.append(x)``, ``c.extend(xs)``, ``c[k] = x``, ``c += xs``."""

from __future__ import annotations

import ast
from dataclasses import dataclass

# Methods that put an argument (by its number) into their object; those that put in the elements of it.
ONE = {
    "append": 0, "appendleft": 0, "add": 0, "insert": 1, "setdefault": 1, "put": 0, "put_nowait": 0,
}  # fmt: skip
MANY = frozenset({"extend", "extendleft", "update"})

EMPTY_MAKERS = frozenset({"list", "dict", "set", "deque", "collections.deque", "OrderedDict"})


@dataclass(frozen=True, slots=True, eq=False)
class Put:
    """``content`` goes into the field or name ``name`` of ``owner`` (None: a plain name).

    spread: its elements go in, not itself. deep: it goes into something that is in there, as in
    ``d[k].append(x)``. node: what does it, and tells where in the text it stands. key: at which key.
    """

    name: str
    owner: ast.expr | None
    content: ast.expr
    node: ast.AST
    spread: bool = False
    deep: bool = False
    key: ast.expr | None = None


def of_call(node: ast.Call) -> Put | None:
    """What a call of a method puts into a container."""
    if not isinstance(node.func, ast.Attribute):
        return None
    index = 0 if node.func.attr in MANY else ONE.get(node.func.attr)
    if index is None or len(node.args) <= index:
        return None
    key = node.args[0] if node.func.attr == "setdefault" else None
    return _put(node.func.value, node.args[index], node, spread=node.func.attr in MANY, key=key)


def of_statement(node: ast.stmt) -> list[Put]:
    """What an assignment puts into containers."""
    found: list[Put | None] = []
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                inner = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
                found += [
                    _put(one.value, value, node, spread=one is not target, key=one.slice)
                    for one in inner
                    if isinstance(one, ast.Subscript)
                ]
        case ast.AugAssign(target=ast.Subscript(value=base, slice=key), value=value):
            found.append(_put(base, value, node, spread=False, key=key))
        case ast.AugAssign(target=ast.Name() | ast.Attribute() as target, value=value):
            found.append(_put(target, value, node, spread=True))
    return [one for one in found if one is not None]


def _put(
    container: ast.expr, content: ast.expr, node: ast.AST, *, spread: bool, key: ast.expr | None = None
) -> Put | None:
    deep = False
    while True:
        match container:
            case ast.Name(id=name):
                return Put(name, None, content, node, spread, deep, None if deep else key)
            case ast.Attribute(value=owner, attr=name):
                return Put(name, owner, content, node, spread, deep, None if deep else key)
            case ast.Subscript(value=inner):
                container, deep = inner, True
            case ast.Call(func=ast.Attribute(value=inner, attr="setdefault" | "get")):
                container, deep = inner, True
            case _:
                return None


def is_empty(node: ast.expr | None) -> bool:
    """Whether an expression is a new container with nothing in it."""
    match node:
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Call(func=func, args=[], keywords=[]):
            return ast.unparse(func) in EMPTY_MAKERS
    return False
