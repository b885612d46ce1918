"""Which names a program binds, imports, and reads after a loop has bound them."""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funicular.hints.cell import Cell

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def all_names(tree: ast.AST) -> set[str]:
    """Every name that must not be taken for something new."""
    found = {*dir(builtins), *keyword.kwlist}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.partition(".")[0])
    return found


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that these statements bind in their own scope; not inside functions and comprehensions."""
    found: set[str] = set()
    for node in nodes:
        for each in own(node):
            match each:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    found.add(name)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    found.add(name)
                case ast.alias(name=name, asname=other):
                    found.add(other or name.partition(".")[0])
                case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                    found.add(name)
                case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                    found.add(name)
    return found


def bound_anywhere(tree: ast.AST) -> set[str]:
    """Names bound in any scope of the tree."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.partition(".")[0])
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                found.add(name)
    return found


def own(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is in it, but nothing that has names of its own. ``:=`` leaves a comprehension."""
    yield node
    if isinstance(node, COMPREHENSIONS):
        for each in ast.walk(node):
            if isinstance(each, ast.NamedExpr):
                yield each.target
        return
    if isinstance(node, SCOPES):
        return
    for child in ast.iter_child_nodes(node):
        yield from own(child)


def scopes(tree: ast.AST) -> list[ast.AST]:
    """Every function, lambda and class."""
    return [each for each in ast.walk(tree) if isinstance(each, SCOPES)]


def imported(trees: Sequence[ast.Module]) -> dict[str, str]:
    """Import names and what they are; a name that is bound in any other way too is left out."""
    found: dict[str, set[str]] = {}
    other: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=aliases):
                    for alias in aliases:
                        short = alias.asname or alias.name.partition(".")[0]
                        found.setdefault(short, set()).add(alias.name if alias.asname else short)
                case ast.ImportFrom(module=str(module), level=0, names=aliases):
                    for alias in aliases:
                        found.setdefault(alias.asname or alias.name, set()).add(f"{module}.{alias.name}")
                case ast.ImportFrom(names=aliases):
                    other.update(alias.asname or alias.name for alias in aliases)
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                    other.add(name)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    other.add(name)
    return {name: next(iter(what)) for name, what in found.items() if len(what) == 1 and name not in other}


def read_later(loop: ast.stmt, wanted: set[str], cell: Cell) -> set[str]:
    """Those of ``wanted`` that may be read after the loop: behind it, in a later cell, in any function.

    A loop around it comes by again, so its whole body is behind it.
    """
    scope = cell.function_of(loop)
    suites = list(_behind(loop, cell))
    if scope is None:
        suites += [each.tree.body for each in cell.program.cells[cell.number + 1 :]]
    found = {name for name in wanted if any(_reads_first(suite, name) is True for suite in suites)}
    inside = cell.program.scopes if scope is None else scopes(scope)
    functions = [each for each in inside if each is not scope]
    found |= {name for name in wanted - found if any(is_free(each, name) for each in functions)}
    return found


def _behind(loop: ast.stmt, cell: Cell) -> Iterator[list[ast.stmt]]:
    """The statements after the loop in each suite around it, up to its function."""
    node: ast.AST = loop
    while node in cell.parents:
        outer = cell.parents[node]
        for field in ("body", "orelse", "finalbody", "handlers"):
            suite = getattr(outer, field, None)
            if isinstance(suite, list) and node in suite:
                if field != "handlers":
                    yield suite[suite.index(node) + 1 :]
                if isinstance(outer, ast.Try):
                    yield from _rest_of_try(outer, field)
                if isinstance(outer, ast.For | ast.AsyncFor | ast.While) and field == "body":
                    yield [each for each in suite if each is not node]
                if isinstance(outer, ast.While):
                    yield [ast.Expr(outer.test)]
        if isinstance(outer, SCOPES):
            return
        node = outer


def _rest_of_try(statement: ast.Try, field: str) -> Iterator[list[ast.stmt]]:
    """The parts that may run after this one."""
    if field == "body":
        yield from (each.body for each in statement.handlers)
        yield statement.orelse
    yield statement.finalbody


def reads_first(suite: Sequence[ast.stmt], name: str) -> bool:
    """Whether these statements may read the name before they have bound it."""
    return _reads_first(suite, name) is True


def _reads_first(suite: Sequence[ast.stmt], name: str) -> bool | None:
    """True: may be read first. False: it is surely bound before. None: neither."""
    for statement in suite:
        answer = _one_reads_first(statement, name)
        if answer is not None:
            return answer
    return None


def _one_reads_first(statement: ast.stmt, name: str) -> bool | None:
    match statement:
        case ast.If(test=test, body=body, orelse=orelse):
            if _loads(test, name):
                return True
            answers = [_reads_first(body, name), _reads_first(orelse, name)]
            return True if True in answers else False if answers == [False, False] else None
        case ast.For(target=target, iter=iterable, body=body, orelse=orelse):
            if _loads(iterable, name):
                return True
            if name not in bound([target]) and _reads_first(body, name):
                return True
            return True if _reads_first(orelse, name) else None
        case ast.While(test=test, body=body, orelse=orelse):
            return True if _loads(test, name) or _reads_first([*body, *orelse], name) else None
        case ast.With(items=items, body=body):
            if any(_loads(item.context_expr, name) for item in items):
                return True
            if name in bound([item.optional_vars for item in items if item.optional_vars]):
                return False
            return _reads_first(body, name)
        case (
            ast.FunctionDef(name=own_name) | ast.AsyncFunctionDef(name=own_name) | ast.ClassDef(name=own_name)
        ):
            return True if _loads(statement, name) else False if own_name == name else None
        case ast.AugAssign(target=ast.Name(id=target)) if target == name:
            return True
        case ast.Assign() | ast.AnnAssign() | ast.Import() | ast.ImportFrom():
            if _loads(statement, name):
                return True
            return False if name in bound([statement]) and bool(getattr(statement, "value", True)) else None
    return True if _loads(statement, name) else None


def _loads(node: ast.AST, name: str) -> bool:
    """Whether the name is read here; a comprehension's or function's own name of the same kind is another."""
    if isinstance(node, COMPREHENSIONS):
        if _loads(node.generators[0].iter, name):
            return True
        if name in bound([each.target for each in node.generators]):
            return False
    if isinstance(node, SCOPES):
        return is_free(node, name)
    if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
        return True
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
        return True
    return any(_loads(child, name) for child in ast.iter_child_nodes(node))


def is_free(scope: ast.AST, name: str) -> bool:
    """Whether a function or class reads the name from outside."""
    outside = [*getattr(scope, "decorator_list", ()), *getattr(scope, "bases", ())]
    if isinstance(arguments := getattr(scope, "args", None), ast.arguments):
        outside += [*arguments.defaults, *(each for each in arguments.kw_defaults if each)]
        parameters = {each.arg for each in ast.walk(arguments) if isinstance(each, ast.arg)}
    else:
        parameters = set()
    if any(_loads(each, name) for each in outside):
        return True
    body = scope.body if isinstance(getattr(scope, "body", None), list) else [scope.body]  # type: ignore[attr-defined]
    declared = {
        each
        for node in body
        for part in own(node)
        if isinstance(part, ast.Global | ast.Nonlocal)
        for each in part.names
    }
    if name in parameters or (
        name in bound(body) and name not in declared and not isinstance(scope, ast.ClassDef)
    ):
        return False
    return name in declared or any(_loads(each, name) for each in body)
