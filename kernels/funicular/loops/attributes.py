"""Attributes of objects: fields, properties, class attributes, operators of the user's classes."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops.fields import Fields
from funicular.loops.parts import is_promise, library_value, referred
from funicular.loops.polynomial import symbol
from funicular.loops.values import (
    IMMUTABLE,
    NUMBER,
    UNKNOWN,
    Root,
    Step,
    Value,
    join,
)

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


class Attributes(Fields):
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
                for one in properties:
                    if is_promise(one) and (base.opened or not base.classes):
                        self.hazard("unknown-call", node, ast.unparse(node))
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
        may_be = referred(places)
        is_held = base.kind != "instance" or (base.elem is not None and base.elem.places)
        if is_held or (may_be != places and self.refers(base, name)):
            places = may_be
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
            value = replace(
                value,
                kind=kind.kind,
                elem=kind.elem,
                classes=kind.classes,
                calls=kind.calls,
                alien=kind.alien,
            )
            value = replace(value, places=value.places | kind.places)
        inner = [base.elem] if base.elem is not None and base.kind == "instance" else []
        inner += [self.contents[root] for root, _ in base.places if root in self.contents]
        if inner and not value.immutable:
            value = replace(value, places=value.places.union(*(one.places for one in inner)))
        return value

    def setter(self, base: Value, target: ast.Attribute) -> None:
        if base.kind in ("?", "instance"):
            self.dunder(base, ("__setattr__",), target)
            for owner, method in self.reader.methods.get(target.attr, ()):
                if (not base.classes or owner in self.lineage(base.classes)) and any(
                    ast.unparse(d).endswith(".setter") for d in method.decorator_list
                ):
                    self.hazard("property", target, target.attr)

    def hashed(self, value: Value, node: ast.AST) -> None:
        """A key of a dict, or an element of a set, is hashed and compared."""
        for one in (value, *value.parts):
            self.dunder(one, ("__hash__", "__eq__"), node)

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
                heir = value.opened and value.classes.intersection(self.lineage([owner]))
                if value.classes and owner not in self.lineage(value.classes) and not heir:
                    continue
                if name in ("__setitem__", "__iadd__", "__isub__", "__imul__", "__setattr__") or self.impure(
                    method
                ):
                    self.hazard("operator", node, f"{owner.name}.{name}")
