"""Displays and comprehensions: new containers and what they hold."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from funicular.loops.names import Names
from funicular.loops.parts import part
from funicular.loops.values import (
    SOMEWHERE,
    Value,
    join,
)
from funicular.loops.walker import Frame


class Displays(Names):
    """Adds displays and comprehensions to the walk."""

    def display(self, node: ast.expr, kind: str, elts: Sequence[ast.expr]) -> Value:
        values = [self.value(one) for one in elts]
        constants = [one.value for one in elts if isinstance(one, ast.Constant)]
        distinct = len(constants) == len(elts) == len({repr(one) for one in constants})
        for one, element in zip(values, elts, strict=True):
            self.read(one, element)
            if kind == "set":
                self.hashed(one, element)
        made = self.site(node, kind, self.owned(node, values))
        for one in values:
            self.keep(made, one)
        if kind == "set":
            distinct = True
        return replace(made, distinct=distinct, varies=any(v.varies for v in values))

    def owned(self, node: ast.AST, values: Sequence[Value]) -> Value | None:
        """Elements of a display: those that are made inside of it belong to it alone."""
        if not values:
            return None
        inside = {id(one) for one in ast.walk(node)}

        def outer(value: Value) -> Value:
            places = frozenset(
                (root, path) for root, path in value.places if root.what != "site" or root.key not in inside
            )
            elem = outer(value.elem) if value.elem is not None else None
            return replace(value, places=places, elem=elem, parts=tuple(outer(one) for one in value.parts))

        return join([outer(value) for value in values])

    def _List(self, node: ast.List) -> Value:
        return self.display(node, "list", node.elts)

    def _Set(self, node: ast.Set) -> Value:
        return self.display(node, "set", node.elts)

    def _Tuple(self, node: ast.Tuple) -> Value:
        values = [self.value(one) for one in node.elts]
        elem = join(values) if values else None
        parts = () if any(isinstance(one, ast.Starred) for one in node.elts) else tuple(values)
        return Value("tuple", elem=elem, parts=parts, varies=any(v.varies for v in values))

    def _Dict(self, node: ast.Dict) -> Value:
        values = []
        varies = alien = False
        for key, one in zip(node.keys, node.values, strict=True):
            if key is not None:
                name = self.use(key)
                self.hashed(name, key)
                varies = name.varies or varies
                alien = alien or name.kind == "foreign"
                values.append(self.use(one))
            else:
                values.append(part(self.use(one), SOMEWHERE))
        made = self.site(node, "dict", self.owned(node, values))
        for value in values:
            self.keep(made, value)
        return replace(made, distinct=True, varies=varies or any(v.varies for v in values), alien=alien)

    def _Starred(self, node: ast.Starred) -> Value:
        return self.use(node.value)

    def _Lambda(self, node: ast.Lambda) -> Value:
        return Value("function", calls=frozenset({("def", node)}))

    def _ListComp(self, node: ast.ListComp) -> Value:
        return self.comprehension(node, "list", [node.elt])

    def _SetComp(self, node: ast.SetComp) -> Value:
        return replace(self.comprehension(node, "set", [node.elt]), distinct=True)

    def _GeneratorExp(self, node: ast.GeneratorExp) -> Value:
        return self.comprehension(node, "iterator", [node.elt])

    def _DictComp(self, node: ast.DictComp) -> Value:
        return self.comprehension(node, "dict", [node.key, node.value])

    def comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        kind: str,
        elements: list[ast.expr],
    ) -> Value:
        scope = self.reader.scopes[node]
        frame = Frame(scope, bound=frozenset(scope.bindings))
        first = True
        distinct = len(node.generators) == 1
        varies = False
        for generator in node.generators:
            if generator.is_async:
                self.hazard("await", node, "async for")
            if first:
                turn = self.iterate(generator.iter, f"#{id(generator)}")
                self.frames.append(frame)
            else:
                turn = self.iterate(generator.iter, f"#{id(generator)}")
            first = False
            distinct = distinct and turn.distinct
            varies = varies or turn.value.varies or turn.varies
            self.bind(generator.target, turn.value, node)
            for test in generator.ifs:
                varies = self.use(test).varies or varies
        with self.guarded():
            values = [self.use(one) for one in elements]
        self.frames.pop()
        held = values[-1]
        if kind in ("dict", "set"):
            self.hashed(values[0], node)
        same = isinstance(elements[0], ast.Name) and ast.dump(elements[0]) == ast.dump(
            _loaded(node.generators[0].target)
        )
        made = self.site(node, kind, self.owned(node, [held]))
        self.keep(made, held)
        return replace(
            made,
            distinct=(distinct and same) or kind in ("dict", "set"),
            varies=varies or held.varies,
            alien=kind == "dict" and values[0].kind == "foreign",
        )


def _loaded(target: ast.expr) -> ast.expr:
    return ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else target
