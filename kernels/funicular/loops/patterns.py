"""Shapes of ordered updates: ``x = x + v``, ``d[k] = d.get(k, 0) + 1``, ``if v > best: best = v``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

OPS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "+", ast.Mult: "*", ast.Div: "*", ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^",
}  # fmt: skip
LEFT_ONLY = (ast.Sub, ast.Div, ast.MatMult)  # ``v - x`` is no update of x in order
BEST_CALLS = {
    "min": "min", "max": "max", "np.minimum": "min", "np.maximum": "max", "np.fmin": "min", "np.fmax": "max",
    "numpy.minimum": "min", "numpy.maximum": "max", "np.logical_or": "|", "np.logical_and": "&",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fold:
    """``target = target op values``; op "": it cannot be redone alone. by: the function that does it."""

    op: str
    values: tuple[ast.expr, ...]
    by: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class Keyed:
    """A slot of ``container`` at ``key`` that gets a first value if it has none, and updates."""

    node: ast.stmt
    container: ast.expr
    key: ast.expr
    firsts: tuple[ast.expr, ...]
    updates: tuple[tuple[str, tuple[ast.expr, ...]], ...]


@dataclass(frozen=True, slots=True)
class Best:
    """names: what keeps the best, with "max" or "min"; tests: what is compared; rest: what goes along."""

    names: tuple[tuple[str, str], ...]
    tests: tuple[ast.expr, ...]
    rest: tuple[ast.stmt, ...]


def op_class(op: ast.operator) -> str:
    return OPS.get(type(op), "")


def same(one: ast.AST, other: ast.AST) -> bool:
    """Whether two expressions are written alike."""
    return ast.unparse(one) == ast.unparse(other)


def fold(target: ast.expr, value: ast.expr) -> Fold | None:
    """``target = value`` as an update of ``target``; None when it is something else."""
    if not isinstance(target, ast.Name | ast.Subscript | ast.Attribute):
        return None
    text = ast.unparse(target)
    match value:
        case ast.BinOp(op=op) if type(op) in OPS:
            chain: list[ast.expr] = []
            current: ast.expr = value
            kind = OPS[type(op)]
            while isinstance(current, ast.BinOp) and OPS.get(type(current.op)) == kind:
                if _is(current.right, text) and not isinstance(current.op, LEFT_ONLY) and current is value:
                    return Fold(kind, (current.left,))
                chain.append(current.right)
                current = current.left
            if _is(current, text):
                return Fold(kind, tuple(chain))
            first = _first(current, text)
            if first is not None:
                return Fold(kind, (*chain, *first))
        case ast.Call(func=func, args=args, keywords=[]) if (
            ast.unparse(func) in BEST_CALLS and len(args) >= 2
        ):
            mine = [one for one in args if _is(one, text) or _first(one, text) is not None]
            others = [one for one in args if one not in mine]
            if len(mine) == 1:
                return Fold(BEST_CALLS[ast.unparse(func)], tuple(others), func)
        case ast.BoolOp(op=op, values=[first_value, *others]) if _is(first_value, text):
            return Fold("|" if isinstance(op, ast.Or) else "&", tuple(others))
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse):
            kept, new = (body, orelse) if _is(body, text) else (orelse, body)
            if _is(kept, text) and not _is(new, text):
                sides = (left, right)
                if any(_is(one, text) for one in sides) and any(same(one, new) for one in sides):
                    up = isinstance(op, ast.Gt | ast.GtE)
                    if isinstance(op, ast.Gt | ast.GtE | ast.Lt | ast.LtE):
                        larger = same(left, new) == up
                        if kept is body:
                            larger = not larger
                        return Fold("max" if larger else "min", (new,))
    return None


def _is(node: ast.expr, text: str) -> bool:
    return type(node) in (ast.Name, ast.Subscript, ast.Attribute) and ast.unparse(node) == text


def _first(node: ast.expr, text: str) -> tuple[ast.expr, ...] | None:
    """``d.get(k, 0)`` as ``d[k]``: what the default is made of."""
    match node:
        case ast.Call(func=ast.Attribute(value=base, attr="get"), args=[key, *default], keywords=[]):
            if _slot(base, key) == text:
                return tuple(default)
    return None


def _slot(container: ast.expr, key: ast.expr) -> str:
    return ast.unparse(ast.Subscript(container, key, ast.Load()))


def keyed_update(body: Sequence[ast.stmt], index: int) -> Keyed | None:
    """``if k not in d: d[k] = first`` (with or without else), its mirror image, and ``try: d[k] += v``."""
    node = body[index]
    match node:
        case ast.If(test=ast.Compare(left=key, ops=[ast.NotIn() | ast.In() as op], comparators=[container])):
            if not isinstance(container, ast.Name | ast.Attribute):
                return None
            slot = _slot(container, key)
            absent, present = (
                (node.body, node.orelse) if isinstance(op, ast.NotIn) else (node.orelse, node.body)
            )
        case ast.Try(
            body=[attempt], handlers=[ast.ExceptHandler(type=ast.Name(id="KeyError"), body=absent)]
        ) if not node.orelse and not node.finalbody:
            target = _updated(attempt)
            if target is None or not isinstance(target.value, ast.Name | ast.Attribute):
                return None
            container, key, slot, present = target.value, target.slice, ast.unparse(target), [attempt]
        case _:
            return None
    firsts: list[ast.expr] = []
    updates: list[tuple[str, tuple[ast.expr, ...]]] = []
    for statement in absent:
        match statement:
            case ast.Assign(targets=[ast.Subscript() as where], value=value) if ast.unparse(where) == slot:
                firsts.append(value)
                continue
        update = slot_update(statement, slot)
        if update is None:
            return None
        updates.append(update)
    for statement in present:
        update = slot_update(statement, slot)
        if update is None:
            return None
        updates.append(update)
    if not firsts:
        return None
    return Keyed(node, container, key, tuple(firsts), tuple(updates))


def _updated(node: ast.stmt) -> ast.Subscript | None:
    match node:
        case ast.AugAssign(target=ast.Subscript() as target):
            return target
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Subscript() as target, attr="append" | "add"))
        ):
            return target
        case ast.Assign(targets=[ast.Subscript() as target]):
            return target
    return None


def slot_update(node: ast.stmt, slot: str) -> tuple[str, tuple[ast.expr, ...]] | None:
    """An ordered update of exactly this slot."""
    match node:
        case ast.AugAssign(target=ast.Subscript() as target, op=op, value=value):
            if ast.unparse(target) == slot and op_class(op):
                return op_class(op), (value,)
        case ast.Assign(targets=[ast.Subscript() as target], value=value) if ast.unparse(target) == slot:
            found = fold(target, value)
            return (found.op, found.values) if found is not None else None
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Subscript() as target, attr="append" | "extend" | "add" as how),
                args=[value],
                keywords=[],
            )
        ):
            if ast.unparse(target) == slot:
                return ("add" if how == "add" else "append"), (value,)
    return None


def best(node: ast.If, crossing: Callable[[str], bool]) -> Best | None:
    """``if v > best: best = v; where = i`` and chains of them with ``elif``."""
    names: list[tuple[str, str]] = []
    tests: list[ast.expr] = []
    rest: list[ast.stmt] = []
    current: ast.stmt | None = node
    while isinstance(current, ast.If):
        found = _comparison(current.test, crossing)
        if found is None:
            return None
        name, op, candidate, others = found
        tests += [candidate, *others]
        seen = False
        for statement in current.body:
            pairs = _pairs(statement)
            if pairs is None:
                return None
            for target, value in pairs:
                if target == name:
                    if not same(value, candidate):
                        return None
                    seen = True
                elif crossing(target) and name not in {
                    n.id for n in ast.walk(value) if isinstance(n, ast.Name)
                }:
                    rest.append(
                        ast.copy_location(ast.Assign([ast.Name(target, ast.Store())], value), statement)
                    )
                    ast.fix_missing_locations(rest[-1])
                else:
                    return None
        if not seen:
            return None
        names.append((name, op))
        if len(current.orelse) > 1:
            return None
        current = current.orelse[0] if current.orelse else None
    if current is not None:
        return None
    return Best(tuple(names), tuple(tests), tuple(rest))


def _pairs(statement: ast.stmt) -> list[tuple[str, ast.expr]] | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return [(name, value)]
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(names) == len(
            values
        ):
            pairs = []
            for one, value in zip(names, values, strict=True):
                if not isinstance(one, ast.Name):
                    return None
                pairs.append((one.id, value))
            return pairs
    return None


def _comparison(
    test: ast.expr, crossing: Callable[[str], bool]
) -> tuple[str, str, ast.expr, list[ast.expr]] | None:
    """(name, "max" or "min", candidate, other tests) of ``v > best``, also beside ``best is None or``."""
    others: list[ast.expr] = []
    main = test
    if isinstance(test, ast.BoolOp):
        compares = []
        for one in test.values:
            match one:
                case ast.Compare(
                    left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]
                ) if crossing(name):
                    continue
                case ast.Compare(ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()]) if _crossing_side(
                    one, crossing
                ):
                    compares.append(one)
                case _:
                    others.append(one)
        if len(compares) != 1:
            return None
        main = compares[0]
    found = _crossing_side(main, crossing)
    if found is None:
        return None
    return (*found, others)


def _crossing_side(test: ast.expr, crossing: Callable[[str], bool]) -> tuple[str, str, ast.expr] | None:
    match test:
        case ast.Compare(
            left=left, ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE() as op], comparators=[right]
        ):
            up = isinstance(op, ast.Gt | ast.GtE)
            if isinstance(right, ast.Name) and crossing(right.id):
                return right.id, "max" if up else "min", left
            if isinstance(left, ast.Name) and crossing(left.id):
                return left.id, "min" if up else "max", right
    return None
