"""What a loop keeps of an iteration: ``out.append(value)``, ``out[key] = value``, ``total += value``."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from funicular.hints.cell import Cell
from funicular.hints.edits import CannotEdit
from funicular.hints.names import bound, own


@dataclass(frozen=True, slots=True)
class Keep:
    """A statement that keeps something in ``base``.   value: what is kept, as text.   key: where, or "".
    template: the statement again, of ``{value}`` and ``{key}``.   at_once: all values in one line, or ""."""

    statement: ast.stmt
    base: str
    value: str
    key: str
    template: str
    at_once: str


def keep_of(statement: ast.stmt, loop: ast.For, cell: Cell) -> Keep | None:
    """What this statement keeps of an iteration, if it keeps anything outside of it."""
    inside = bound([loop.target, *loop.body]) - kept_names(loop)
    match statement:
        case ast.Expr(
            ast.Call(ast.Attribute(ast.Name(base), "append" | "add" as verb), [value], []) as call
        ) if base not in inside and not isinstance(value, ast.Starred):
            name = cell.source(call.func)
            all_at_once = {"append": f"{base}.extend({{values}})", "add": f"{base}.update({{values}})"}[verb]
            return Keep(statement, base, cell.argument(value), "", f"{name}({{value}})", all_at_once)
        case ast.Assign([ast.Subscript(ast.Name(base), key)], value) if base not in inside:
            return Keep(
                statement, base, cell.argument(value), _key(cell, key), f"{base}[{{key}}] = {{value}}", ""
            )
        case ast.AugAssign(ast.Subscript(ast.Name(base), key), op, value) if base not in inside:
            sign = _sign(op)
            return Keep(
                statement,
                base,
                cell.argument(value),
                _key(cell, key),
                f"{base}[{{key}}] {sign}= {{value}}",
                "",
            )
        case ast.AugAssign(ast.Name(base), op, value) if base not in inside:
            return Keep(statement, base, cell.argument(value), "", f"{base} {_sign(op)}= {{value}}", "")
    return None


SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Mult: "*",
    ast.Sub: "-",
    ast.BitOr: "|",
    ast.BitAnd: "&",
}


def _sign(op: ast.operator) -> str:
    if type(op) not in SIGNS:
        raise CannotEdit("keeps-elsewhere")
    return SIGNS[type(op)]


def _key(cell: Cell, key: ast.expr) -> str:
    """The text between the brackets; a slice cannot be returned."""
    if any(isinstance(each, ast.Slice) for each in ast.walk(key)):
        raise CannotEdit("keeps-elsewhere")
    return cell.argument(key)


def kept_names(loop: ast.For) -> set[str]:
    """Names that the loop is for: ``total`` of ``total += ...``."""
    added = {
        each.target
        for statement in loop.body
        for each in own(statement)
        if isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Name)
    }
    set_here = {
        each.id
        for node in (loop.target, *loop.body)
        for each in own(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and each not in added
    }
    return {each.id for each in added} - set_here


def statements_in(suite: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Every statement inside, of inner loops too, but not of functions."""
    return [each for statement in suite for each in own(statement) if isinstance(each, ast.stmt)]


def skips(loop: ast.For) -> list[ast.stmt]:
    """The ``continue`` of this loop itself."""

    def walk(node: ast.AST) -> list[ast.stmt]:
        if isinstance(node, ast.Continue):
            return [node]
        if isinstance(node, ast.For | ast.AsyncFor | ast.While | ast.FunctionDef | ast.ClassDef | ast.Lambda):
            return []
        return [found for child in ast.iter_child_nodes(node) for found in walk(child)]

    return [found for statement in loop.body for found in walk(statement)]
