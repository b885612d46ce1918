"""Arithmetic on the elements of arrays, one by one: NumPy does it for whole arrays.

Trigger   ``for i in range(len(y)): y[i] = a * x[i] + b`` where the names are NumPy arrays of one dimension
          and numbers, as the program shows, and the engine finds the loop to be independent.
Evidence  the pattern: an element costs some 100 nanoseconds in a loop, about one in an array expression.
Rewrite   one line for all elements.
Hazards   unknown-kind     held      a name may be something else than an array of one dimension or a number.
          more-than-sums   held      the body does more than ``+ - * /`` on elements; words say what to do.
          name-read-later  held      the loop's variable may be read after it.
          kept-dtype       verified  values are put into the array that is there, so its dtype stays.
          overflow         told      integers that are too large wrap silently in arrays; single ones warn.
Source    https://numpy.org/doc/stable/user/absolute_beginners.html
"""

from __future__ import annotations

import ast

from funicular.hints import edits
from funicular.hints.cell import Cell
from funicular.hints.rule import Answer, Held, Rewrite, Rule

rule = Rule(name="vectorisable-loop", title="Whole arrays instead of single elements", rank=18)

ROWS = {f"numpy.{name}" for name in ("arange", "linspace", "zeros", "ones", "empty", "full", "logspace")}
LIKE = {f"numpy.{name}_like" for name in ("zeros", "ones", "empty", "full")}
SAY = "Whole arrays at once: about a hundred times quicker than a loop, and no cluster is needed."
WORDS = (
    "NumPy's functions take whole arrays (np.sqrt(x), np.where(x > 0, x, 0)): about a hundred times quicker."
)


@rule.proposes
def propose(loop: ast.AST, cell: Cell) -> Answer:
    """A loop over places with one line of element arithmetic."""
    match loop:
        case ast.For(
            ast.Name(i),
            ast.Call(ast.Name("range"), [stop], []),
            [ast.Assign([ast.Subscript(ast.Name(target), ast.Name(place))], value)],
            orelse=[],
        ) if place == i and cell.verdict(loop).parallel:
            pass
        case _:
            return None
    if not any(_element(each, i) for each in ast.walk(value)):
        return None
    if not _is_row(target, cell):
        return None
    if not _is_arithmetic(value, i):
        return Held("more-than-sums", WORDS)
    if cell.reads_later(loop, {i}):
        return Held("name-read-later", WORDS)
    end = _end(stop, target, cell)
    arrays = {name for each in ast.walk(value) if (name := _element(each, i))}
    numbers = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)} - arrays - {i}
    if end is None or not all(_is_row(name, cell) for name in arrays):
        return Held("unknown-kind", WORDS)
    if not all(_is_number(name, cell) for name in numbers):
        return Held("unknown-kind", WORDS)
    whole = ":" if end == f"len({target})" else f":{end}"
    new = [
        edits.replace(each, each.value.id if end == f"len({each.value.id})" else f"{each.value.id}[:{end}]")
        for each in ast.walk(value)
        if isinstance(each, ast.Subscript) and isinstance(each.value, ast.Name)
    ]
    start, _ = cell.span(value)
    changes = edits.changes_of(cell, new)
    moved = [edits.Change(each.start - start, each.end - start, each.text) for each in changes]
    text = edits.changed(cell.source(value), moved)
    if "\n" in text:
        return Held("more-than-sums", WORDS)
    return Rewrite(edits.replace(loop, f"{target}[{whole}] = {text}"), say=SAY)


def _element(node: ast.AST, i: str) -> str:
    """``x`` of ``x[i]``; "" of anything else."""
    match node:
        case ast.Subscript(ast.Name(name), ast.Name(place)) if place == i:
            return name
    return ""


def _is_arithmetic(node: ast.expr, i: str) -> bool:
    match node:
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right):
            return _is_arithmetic(left, i) and _is_arithmetic(right, i)
        case ast.UnaryOp(ast.USub(), operand):
            return _is_arithmetic(operand, i)
        case ast.Name(name):
            return name != i
        case ast.Constant(int() | float()):
            return True
    return bool(_element(node, i))


def _end(stop: ast.expr, target: str, cell: Cell) -> str | None:
    """The text of where the loop ends, if it is an array's length."""
    match stop:
        case ast.Call(ast.Name("len"), [ast.Name(name)], []) if _is_row(name, cell):
            return f"len({name})"
        case ast.Name(count):
            made = _bindings(target, cell)
            if len(made) == 1 and isinstance(made[0], ast.Call) and made[0].args:
                first = made[0].args[0]
                if isinstance(first, ast.Name) and first.id == count and len(_bindings(count, cell)) == 1:
                    return f"len({target})"
    return None


def _bindings(name: str, cell: Cell) -> list[ast.expr | None]:
    """The values that the name is given in the program; ``None`` for what is not a plain ``name = value``."""
    return [value for _, value in cell.program.bindings.get(name, [])]


def _is_row(name: str, cell: Cell, deep: int = 3) -> bool:
    """Whether the name can only be a NumPy array of one dimension."""
    made = _bindings(name, cell)
    return bool(made) and deep > 0 and all(_makes_row(value, cell, deep) for value in made)


def _makes_row(value: ast.expr | None, cell: Cell, deep: int) -> bool:
    match value:
        case ast.Call(function, [first, *_], options) if not any(_is_object(each.value) for each in options):
            origin = cell.origin(function)
            if origin in LIKE and isinstance(first, ast.Name):
                return _is_row(first.id, cell, deep - 1)
            if origin == "numpy.array":
                return isinstance(first, ast.List) and all(isinstance(e, ast.Constant) for e in first.elts)
            if origin in ROWS and not isinstance(first, ast.Tuple | ast.List):
                return _counts(first, cell)
    return False


def _is_object(node: ast.expr) -> bool:
    """Arrays of objects call methods of their own."""
    return getattr(node, "id", getattr(node, "attr", "")) in ("object", "object_")


def _counts(node: ast.expr, cell: Cell) -> bool:
    """Whether this can only be a number: ``np.zeros(shape)`` makes an array of more dimensions."""
    match node:
        case ast.Constant(int() | float()) | ast.Call(ast.Name("len" | "int")):
            return True
        case ast.UnaryOp(_, operand):
            return _counts(operand, cell)
        case ast.BinOp(left, _, right):
            return _counts(left, cell) and _counts(right, cell)
        case ast.Name(name):
            return _is_number(name, cell)
        case ast.Attribute(attr=attr):
            return cell.origin(node) in ("numpy.pi", "math.pi") or attr == "size"
    return False


def _is_number(name: str, cell: Cell, deep: int = 3) -> bool:
    made = _bindings(name, cell)
    return bool(made) and deep > 0 and all(value is not None and _counts(value, cell) for value in made)
