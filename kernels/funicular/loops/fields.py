"""Fields of objects: what the methods of a class, and others, are seen to put there."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from funicular.loops.containers import holds_foreign, without_places
from funicular.loops.puts import Put, is_empty
from funicular.loops.reader import Giving
from funicular.loops.scope import Scope, parameters
from funicular.loops.values import (
    Path,
    Place,
    Root,
    Value,
    join,
)
from funicular.loops.walker import Walker


class Fields(Walker):
    """Adds fields to the walk."""

    def attribute_kind(self, base: Value, name: str) -> Value | None:
        """What ``self.name = ...`` in the methods of a class says of an attribute."""
        if base.kind == "?":
            held = self.put_into(base, name)
            return Value("?", elem=join(held)) if held else None
        if base.kind != "instance":
            return None
        given = [
            one
            for owner in self.lineage(base.classes)
            for one in self.reader.attributes.get((owner, name), ())
        ]
        values = [
            self.seen_from_outside(self.outside_kind(method, statement), method, base)
            for method, statement in given
        ]
        held = self.put_into(base, name)
        if not values and not held:
            return None
        alien = any(self.program.alien(put, home) for put, home in self._puts(base, name))
        value = replace(join(values), poly=None, parts=())
        value = replace(value, alien=value.alien or alien)
        if value.kind == "none":  # only code that is not seen gives it a value
            return Value("foreign", frozenset())
        if held:
            return value if value.immutable else replace(value, elem=join([*held, *_inner(value)]))
        bare = value.elem is None and all(_bare(statement.value) for _, statement in given)
        if bare and not self._puts(base, name):
            return replace(value, elem=Value("foreign"))
        return value

    def put_into(self, base: Value, name: str) -> list[Value]:
        """What is put into a field by code whose results are not known, in methods or from outside."""
        found = []
        for put, home in self._puts(base, name):
            value = self.program.fixed(put, partial(self.program.content, put, home))
            if holds_foreign(value):
                found.append(without_places(value))
        return found

    def refers(self, base: Value, name: str) -> bool:
        """Whether a field has objects that were made elsewhere: others may have them as well."""
        return any(
            value.kind in ("instance", "?") and value.places
            for put, home in [*self.reader.given.get(name, ()), *self._puts(base, name)]
            for value in [self.program.fixed(put, partial(self.program.content, put, home))]
        )

    def _puts(self, base: Value, name: str) -> list[tuple[Put, Scope]]:
        """What puts something into a field of this name, but for methods of other classes with their own."""
        return [
            (put, home)
            for put, home in self.reader.puts.get((name, True), ())
            if not self._elsewhere(put, home, base)
        ]

    def _elsewhere(self, put: Put, home: Scope, base: Value) -> bool:
        """Whether something is put into a field of ``self`` in a class that is no kin of ``base``."""
        home_node = home.node
        if not base.classes or not isinstance(put.owner, ast.Name):
            return False
        if not isinstance(home_node, ast.FunctionDef | ast.Lambda):
            return False
        owner = self.program.owner(home_node)
        first = next((arg.arg for arg in parameters(home_node)), None)
        if owner is None or put.owner.id != first:
            return False
        related = owner in self.lineage(base.classes) or base.classes.intersection(self.lineage([owner]))
        return not related

    def seen_from_outside(self, value: Value, method: ast.FunctionDef, base: Value) -> Value:
        """What a method puts into an attribute: its own new objects are parts of the instance alone."""
        own = Root("param", (id(method), method.args.args[0].arg))
        places: set[Place] = set()
        for root, path in value.places:
            if root == own:
                places |= base.at(*path)
            elif root.what != "param" and not (root.what == "site" and self.within(root, base.classes)):
                places.add((root, path))
        return replace(value, places=frozenset(places))

    def within(self, root: Root, classes: Iterable[ast.ClassDef]) -> bool:
        """Whether an object is made in the methods of these classes: then each instance has its own."""
        bodies = {
            id(m.body)
            for owner in self.lineage(classes)
            for m in owner.body
            if isinstance(m, ast.FunctionDef)
        }
        return bool(bodies.intersection(self.program.blocks_of_site(root)))

    def outside_kind(self, method: ast.FunctionDef, statement: Giving) -> Value:
        scope = self.reader.scopes[method]
        where = (self.reader.positions[statement], self.reader.blocks[statement])
        evaluate = self.program.evaluate
        value = statement.value
        assert value is not None
        return self.program.fixed(statement, lambda: evaluate(scope, where, value, False))

    def class_attribute(self, base: Value, name: str) -> frozenset[tuple[Root, Path]] | None:
        """An object in the class body is shared by all instances, unless ``self.name = ...`` hides it."""
        if any((owner, name) in self.reader.attributes for owner in self.lineage(base.classes)):
            return None
        for owner in self.lineage(base.classes):
            for statement in owner.body:
                match statement:
                    case ast.Assign(targets=[ast.Name(id=own)], value=value) if own == name:
                        if not isinstance(value, ast.Constant):
                            return frozenset({(Root("class", owner, f"{owner.name}.{name}"), ())})
        return None

    def lineage(self, classes: Iterable[ast.ClassDef]) -> list[ast.ClassDef]:
        """Classes with their bases among the classes of these cells, nearest first."""
        found: list[ast.ClassDef] = []
        todo = list(classes)
        while todo:
            one = todo.pop(0)
            if one in found:
                continue
            found.append(one)
            for base in one.bases:
                todo += self.reader.classes.get(ast.unparse(base), [])
        return found


def _bare(node: ast.expr | None) -> bool:
    """Whether it is an empty container, or nothing yet."""
    return is_empty(node) or (isinstance(node, ast.Constant) and node.value is None)


def _inner(value: Value) -> list[Value]:
    return [] if value.elem is None else [value.elem]
