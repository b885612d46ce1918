"""Who binds which name where: scopes, and bindings in the order of the text."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place where a name gets a value.

    how: "assign", "aug", "for", "with", "import", "def", "class", "param", "other". value: the expression it
    comes from (the iterable of a "for"). unpack: positions inside of it. block: the statements it stands in.
    far: it stands in a function that declares the name global or nonlocal, so it may happen at any time.
    """

    name: str
    how: str
    node: ast.AST
    value: ast.expr | None
    unpack: tuple[int, ...]
    position: int
    block: tuple[int, ...]
    far: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """A module, function, class or comprehension and the names that it binds itself."""

    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)  # declared global or nonlocal
    stars: list[str] = field(default_factory=list)  # modules of ``from m import *``

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    def home(self, name: str) -> Scope | None:
        """The scope whose ``name`` is meant when it is read here; None for builtins and undefined names."""
        scope: Scope | None = self
        first = True
        while scope is not None:
            if name in scope.bindings and name not in scope.outside and (first or not scope.is_class):
                return scope
            first = False
            scope = scope.parent
        return None


def targets(node: ast.AST, unpack: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Names that a target binds, with their positions inside the value (-1 from a star on)."""
    match node:
        case ast.Name(id=name):
            yield name, unpack
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            seen_star = False
            for index, elt in enumerate(elts):
                seen_star = seen_star or isinstance(elt, ast.Starred)
                yield from targets(elt, (*unpack, -1 if seen_star else index))
        case ast.Starred(value=value):
            yield from targets(value, unpack)


def parameters(node: Function) -> Iterator[ast.arg]:
    """All parameters of a function, in the order of its signature."""
    a = node.args
    yield from a.posonlyargs
    yield from a.args
    if a.vararg:
        yield a.vararg
    yield from a.kwonlyargs
    if a.kwarg:
        yield a.kwarg


def captured(node: ast.AST) -> str | None:
    """The name that a part of a ``case`` pattern binds."""
    match node:
        case ast.MatchAs(name=name) | ast.MatchStar(name=name) | ast.MatchMapping(rest=name):
            return name
    return None


def bound_in(statements: Iterable[ast.AST]) -> set[str]:
    """Names that these statements bind in the scope they stand in (walrus in comprehensions included)."""
    names: set[str] = set()
    todo: list[tuple[ast.AST, bool]] = [(node, False) for node in statements]
    while todo:
        node, inside = todo.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
                todo += [(one, inside) for one in node.decorator_list]
                continue
            case ast.Lambda():
                continue
            case ast.Import() | ast.ImportFrom():
                names |= {(a.asname or a.name).split(".")[0] for a in node.names}
            case ast.NamedExpr(target=ast.Name(id=name)):
                names.add(name)
            case ast.ExceptHandler(name=str(name)):
                names.add(name)
            case ast.pattern() if caught := captured(node):
                names.add(caught)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if not inside:
                names.add(name)
        inside = inside or isinstance(node, COMPREHENSIONS)
        todo += [(child, inside) for child in ast.iter_child_nodes(node)]
    return names
