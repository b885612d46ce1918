"""Reads the cells once: scopes, bindings, classes, methods, calls, and what each statement stands in."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from funicular.loops import puts
from funicular.loops.scope import COMPREHENSIONS, Binding, Function, Scope, captured, parameters, targets

Giving = ast.Assign | ast.AnnAssign


class Reader:
    """Reads the cells once and notes scopes, bindings, classes, methods and calls."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        self.module = Scope(ast.Module([], []), None)
        self.scopes: dict[ast.AST, Scope] = {}
        self.homes: dict[ast.AST, Scope] = {}  # loops, functions, calls: the scope they stand in
        self.positions: dict[ast.AST, int] = {}
        self.blocks: dict[ast.AST, tuple[int, ...]] = {}
        self.patches: list[tuple[str, str, Scope]] = []  # ``name.attribute = value`` outside of methods
        self.calls: dict[str, list[ast.Call]] = {}
        self.stores: dict[str, list[tuple[ast.Assign, Scope]]] = {}  # ``name[...] = value``
        self.given: dict[str, list[tuple[puts.Put, Scope]]] = {}  # what ``x.name = ...`` gives, by name
        self.puts: dict[tuple[str, bool], list[tuple[puts.Put, Scope]]] = {}  # by name, and whether a field
        self.methods: dict[str, list[tuple[ast.ClassDef, ast.FunctionDef]]] = {}
        self.attributes: dict[tuple[ast.ClassDef, str], list[tuple[ast.FunctionDef, Giving]]] = {}
        self.classes: dict[str, list[ast.ClassDef]] = {}
        self.functions: list[Function] = []
        self.depths: dict[ast.AST, int] = {}
        self.cell_of: dict[ast.AST, int] = {}
        self._now = 0
        for tree in trees:
            self._statements(tree.body, self.module, (), 0)

    def _bind(
        self, scope: Scope, name: str, how: str, node: ast.AST, value: ast.expr | None,
        unpack: tuple[int, ...], block: tuple[int, ...],
    ) -> None:  # fmt: skip
        while isinstance(scope.node, COMPREHENSIONS) and how == "walrus" and scope.parent is not None:
            scope = scope.parent
        far = name in scope.outside
        if far:
            outer = scope.parent
            while outer is not None and name not in outer.bindings:
                outer = outer.parent
            scope = outer or self.module
        self._now += 1
        scope.bindings.setdefault(name, []).append(
            Binding(name, how, node, value, unpack, self._now, block, far)
        )

    def _statements(self, body: Sequence[ast.stmt], scope: Scope, block: tuple[int, ...], depth: int) -> None:
        block = (*block, id(body))
        for statement in body:
            self._statement(statement, scope, block, depth)

    def _statement(self, node: ast.stmt, scope: Scope, block: tuple[int, ...], depth: int) -> None:
        self._now += 1
        self.positions[node] = self._now
        self.blocks[node] = block
        for put in puts.of_statement(node):
            self._put(put, scope)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for one in [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]:
                    self._expression(one, scope, block, depth)
                self._bind(scope, node.name, "def", node, None, (), block)
                self._function(node, scope, block)
            case ast.ClassDef():
                for one in [*node.decorator_list, *node.bases, *[k.value for k in node.keywords]]:
                    self._expression(one, scope, block, depth)
                self._bind(scope, node.name, "class", node, None, (), block)
                self.classes.setdefault(node.name, []).append(node)
                inner = self.scopes[node] = Scope(node, scope)
                self.homes[node] = scope
                for statement in node.body:
                    if isinstance(statement, ast.FunctionDef):
                        self.methods.setdefault(statement.name, []).append((node, statement))
                        self._attributes(node, statement)
                self._statements(node.body, inner, block, 0)
            case ast.Assign():
                self._expression(node.value, scope, block, depth)
                for target in node.targets:
                    self._target(target, scope, "assign", node, node.value, block, depth)
                    if isinstance(target, ast.Attribute):
                        put = puts.Put(target.attr, target.value, node.value, node)
                        self.given.setdefault(target.attr, []).append((put, scope))
                    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                        self.patches.append((target.value.id, target.attr, scope))
                    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                        self.stores.setdefault(target.value.id, []).append((node, scope))
            case ast.AnnAssign():
                if node.value is not None:
                    self._expression(node.value, scope, block, depth)
                    self._target(node.target, scope, "assign", node, node.value, block, depth)
            case ast.AugAssign():
                self._expression(node.value, scope, block, depth)
                self._target(node.target, scope, "aug", node, None, block, depth)
            case ast.For() | ast.AsyncFor():
                self.homes[node] = scope
                self.depths[node] = depth
                self._expression(node.iter, scope, block, depth)
                self._target(node.target, scope, "for", node, node.iter, (*block, id(node.body)), depth)
                self._statements(node.body, scope, block, depth + 1)
                self._statements(node.orelse, scope, block, depth)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self._expression(item.context_expr, scope, block, depth)
                    if item.optional_vars is not None:
                        self._target(item.optional_vars, scope, "with", node, item.context_expr, block, depth)
                for statement in node.body:
                    self._statement(statement, scope, block, depth)
            case ast.Import(names=names):
                for alias in names:
                    self._bind(
                        scope, (alias.asname or alias.name).split(".")[0], "import", node, None, (), block
                    )
            case ast.ImportFrom(names=names):
                for alias in names:
                    if alias.name == "*":
                        scope.stars.append(node.module or "")
                    else:
                        self._bind(scope, alias.asname or alias.name, "import", node, None, (), block)
            case ast.Global(names=outer) | ast.Nonlocal(names=outer):
                scope.outside |= set(outer)
            case _:
                self._other(node, scope, block, depth)

    def _put(self, put: puts.Put, scope: Scope) -> None:
        self.puts.setdefault((put.name, put.owner is not None), []).append((put, scope))

    def _attributes(self, owner: ast.ClassDef, method: ast.FunctionDef) -> None:
        """Notes ``self.name = ...`` in a method."""
        if not method.args.args:
            return
        me = method.args.args[0].arg
        for statement in ast.walk(method):
            if isinstance(statement, ast.Assign):
                given = statement.targets
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                given = [statement.target]
            else:
                continue
            for target in given:
                match target:
                    case ast.Attribute(value=ast.Name(id=own), attr=name) if own == me:
                        self.attributes.setdefault((owner, name), []).append((method, statement))

    def _other(self, node: ast.AST, scope: Scope, block: tuple[int, ...], depth: int) -> None:
        for name, content in ast.iter_fields(node):
            if isinstance(content, list) and content and isinstance(content[0], ast.stmt):
                self._statements(content, scope, block, depth)
                continue
            for one in content if isinstance(content, list) else [content]:
                if isinstance(one, ast.expr):
                    self._expression(one, scope, block, depth)
                    if name == "targets" and isinstance(node, ast.Delete):
                        self._target(one, scope, "other", node, None, block, depth)
                elif isinstance(one, ast.ExceptHandler):
                    if one.name:
                        self._bind(scope, one.name, "other", one, None, (), (*block, id(one.body)))
                    if one.type is not None:
                        self._expression(one.type, scope, block, depth)
                    self._statements(one.body, scope, block, depth)
                elif isinstance(one, ast.match_case | ast.pattern):
                    for inner in ast.walk(one) if isinstance(one, ast.pattern) else ():
                        if (caught := captured(inner)) is not None:
                            self._bind(scope, caught, "other", inner, None, (), (*block, id(one)))
                    self._other(one, scope, block, depth)

    def _target(
        self, target: ast.expr, scope: Scope, how: str, node: ast.AST, value: ast.expr | None,
        block: tuple[int, ...], depth: int,
    ) -> None:  # fmt: skip
        for name, unpack in targets(target):
            self._bind(scope, name, how, node, value, unpack, block)
        for one in ast.walk(target):
            if isinstance(one, ast.Attribute | ast.Subscript):
                self._expression(one, scope, block, depth)
                break

    def _function(self, node: Function, scope: Scope, block: tuple[int, ...]) -> None:
        inner = self.scopes[node] = Scope(node, scope)
        self.homes[node] = scope
        self.functions.append(node)
        for arg in parameters(node):
            self._bind(inner, arg.arg, "param", arg, None, (), ())
        if isinstance(node, ast.Lambda):
            self._expression(node.body, inner, block, 0)
            return
        for statement in ast.walk(node):
            if isinstance(statement, ast.Global | ast.Nonlocal):
                inner.outside |= set(statement.names)
        self._statements(node.body, inner, (), 0)

    def _expression(self, node: ast.AST | None, scope: Scope, block: tuple[int, ...], depth: int) -> None:
        if node is None:
            return
        match node:
            case ast.Lambda():
                for one in [*node.args.defaults, *node.args.kw_defaults]:
                    self._expression(one, scope, block, depth)
                self.positions[node] = self._now
                self.blocks[node] = block
                self._function(node, scope, block)
                return
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                self._comprehension(node, scope, block, depth)
                return
            case ast.NamedExpr(target=ast.Name(id=name)):
                self._bind(scope, name, "walrus", node, node.value, (), block)
            case ast.Call(func=func):
                name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
                self.calls.setdefault(name, []).append(node)
                put = puts.of_call(node)
                if put is not None:
                    self._put(put, scope)
                self.homes[node] = scope
                self.positions[node] = self._now
                self.blocks[node] = block
        for child in ast.iter_child_nodes(node):
            self._expression(child, scope, block, depth)

    def _comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        scope: Scope,
        block: tuple[int, ...],
        depth: int,
    ) -> None:
        inner = self.scopes[node] = Scope(node, scope)
        self.homes[node] = scope
        self.positions[node] = self._now
        self.blocks[node] = block
        self.depths[node] = depth
        for index, part in enumerate(node.generators):
            self._expression(part.iter, inner if index else scope, block, depth + bool(index))
            self._target(part.target, inner, "for", node, part.iter, (), depth + 1)
            for test in part.ifs:
                self._expression(test, inner, block, depth + 1)
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for element in elements:
            self._expression(element, inner, block, depth + 1)
