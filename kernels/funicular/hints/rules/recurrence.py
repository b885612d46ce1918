"""A stop sign: each iteration needs what the iteration before it has made. What to do instead.

Trigger   a loop that the engine holds because a value flows from one iteration to the next.
Evidence  two iterations that show it ("iteration 5 reads ``a[4]``, which iteration 4 wrote"); a cheap loop is
          named only where one call does the same.
Rewrite   none: no rewrite of this loop runs its iterations at once. In words: the one call that does the same
          (``np.cumsum``, ``itertools.accumulate``, ``scipy.signal.lfilter``), or what else runs in parallel.
Hazards   recurrence  held  the iterations depend on each other.
          bits        told  ``np.cumsum`` and ``lfilter`` may differ from the loop in the last digits.
Source    https://docs.scipy.org/doc/scipy/reference/generated/scipy.signal.lfilter.html
"""

from __future__ import annotations

import ast

from funicular.hints.cell import Cell
from funicular.hints.rule import Answer, Held, Rule

rule = Rule(name="recurrence", title="Each iteration needs the one before it", rank=60)

REASONS = ("recurrence", "time-stepping", "carried", "stencil")
OTHERWISE = (
    "If you need it for several starting values, parameters or rows, the loop over those may run in "
    "parallel: put this one into a function and use funicular.map. For one long run: numba's @njit."
)
STENCIL = (
    "Each iteration reads a neighbour that another has changed already. If you write into a second array "
    "(new[i] = ... a[i - 1] ... a[i + 1]; then a = new) they are independent, but it is another method."
)


@rule.proposes
def propose(loop: ast.AST, cell: Cell) -> Answer:
    """A held loop in which something flows from iteration to iteration."""
    if not isinstance(loop, ast.For):
        return None
    verdict = cell.verdict(loop)
    if verdict.parallel or not verdict.reason.startswith(REASONS):
        return None
    said = next((text for each in loop.body if (text := _instead(each))), "")
    if not said and verdict.worth == "low":
        return None
    return Held("recurrence", said or OTHERWISE)


def _instead(statement: ast.stmt) -> str:
    """The one call that does what this line does iteration by iteration."""
    match statement:
        case ast.Assign([ast.Subscript(ast.Name(array))], value):
            earlier = [each for each in ast.walk(value) if _is_element(each, array)]
            if len(earlier) > 1:
                return STENCIL
            if len(earlier) == 1:
                return _fold(value, earlier[0], array)
    return ""


def _fold(value: ast.expr, last: ast.AST, array: str) -> str:
    match value:
        case ast.BinOp(_, ast.Add() | ast.Sub()) if last in _added(value):
            return "This is a running sum: np.cumsum(...) does all of it in one call. " + OTHERWISE
        case ast.BinOp(left, ast.Mult(), right) if last in (left, right):
            return "This is a running product: np.cumprod(...) does all of it in one call. " + OTHERWISE
        case ast.BinOp(left, ast.Add() | ast.Sub(), right) if _scales(left, last) or _scales(right, last):
            return (
                "If c is one number, this is a linear filter: scipy.signal.lfilter([1], [1, -c], x) does all "
                f"of {array}[i] = c * {array}[i - 1] + x[i] in one call, for many rows too. {OTHERWISE}"
            )
        case ast.Call(ast.Name("max" | "min" as name)):
            return f"np.{name}imum.accumulate(...) does all of it in one call. {OTHERWISE}"
    return OTHERWISE


def _added(value: ast.expr) -> list[ast.expr]:
    """The terms that are added, not taken away: ``a`` and ``b`` of ``a - x + b``."""
    match value:
        case ast.BinOp(left, ast.Add(), right):
            return [*_added(left), *_added(right)]
        case ast.BinOp(left, ast.Sub(), _):
            return _added(left)
    return [value]


def _scales(node: ast.expr, last: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and last in (node.left, node.right)


def _is_element(node: ast.AST, array: str) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == array
