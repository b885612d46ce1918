"""The statements and whole loops of a source, by line. Pure.

A loop is one thing: which of its lines took the time cannot be told from inside the process, where a sample
is taken only at calls and jumps back. A compound statement that is no loop is its head; what stands in it
stands for itself.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

LONGEST = 80
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_HIDDEN_LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_QUICK = (ast.Name, ast.Constant, ast.Attribute, ast.Starred)


@dataclass(frozen=True, slots=True)
class Unit:
    """calls: how each function that it calls is written there, by the function's own name.
    only_call: the call that it is, when nothing else in it can take time."""

    line: int
    end_line: int
    text: str
    is_loop: bool = False
    function: str = ""
    calls: dict[str, str] = field(default_factory=dict, compare=False)
    only_call: str = ""


def units(source: str) -> dict[int, Unit]:
    """The unit that each line belongs to; empty when this is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[int, Unit] = {}
    _read(tree.body, source.splitlines(), "", found)
    return found


def _read(body: Sequence[ast.stmt], lines: list[str], function: str, found: dict[int, Unit]) -> None:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                _put(_unit(node, [], lines, function, first, node.body[0].lineno - 1), found)
                _read(node.body, lines, node.name, found)
            case ast.ClassDef():
                methods = [
                    each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
                ]
                _read(methods, lines, function, found)
                _put(_unit(node, [], lines, function, node.lineno, _end(node)), found)
            case _ if isinstance(node, _LOOPS):
                _put(_unit(node, [node], lines, function, node.lineno, _end(node), is_loop=True), found)
            case _ if inner := _bodies(node):
                head = [
                    each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr | ast.withitem)
                ]
                _put(_unit(node, head, lines, function, node.lineno, inner[0].lineno - 1), found)
                _read(inner, lines, function, found)
            case _:
                is_loop = any(isinstance(each, _HIDDEN_LOOPS) for each in ast.walk(node))
                unit = _unit(node, [node], lines, function, node.lineno, _end(node), is_loop=is_loop)
                _put(unit, found)


def _bodies(node: ast.stmt) -> list[ast.stmt]:
    """The statements inside of a compound statement."""
    found: list[ast.stmt] = []
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        for each in getattr(node, name, ()):
            found += each.body if isinstance(each, ast.ExceptHandler | ast.match_case) else [each]
    return found


def _unit(
    node: ast.stmt, timed: Sequence[ast.AST], lines: list[str], function: str, first: int, last: int,
    *, is_loop: bool = False,
) -> Unit:  # fmt: skip
    calls = [each for part in timed for each in ast.walk(part) if isinstance(each, ast.Call)]
    written: dict[str, str] = {}
    for call in calls:
        if name := _name(call):
            written.setdefault(name, _written(call, name))
    alone = len(calls) == 1 and not is_loop and _is_quick(calls[0]) and _is_plain(node, calls[0])
    text = lines[node.lineno - 1].strip() if node.lineno <= len(lines) else ""
    if len(text) > LONGEST:
        text = text[: LONGEST - 2].rstrip() + " …"
    only = _written(calls[0], _name(calls[0])) if alone else ""
    return Unit(first, max(first, last), text, is_loop, function, written, only)


def _put(unit: Unit, found: dict[int, Unit]) -> None:
    for line in range(unit.line, unit.end_line + 1):
        found.setdefault(line, unit)


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _written(call: ast.Call, name: str) -> str:
    text = ast.unparse(call.func)
    return text if len(text) <= LONGEST // 2 else name


def _is_quick(call: ast.Call) -> bool:
    """Whether nothing takes time but the call itself."""
    parts = [*call.args, *(each.value for each in call.keywords)]
    return all(isinstance(part, _QUICK) for part in parts) and isinstance(call.func, ast.Name | ast.Attribute)


def _is_plain(node: ast.stmt, call: ast.Call) -> bool:
    """Whether the statement is this call, perhaps with a name for its result."""
    match node:
        case ast.Expr(value=value) | ast.Return(value=value):
            return value is call
        case ast.Assign(targets=[ast.Name()], value=value):
            return value is call
    return False


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
