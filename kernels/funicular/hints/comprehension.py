"""A comprehension as a call of ``funicular.map``."""

from __future__ import annotations

import ast

from funicular.hints import edits
from funicular.hints.cell import Cell
from funicular.hints.losses import root_of
from funicular.hints.mapping import SAY
from funicular.hints.rule import Held, Rewrite

CALLING = (ast.Call, ast.BinOp)


def rewrite_comprehension(node: ast.expr, cell: Cell) -> Rewrite | Held:
    """``[f(x) for x in xs]`` as ``funicular.map(f, xs)``; filters stay where they are."""
    match node:
        case ast.ListComp(elt, [generator]):
            shape = "{}"
        case ast.SetComp(elt, [generator]):
            shape = "set({})"
        case ast.GeneratorExp(elt, [generator]):
            shape = "({})" if cell.source(node).startswith("(") else "{}"
        case ast.DictComp(key, elt, [generator]) if _same(key, generator.target) and not generator.ifs:
            items = cell.argument(generator.iter)
            shape = f"dict(zip({items}, {{}}))"
            if not isinstance(generator.iter, ast.Name):
                return Held("not-twice", "Give what is looped over a name first: it is needed twice.")
        case _:
            return Held("several-loops", "Split it: one comprehension for what is heavy, another around it.")
    if not any(isinstance(each, CALLING) for each in ast.walk(elt)):
        return Held("too-cheap", "Nothing is computed here; the comprehension is quicker than any cluster.")
    match generator.target, generator.iter:
        case ast.Name(name), _:
            parameters, items = name, _items(generator, cell)
        case ast.Tuple(elts), ast.Call(ast.Name("zip"), args, []) if (
            len(elts) == len(args) and all(isinstance(each, ast.Name) for each in elts) and not generator.ifs
        ):
            parameters = ", ".join(cell.source(each) for each in elts)
            items = ", ".join(cell.argument(each) for each in args)
        case _:
            return Held("odd-target", SAY["odd-target"])
    if any(isinstance(each, ast.NamedExpr) for each in ast.walk(node)):
        return Held("name-read-later", "It leaves a name behind with :=, which a worker cannot.")
    if isinstance(cell.function_of(node), ast.ClassDef):
        return Held("class-body", SAY["class-body"])
    if any(cell.verdict(each).parallel for each in cell.outer_loops(node)):
        return Held("outer-first", SAY["outer-first"])
    return Rewrite(
        edits.importing("funicular"),
        edits.replace(node, shape.format(f"funicular.map({_function(elt, parameters, cell)}, {items})")),
    )


def _items(generator: ast.comprehension, cell: Cell) -> str:
    if not generator.ifs:
        return cell.argument(generator.iter)
    target, source = cell.source(generator.target), cell.operand(generator.iter)
    tests = " ".join(f"if {_condition(test, cell)}" for test in generator.ifs)
    return f"[{target} for {target} in {source} {tests}]"


def _condition(test: ast.expr, cell: Cell) -> str:
    plain = isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp) and "\n" not in cell.source(test)
    return cell.source(test) if plain else cell.operand(test)


def _function(elt: ast.expr, parameters: str, cell: Cell) -> str:
    """``f`` where the element is ``f(x)``, else a lambda."""
    match elt:
        case ast.Call(ast.Name() | ast.Attribute() as function, args, []) if (
            args
            and all(isinstance(each, ast.Name) for each in args)
            and ", ".join(cell.source(each) for each in args) == parameters
            and root_of(function) is not None
            and root_of(function) not in parameters.split(", ")
        ):
            return cell.source(function)
    return f"lambda {parameters}: {cell.argument(elt)}"


def _same(one: ast.expr, other: ast.expr) -> bool:
    return isinstance(one, ast.Name) and isinstance(other, ast.Name) and one.id == other.id
