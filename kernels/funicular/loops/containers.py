"""Containers made before the loop: what was put into them is what their elements are."""

from __future__ import annotations

import ast
from abc import ABC
from collections.abc import Callable
from dataclasses import replace

from funicular.loops.parts import part
from funicular.loops.puts import Put, is_empty
from funicular.loops.reader import Reader
from funicular.loops.scope import Binding, Scope
from funicular.loops.values import (
    SOMEWHERE,
    Root,
    Value,
    join,
)

Where = tuple[int, tuple[int, ...]]  # position in the text, and the blocks around it


# evaluates (scope, where, expression or iterable, as iterable)
Evaluate = Callable[[Scope, Where | None, ast.expr, bool], Value]


class Containers(ABC):
    """The part of a program that knows what was put into a container."""

    reader: Reader
    evaluate: Evaluate
    loop_bodies: set[int]

    def _filled(self, scope: Scope, binding: Binding, value: Value) -> Value:
        """What is put into a container is what its elements are, also one object more than once."""
        if value.kind not in ("list", "dict", "set") or binding.unpack:
            return value
        elements = self._other_puts(scope, binding.name)
        bare = all(is_empty(one.value) for one in scope.bindings[binding.name])
        if value.elem is None and bare and not self._puts(scope, binding.name):
            elements.append(Value("foreign"))  # what is in it was put there by code that is not seen
        for call in self.reader.calls.get("append", ()):
            match call:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=[argument]) if (
                    name == binding.name and self.reader.homes[call].home(name) is scope
                ):
                    elements.append(self._put(self.reader.homes[call], call, argument))
        for statement, home in self.reader.stores.get(binding.name, ()):
            if home.home(binding.name) is scope:
                elements.append(self._put(home, statement, statement.value))
                if _is_part_of(statement.value, binding.name) and not (value.elem and value.elem.immutable):
                    elements.append(Value(places=value.at(SOMEWHERE)))
        if value.elem is not None:
            elements = [one for one in elements if one.places] + [value.elem]
        alien = value.alien or any(self.alien(put, home) for put, home in self._puts(scope, binding.name))
        elem = join(elements) if elements else value.elem
        return replace(value, elem=self._linked(scope, binding.name, elem), alien=alien)

    def _linked(self, scope: Scope, name: str, elem: Value | None) -> Value | None:
        """The elements, which hold objects that others have too where these were put deep into them."""
        held = [
            inner.elem
            for put, home in self._puts(scope, name)
            if put.deep and (inner := self.content(put, home)).elem is not None and inner.elem.places
        ]
        if not held or (elem is not None and elem.immutable):
            return elem
        elem = Value() if elem is None else elem
        return replace(elem, elem=join([*([elem.elem] if elem.elem is not None else []), *held]))

    def _puts(self, scope: Scope, name: str) -> list[tuple[Put, Scope]]:
        return [one for one in self.reader.puts.get((name, False), ()) if one[1].home(name) is scope]

    def _other_puts(self, scope: Scope, name: str) -> list[Value]:
        """What else than ``append`` and ``name[k] = value`` puts in that only unknown code can tell."""
        found = []
        for put, home in self._puts(scope, name):
            plain = isinstance(put.node, ast.Assign) or (
                isinstance(put.node, ast.Call) and getattr(put.node.func, "attr", "") == "append"
            )
            if put.deep or put.spread or not plain:
                value = self.content(put, home)
                if holds_foreign(value):
                    found.append(without_places(value))
        return found

    def alien(self, put: Put, home: Scope) -> bool:
        """Whether unknown code made the key at which something is put."""
        if put.key is None or isinstance(put.key, ast.Constant | ast.Slice):
            return False
        return holds_foreign(self._put(home, put.node, put.key))

    def content(self, put: Put, home: Scope) -> Value:
        """What is put in, as an element of the container."""
        value = self._put(home, put.node, put.content)
        if put.spread:
            value = part(value, SOMEWHERE)
        return Value("?", elem=value) if put.deep else value

    def _put(self, home: Scope, node: ast.AST, expression: ast.expr) -> Value:
        """What ``expression`` puts into a container, without places when each time it is a new object."""
        block = self.reader.blocks[node]
        value = self.evaluate(home, (self.reader.positions[node], block), expression, False)
        loop = next((one for one in reversed(block) if one in self.loop_bodies), None)
        inside = {id(one) for one in ast.walk(expression)}

        def fresh(root: Root) -> bool:
            return root.what == "site" and (root.key in inside or loop in self.blocks_of_site(root))

        return replace(value, places=frozenset(place for place in value.places if not fresh(place[0])))

    def blocks_of_site(self, root: Root) -> tuple[int, ...]:
        """The blocks around the expression that makes an object."""
        return self._site_blocks().get(root.key, ())

    def _site_blocks(self) -> dict[object, tuple[int, ...]]:
        if not hasattr(self, "_sites"):
            sites: dict[object, tuple[int, ...]] = {}
            for statement, block in list(self.reader.blocks.items()):
                if isinstance(statement, ast.stmt):
                    inner = block
                    for field_name, content in ast.iter_fields(statement):
                        if isinstance(content, list) and content and isinstance(content[0], ast.stmt):
                            continue
                        del field_name
                        for one in content if isinstance(content, list) else [content]:
                            if isinstance(one, ast.AST):
                                for node in ast.walk(one):
                                    sites.setdefault(id(node), inner)
            self._sites = sites
        return self._sites


def holds_foreign(value: Value) -> bool:
    """Whether it, or something in it, is made by unknown code."""
    return value.kind == "foreign" or (value.elem is not None and holds_foreign(value.elem))


def without_places(value: Value) -> Value:
    elem = without_places(value.elem) if value.elem is not None else None
    return replace(value, places=frozenset(), elem=elem, poly=None, parts=())


def _is_part_of(node: ast.expr, name: str) -> bool:
    """Whether an expression is ``name[...]``, at any depth."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
        if isinstance(node, ast.Name) and node.id == name:
            return True
    return False
