"""Small questions about trees that a split asks: what is heavy, which names are free, what leaves a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from funicular.loops.scope import COMPREHENSIONS, bound_in, targets
from funicular.loops.shape import inside

LAZY = frozenset(["enumerate", "filter", "iter", "map", "range", "reversed", "zip"])
CHEAP = LAZY | {
    *("abs", "bool", "chr", "dict", "divmod", "float", "getattr", "hasattr", "int", "isinstance", "len"),
    *("list", "max", "min", "ord", "print", "repr", "round", "set", "str", "tuple", "type"),
}
CHEAP_METHODS = {
    *("add", "append", "copy", "endswith", "extend", "get", "items", "keys", "lower", "setdefault"),
    *("startswith", "strip", "upper", "update", "values"),
}
WALLS = (ast.Lambda, ast.GeneratorExp)  # what is inside of them runs later, or bit by bit
PARTS = (ast.List, ast.Tuple, ast.Dict, ast.Set, ast.Starred, ast.Slice, *WALLS, ast.NamedExpr)
SPECIAL = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)


def is_heavy(node: ast.AST) -> bool:
    """Whether it is worth a journey: a call that is not known to be cheap, or a comprehension."""
    for one in ast.walk(node):
        match one:
            case ast.Call(func=ast.Name(id=name)):
                if name not in CHEAP:
                    return True
            case ast.Call(func=ast.Attribute(attr=name)):
                if name not in CHEAP_METHODS:
                    return True
            case ast.Call() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return True
    return False


def may_be_slot(node: ast.expr) -> bool:
    """Whether the value may come from elsewhere: no display (its parts stay who they are), nothing lazy."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in LAZY:
            return False
    return not isinstance(node, PARTS) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def may_be_opened(node: ast.expr) -> bool:
    """Whether all its parts are evaluated with it, once each."""
    match node:
        case ast.Compare(ops=ops):
            return len(ops) == 1
    return not isinstance(node, (*WALLS, *COMPREHENSIONS, ast.IfExp, ast.BoolOp, ast.NamedExpr))


def free_names(node: ast.AST) -> set[str]:
    """Names that are read, but not bound by a comprehension or lambda around them."""
    match node:
        case ast.Name(id=name):
            return {name} if isinstance(node.ctx, ast.Load) else set()
        case ast.Lambda(args=args, body=body):
            own = {one.arg for one in ast.walk(args) if isinstance(one, ast.arg)}
            return (free_names(body) - own) | free_names(args)
    if isinstance(node, COMPREHENSIONS):
        own = {name for one in node.generators for name, _ in targets(one.target)}
        first = free_names(node.generators[0].iter)
        rest = set().union(*(free_names(one) for one in ast.iter_child_nodes(node)))
        return first | (rest - own)
    return set().union(*(free_names(one) for one in ast.iter_child_nodes(node)))


def has_special(node: ast.AST) -> bool:
    """Whether it binds names in expressions, waits or yields."""
    return any(isinstance(one, SPECIAL) for one in ast.walk(node))


def walrus_names(node: ast.AST) -> set[str]:
    """Names that are bound inside of expressions."""
    return {one.target.id for one in ast.walk(node) if isinstance(one, ast.NamedExpr)}


def escapes(node: ast.stmt) -> bool:
    """Whether a ``continue`` or ``break`` in it belongs to a loop around it."""
    return any(isinstance(one, ast.Continue | ast.Break) and not inner for one, inner in inside([node]))


def expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions directly below a node, in the order of its fields, that are evaluated with it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.keyword):
            yield child.value


def written_out(loop: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> list[ast.stmt]:
    """The inside of a comprehension's first ``for``, as statements."""
    parts = [loop.key, loop.value] if isinstance(loop, ast.DictComp) else [loop.elt]
    body: list[ast.stmt] = [ast.Expr(one) for one in parts]
    for place, generator in reversed(list(enumerate(loop.generators))):
        for test in reversed(generator.ifs):
            body = [ast.If(test, body, [])]
        if place:
            body = [ast.For(generator.target, generator.iter, body, [])]
    return body


def names_of(loop: ast.AST) -> set[str]:
    """Names that a loop binds, whatever its form."""
    if isinstance(loop, ast.For):
        return bound_in(loop.body) | {name for name, _ in targets(loop.target)}
    assert isinstance(loop, COMPREHENSIONS)
    own = {name for one in loop.generators for name, _ in targets(one.target)}
    return bound_in([loop]) | own


def rebuilt(node: ast.AST, new: dict[ast.AST, ast.AST]) -> ast.AST:
    """A copy of a tree in which some nodes are others."""
    if node in new:
        return new[node]
    fields = {name: _rebuilt(value, new) for name, value in ast.iter_fields(node)}
    return ast.copy_location(type(node)(**fields), node)


def _rebuilt(value: object, new: dict[ast.AST, ast.AST]) -> object:
    if isinstance(value, ast.AST):
        return rebuilt(value, new)
    return [_rebuilt(one, new) for one in value] if isinstance(value, list) else value


def mentions(nodes: Iterable[ast.AST], name: str) -> list[ast.Name]:
    """Every place where a name is used, in the order of the text."""
    found = [one for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name) and one.id == name]
    return sorted(found, key=lambda one: (one.lineno, one.col_offset))
