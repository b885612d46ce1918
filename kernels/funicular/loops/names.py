"""Names: which value they have here, and what giving them one means."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops.parts import library_value, part, unpacked
from funicular.loops.polynomial import symbol
from funicular.loops.program import BUILTINS, CUSTOMARY
from funicular.loops.purity.table import tables
from funicular.loops.slots import Slots
from funicular.loops.values import (
    SOMEWHERE,
    UNKNOWN,
    Root,
    Value,
    join,
)


class Names(Slots):
    """Adds names to the walk."""

    def _Name(self, node: ast.Name) -> Value:
        return self.read_name(node.id, node)

    def _NamedExpr(self, node: ast.NamedExpr) -> Value:
        value = self.value(node.value)
        self.bind(node.target, value, node)
        return value

    def read_name(self, name: str, node: ast.AST) -> Value:
        here = self.frames[-1].scope
        home = here.home(name)
        if home is None and name in here.outside and name in self.program.module.bindings:
            home = self.program.module
        if home is None:
            return self.undefined(name)
        frame = self.find_frame(home)
        inside = frame is not None and name in frame.bound
        if name in BUILTINS and home is self.program.module and home is self.scope and not inside:
            where = self.where
            if where is not None and not self.program.bound_before(home, name, where):
                return self.undefined(name)
        if frame is not None and (not frame.base or name in frame.bound):
            value, certain = frame.env.get(name, (UNKNOWN, False))
            if frame.base and not certain:
                self.carried(name, node)
                before = self.program.lookup(home, name, self.where)
                return replace(join([before, value]) if name in frame.env else before, poly=None, varies=True)
            return value
        where = self.where if home is self.scope else None
        value = settled(self.program.lookup(home, name, where))
        if value.kind in ("number", "?", "text") and (value.poly is None or value.poly.number is None):
            return replace(value, poly=symbol(name if home is self.scope else name + "^"))
        return value

    def undefined(self, name: str) -> Value:
        if name in CUSTOMARY:
            return library_value(CUSTOMARY[name])
        for module in self.scope_stars():
            if tables().function(f"{module}.{name}") is not None or tables().function(module) is not None:
                return library_value(f"{module}.{name}")
        if name in BUILTINS:
            return Value("function", calls=frozenset({("builtin", name)}))
        if self.scope_stars():
            return Value("foreign", calls=frozenset({("unknown", name)}))
        value = Value(places=frozenset({(Root("name", name, name), ())}), poly=symbol(name))
        return self.program.with_facts(name, value)

    def scope_stars(self) -> list[str]:
        return self.program.module.stars

    def write_name(self, name: str, value: Value, node: ast.AST) -> None:
        frame = self.frames[-1]
        while isinstance(frame.scope.node, ast.expr) and not isinstance(frame.scope.node, ast.Lambda):
            if name in frame.scope.bindings and name in frame.bound:
                frame.env[name] = (value, True)
                return
            index = self.frames.index(frame)
            if index == 0:
                break
            frame = self.frames[index - 1]
        if name in frame.scope.outside:
            self.hazard("global-state", node, name)
        frame.env[name] = (value, True)
        if frame.base and self.recording:
            self.trail.plain.setdefault(name, []).append(node)

    def taken(self, value: Value, node: ast.AST) -> None:
        """A name gets what is at a place, alone or in a tuple: it shows later who put it there."""
        if not value.immutable:
            self.record("slot", [place for place in value.places if place[1]], node, kind=value.kind)
        for one in value.parts:
            self.taken(one, node)

    def bind(self, target: ast.expr, value: Value, node: ast.AST) -> None:
        """Give a target its value."""
        match target:
            case ast.Name(id=name):
                self.taken(value, node)
                self.write_name(name, value, node)
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                self.record("read", value.places, node, kind=value.kind)
                if not value.parts:
                    self.read(value, node)
                star = False
                for index, elt in enumerate(elts):
                    star = star or isinstance(elt, ast.Starred)
                    if isinstance(elt, ast.Starred):
                        rest = part(value, SOMEWHERE)
                        self.bind(elt.value, replace(self.site(elt, "list"), elem=rest), node)
                    else:
                        self.bind(elt, unpacked(value, (-1 if star else index,)), node)
            case ast.Starred(value=inner):
                self.bind(inner, value, node)
            case ast.Subscript() | ast.Attribute():
                self.store(target, value)


def settled(value: Value) -> Value:
    """What was there before the loop is the same in every turn."""
    if not value.varies and not value.parts:
        return value
    return replace(value, varies=False, parts=tuple(settled(one) for one in value.parts))
