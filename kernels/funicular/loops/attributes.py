"""Attributes of objects: fields, properties, class attributes, operators of the user's classes."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from funicular.loops.parts import library_value, referred
from funicular.loops.polynomial import symbol
from funicular.loops.values import (
    IMMUTABLE,
    NUMBER,
    UNKNOWN,
    Path,
    Place,
    Root,
    Step,
    Value,
    join,
)
from funicular.loops.walker import Walker

DUNDERS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Add: ("__add__", "__radd__", "__iadd__"),
    ast.Sub: ("__sub__", "__rsub__", "__isub__"),
    ast.Mult: ("__mul__", "__rmul__", "__imul__"),
    ast.Div: ("__truediv__", "__rtruediv__", "__itruediv__"),
    ast.FloorDiv: ("__floordiv__", "__rfloordiv__"),
    ast.Mod: ("__mod__", "__rmod__"),
    ast.Pow: ("__pow__", "__rpow__"),
    ast.MatMult: ("__matmul__", "__rmatmul__"),
    ast.BitAnd: ("__and__",),
    ast.BitOr: ("__or__",),
    ast.BitXor: ("__xor__",),
    ast.Eq: ("__eq__",),
    ast.NotEq: ("__ne__", "__eq__"),
    ast.Lt: ("__lt__", "__gt__"),
    ast.Gt: ("__gt__", "__lt__"),
    ast.LtE: ("__le__", "__ge__"),
    ast.GtE: ("__ge__", "__le__"),
    ast.In: ("__contains__", "__iter__"),
    ast.NotIn: ("__contains__", "__iter__"),
    ast.USub: ("__neg__",),
    ast.Not: ("__bool__", "__len__"),
}


class Attributes(Walker):
    """Adds attributes to the walk."""

    def _Attribute(self, node: ast.Attribute) -> Value:
        base = self.value(node.value)
        name = node.attr
        if base.library:
            dotted = f"{base.library}.{name}"
            if dotted in ("os.environ", "sys.argv", "sys.stdin"):
                self.hazard("environment", node, dotted)
            return library_value(dotted)
        if base.kind in ("text", "number"):
            return Value("?", varies=base.varies)
        if name in ("loc", "iloc", "at", "iat") and base.kind in ("frame", "series", "?", "array"):
            return replace(base, places=base.at(Step("loc", text=name)), kind="frame")
        if name in ("shape", "size", "ndim", "dtype", "nbytes", "empty") and base.kind != "instance":
            self.record("length", base.places, node, kind=base.kind)
            known = symbol(ast.unparse(node)) if not base.varies and not self._local(base) else None
            elem = replace(NUMBER, varies=base.varies)
            if name in ("shape",):
                return Value("tuple", elem=elem, poly=known, varies=base.varies)
            return replace(NUMBER, poly=known, varies=base.varies)
        if name in ("T", "values", "flat", "real", "imag", "array") and base.kind != "instance":
            return Value("array", base.at(Step("view", text=name)), varies=base.varies)
        if name in ("columns", "index") and base.kind in ("frame", "?", "series"):
            self.record("length", base.places, node, kind=base.kind)
            return Value("series", elem=UNKNOWN, distinct=True, varies=base.varies)
        if name in ("str", "dt", "cat", "sparse", "plot") and base.kind in ("frame", "series", "?"):
            return replace(base, library="", kind="frame" if base.kind != "?" else "?")
        if name == "__class__":
            owners = frozenset(("class", owner) for owner in base.classes)
            return Value("class", calls=owners) if owners else Value("foreign")
        value = self.field_of(base, name, node)
        return replace(value, varies=base.varies)

    def field_of(self, base: Value, name: str, node: ast.expr) -> Value:
        """``base.name`` of an object: a property runs code, a plain attribute is a part."""
        found = [
            (owner, method)
            for owner, method in self.reader.methods.get(name, ())
            if not base.classes
            or owner in self.lineage(base.classes)
            or (base.opened and base.classes.intersection(self.lineage([owner])))
        ]
        if base.kind in ("?", "instance") and found:
            properties = [m for _, m in found if any("property" in ast.unparse(d) for d in m.decorator_list)]
            if properties:
                found_values = [
                    self.call_function(m, [base], {}, node) for m in properties if m not in self.stack
                ]
                return join(
                    [*found_values, Value("?", base.at(Step("field", text=name)))]
                    if base.kind == "?"
                    else found_values
                )
            return Value("?", calls=frozenset({("method", name)}))
        if base.kind in ("?", "instance", "class"):
            for dunder in ("__getattr__", "__getattribute__"):
                self.dunder(base, (dunder,), node)
        if base.kind == "class":
            owner = next(iter(base.calls))[1]
            return Value(
                "?", frozenset({(Root("class", owner, ast.unparse(node)), (Step("field", text=name),))})
            )
        places = base.at(Step("field", text=name))
        if base.kind != "instance" or (base.elem is not None and base.elem.places):
            places = referred(places)
        held = None
        if base.kind == "instance" and base.classes:
            shared = self.class_attribute(base, name)
            if shared is not None:
                places = places | shared
        value = Value("foreign" if base.kind == "foreign" else "?", places, held)
        kind = self.attribute_kind(base, name)
        if kind is not None:
            if kind.immutable:
                self.record("read", places, node, kind=base.kind)
                return kind
            value = replace(value, kind=kind.kind, elem=kind.elem, classes=kind.classes, calls=kind.calls)
            value = replace(value, places=value.places | kind.places)
        inner = [base.elem] if base.elem is not None and base.kind == "instance" else []
        inner += [self.contents[root] for root, _ in base.places if root in self.contents]
        if inner and not value.immutable:
            value = replace(value, places=value.places.union(*(one.places for one in inner)))
        return value

    def attribute_kind(self, base: Value, name: str) -> Value | None:
        """What ``self.name = ...`` in the methods of a class says of an attribute."""
        if base.kind != "instance":
            return None
        values = [
            self.seen_from_outside(self.outside_kind(method, statement), method, base)
            for owner in self.lineage(base.classes)
            for method, statement in self.reader.attributes.get((owner, name), ())
        ]
        if not values:
            return None
        return replace(join(values), poly=None, parts=())

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

    def outside_kind(self, method: ast.FunctionDef, statement: ast.Assign) -> Value:
        scope = self.reader.scopes[method]
        where = (self.reader.positions[statement], self.reader.blocks[statement])
        evaluate = self.program.evaluate
        return self.program.fixed(statement, lambda: evaluate(scope, where, statement.value, False))

    def class_attribute(self, base: Value, name: str) -> frozenset[tuple[Root, Path]] | None:
        """An object in the class body is shared by all instances, unless ``self.name = ...`` hides it."""
        if self.attribute_kind(base, name) is not None:
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

    def setter(self, base: Value, target: ast.Attribute) -> None:
        if base.kind in ("?", "instance"):
            self.dunder(base, ("__setattr__",), target)
            for owner, method in self.reader.methods.get(target.attr, ()):
                if (not base.classes or owner in self.lineage(base.classes)) and any(
                    ast.unparse(d).endswith(".setter") for d in method.decorator_list
                ):
                    self.hazard("property", target, target.attr)

    def dunder(self, value: Value, names: tuple[str, ...], node: ast.AST) -> None:
        """Operators run code of the user's classes: those that keep state are a hazard."""
        if value.kind in IMMUTABLE or value.kind in (
            "list",
            "dict",
            "set",
            "array",
            "frame",
            "tuple",
            "series",
        ):
            return
        for name in names:
            for owner, method in self.reader.methods.get(name, ()):
                if value.classes and owner not in self.lineage(value.classes):
                    continue
                if name in ("__setitem__", "__iadd__", "__isub__", "__imul__", "__setattr__") or self.impure(
                    method
                ):
                    self.hazard("operator", node, f"{owner.name}.{name}")
