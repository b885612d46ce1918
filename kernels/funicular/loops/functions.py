"""Functions of the user: walked with what they are called with."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops.expressions import Expressions
from funicular.loops.parts import default_of
from funicular.loops.scope import Function
from funicular.loops.trail import READS, Trail
from funicular.loops.values import (
    NONE,
    SOMEWHERE,
    UNKNOWN,
    Root,
    Value,
    join,
)
from funicular.loops.walker import DEEPEST, Frame, TooMuch

# What the operators of honest classes do: ``hash(self.v)``, ``vars(self) == vars(other)``.
PARDONED = {
    "__hash__": (("identity", "hash"), ("identity", "id"), ("dynamic-code", "vars")),
    "__eq__": (("dynamic-code", "vars"),),
}


class Functions(Expressions):
    """Adds calls of functions in the cells to the walk."""

    def unknown(self, node: ast.AST, what: str) -> None:
        self.hazard("unknown-call", node, what)

    def used(self, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> bool:
        for one in [*args, *keywords.values()]:
            self.read(one, node)
        return any(one.varies for one in [*args, *keywords.values()])

    def unknown_call(self, node: ast.AST, what: str, args: list[Value], keywords: dict[str, Value]) -> Value:
        """Code that cannot be seen: what it gives may be anything that went in, or a part of it."""
        self.unknown(node, what)
        self.used(args, keywords, node)
        everything = self.blurred([*args, *keywords.values()])
        return Value("foreign", everything.places | self.site(node, "foreign").places, varies=True)

    def blurred(self, values: list[Value]) -> Value:
        """A value that may be any of these or any part of them."""
        places = frozenset(place for one in values for place in one.at(SOMEWHERE))
        inner = frozenset(place for one in values if one.elem is not None for place in one.elem.places)
        for one in values:
            places |= one.places
        return Value("?", places | inner, varies=any(one.varies for one in values))

    def call_function(
        self, function: Function, args: list[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        """Walk a function's body with what it is called with."""
        if self.recording:
            self.trail.calls += 1
        if isinstance(function, ast.AsyncFunctionDef):
            self.hazard("await", node, function.name)
            return UNKNOWN
        everything = self.blurred([*args, *keywords.values()])
        if function in self.stack:
            self.recursive.add(function)
            return everything
        if len(self.stack) >= DEEPEST:
            raise TooMuch
        frame = Frame(self.reader.scopes[function], function=function)
        frame.bound = frozenset(frame.scope.bindings)
        self.parameters(function, args, keywords, frame)
        roots = {root for value in [*args, *keywords.values()] for root, _ in value.places}
        for value in [*args, *keywords.values()]:
            for inner in (value.elem, *value.parts):
                if inner is not None:
                    roots |= {root for root, _ in inner.places}
        before, created = len(self.trail.accesses), set(self.created)
        self.frames.append(frame)
        self.stack.append(function)
        self.given.append(frozenset(roots))
        try:
            if isinstance(function, ast.Lambda):
                frame.returns.append(self.value(function.body))
            else:
                self.function_body(function)
        finally:
            self.frames.pop()
            self.stack.pop()
            self.given.pop()
        if function in self.recursive:
            self.recursive.discard(function)
            self.widen(before, everything)
        result = join(frame.returns) if frame.returns else NONE
        if result.kind == "iterator" and not result.places:
            result = replace(result, places=self.site(node, "iterator").places)
        return self.returned(result, node, created)

    def parameters(
        self, function: Function, args: list[Value], keywords: dict[str, Value], frame: Frame
    ) -> None:
        a = function.args
        names = [arg.arg for arg in [*a.posonlyargs, *a.args]]
        for name, value in zip(names, args, strict=False):
            frame.env[name] = (value, True)
        if a.vararg is not None:
            rest = args[len(names) :]
            elem = self.blurred(rest) if rest else None
            frame.env[a.vararg.arg] = (Value("tuple", elem=elem, parts=tuple(rest)), True)
        known = {*names, *[arg.arg for arg in a.kwonlyargs]}
        others = []
        for name, value in keywords.items():
            if name in known:
                frame.env[name] = (value, True)
            else:
                others.append(value)
        if a.kwarg is not None:
            elem = self.blurred(others) if others else None
            frame.env[a.kwarg.arg] = (Value("dict", elem=elem), True)
        for name in known:
            if name not in frame.env:
                frame.env[name] = (self.default(function, name), True)

    def default(self, function: Function, name: str) -> Value:
        """A parameter that is not passed: one object for all calls when its default can be changed."""
        expression = default_of(function, name)
        match expression:
            case None:
                return UNKNOWN
            case ast.Constant():
                return self.value(expression)
        home = self.reader.homes[function]
        value = self.program.evaluate(home, None, expression, False)
        if value.immutable or value.kind == "tuple":
            return value
        return Value(
            value.kind, frozenset({(Root("default", (id(function), name), f"the default of {name}"), ())})
        )

    def returned(self, value: Value, node: ast.AST, created: set[Root]) -> Value:
        """What a function made itself is new: it belongs to the call."""
        own = Root("site", id(node))
        changed = False

        def moved(one: Value) -> Value:
            nonlocal changed
            places = set()
            for root, path in one.places:
                if root in self.created and root not in created:
                    places.add((own, path))
                    changed = True
                else:
                    places.add((root, path))
            elem = moved(one.elem) if one.elem is not None else None
            return replace(one, places=frozenset(places), elem=elem, parts=tuple(moved(p) for p in one.parts))

        result = moved(value)
        if changed:
            self.created.add(own)
            held = [self.contents[root] for root, _ in value.places if root in self.contents]
            if held:
                self.contents[own] = join(held)
                if not self.recording and result.elem is None and not result.immutable:
                    result = replace(result, elem=moved(join(held)))
        return replace(result, poly=None if result.poly and not _plain(result) else result.poly)

    def widen(self, before: int, everything: Value) -> None:
        """A function that calls itself may touch any part of any of its arguments."""
        accesses = self.trail.accesses[before:]
        del self.trail.accesses[before:]
        for one in accesses:
            path = tuple(SOMEWHERE if step.what in ("index", "span") else step for step in one.path)
            if one.mode in READS:
                self.trail.accesses.append(replace(one, path=path))
                continue
            self.trail.accesses.append(replace(one, mode="change", path=path))
            for root, _ in everything.places:
                if root not in self.created:
                    self.trail.accesses.append(replace(one, mode="change", root=root, path=(SOMEWHERE,)))

    def impure(self, method: ast.FunctionDef) -> bool:
        """Whether a method does more than compute: it changes its object or arguments, or has an effect."""
        known = self.program._values.get(("impure", method))
        if known is not None:
            return known.kind == "impure"
        if method in self.stack or ("impure", method) in self.program._busy:
            return False
        self.program._busy.add(("impure", method))
        try:
            trail = self.trail_of(method)
            pardoned = PARDONED.get(method.name, ())
            hazards = [one for one in trail.hazards if (one.code, one.what) not in pardoned]
            found = bool(hazards) or any(one.mode not in READS for one in trail.accesses)
        except TooMuch:
            found = True
        finally:
            self.program._busy.discard(("impure", method))
        self.program._values[("impure", method)] = Value("impure" if found else "pure")
        return found

    def trail_of(self, method: ast.FunctionDef) -> Trail:
        """What a function does when it is called with unknown things."""
        other = type(self)(self.program, self.program.module, None, recording=True)
        arguments = {}
        owner = self.program.owner(method)
        for index, arg in enumerate([*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs]):
            root = Root("param", (id(method), arg.arg), arg.arg)
            if index == 0 and owner is not None:
                me = frozenset({(root, ())})
                arguments[arg.arg] = Value("instance", me, classes=frozenset({owner}), opened=True)
            else:
                arguments[arg.arg] = Value(places=frozenset({(root, ())}))
        other.call_function(method, [], arguments, method)
        return other.trail


def _plain(value: Value) -> bool:
    return value.kind in ("number", "?")
