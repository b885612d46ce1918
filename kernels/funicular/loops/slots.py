"""Subscripts: the steps that they take, what is read there and what is put there."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops.attributes import Attributes
from funicular.loops.parts import part
from funicular.loops.polynomial import constant, symbol
from funicular.loops.values import (
    NUMBER,
    SOMEWHERE,
    TEXT,
    UNKNOWN,
    Root,
    Step,
    Value,
)


class Slots(Attributes):
    """Adds subscripts and stores to the walk."""

    def _Subscript(self, node: ast.Subscript) -> Value:
        base = self.value(node.value)
        if base.kind == "module" or base.library:
            self.use(node.slice)
            if base.library.startswith("os.environ"):
                self.hazard("environment", node, "os.environ")
            return UNKNOWN
        steps = self.steps(node.slice)
        if base.kind == "foreign":
            self.hazard("unknown-call", node, f"{ast.unparse(node.value)}[...]")
        self.dunder(base, ("__getitem__", "__missing__"), node)
        return self.item(base, steps, node)

    def item(self, base: Value, steps: tuple[Step, ...], node: ast.AST) -> Value:
        """``base[steps]`` as a value."""
        if base.kind == "tuple" and base.parts and len(steps) == 1 and steps[0].low is not None:
            number = steps[0].low.number
            if number is not None and -len(base.parts) <= number < len(base.parts):
                self.record("read", base.at(*steps), node, kind=base.kind)
                return base.parts[number]
        if base.kind == "tuple" and base.poly is not None and len(steps) == 1:  # shape[0]
            return replace(NUMBER, poly=symbol(ast.unparse(node)), varies=base.varies)
        varies = base.varies or any(step.varies for step in steps)
        if len(steps) == 1 and steps[0].what == "span" and base.kind in ("list", "tuple", "text"):
            if base.kind == "text":
                return replace(TEXT, varies=varies)
            made = self.site(node, "list")
            self.record("read", base.at(steps[0]), node, kind=base.kind)
            return replace(made, elem=part(base, steps[0]), varies=varies, distinct=base.distinct)
        if any(step.text == "fancy" for step in steps) and base.kind in ("array", "series", "?"):
            self.record("read", base.at(*steps), node, kind=base.kind)
            return replace(self.site(node, base.kind), varies=varies)
        if any(step.what == "span" for step in steps):  # what follows counts from the start of this piece
            moves = any(step.varies for step in steps)
            text = ast.unparse(node.slice if isinstance(node, ast.Subscript) else node)
            steps = (*steps, Step("view", text=text, varies=moves))
        if base.kind not in ("array", "frame", "series") and any(step.what == "span" for step in steps):
            return Value("?", base.at(*steps), elem=base.elem, varies=varies)
        if base.kind in ("array", "frame", "series"):
            kind = base.kind if any(step.what == "span" for step in steps) else "?"
            if base.kind == "frame" and steps and steps[0].what == "key":
                kind = "series"
            if base.kind == "frame" and steps and steps[0].what in ("any", "span"):
                kind = "frame"
            return Value(kind, base.at(*steps), varies=varies, distinct=base.distinct and kind == "frame")
        value = base
        is_one = len(steps) > 1 and base.elem is not None and base.elem.kind == "?"
        for step in (SOMEWHERE,) if is_one else steps:  # no list has a slot [i, j]: it is one of an array
            value = part(value, step)
        for root, _ in base.places:
            if root in self.contents and not value.immutable:
                value = replace(value, places=value.places | self.contents[root].places)
        if value.immutable:
            self.record("read", base.at(*steps), node, kind=base.kind)
        return replace(value, varies=varies)

    def steps(self, node: ast.expr) -> tuple[Step, ...]:
        """The steps that a subscript takes; its parts are used."""
        if isinstance(node, ast.Tuple):
            return tuple(step for one in node.elts for step in self.steps_of(one, inside=True))
        return self.steps_of(node, inside=False)

    def steps_of(self, node: ast.expr, *, inside: bool) -> tuple[Step, ...]:
        match node:
            case ast.Slice(lower=None, upper=None, step=None):
                return (Step("span", text=":"),)
            case ast.Slice(lower=lower, upper=upper, step=step):
                low = self.use(lower) if lower is not None else replace(NUMBER, poly=constant(0))
                high = self.use(upper) if upper is not None else UNKNOWN
                if step is not None:
                    self.use(step)
                varies = low.varies or high.varies
                if low.poly is None or step is not None:
                    return (Step("span", varies=varies),)
                return (Step("span", low.poly, high.poly, varies=varies),)
            case ast.Constant(value=str() as text):
                return (Step("key", text=repr(text)),)
            case ast.Constant(value=None) if inside:
                return ()
            case ast.Constant(value=dots) if dots is Ellipsis:
                return (SOMEWHERE,)
            case ast.Constant(value=float() | bool() | None as other):
                return (Step("key", text=repr(other)),)
        value = self.use(node)
        self.hashed(value, node)
        if value.kind in ("list", "array"):
            return (Step("any", text="fancy", varies=value.varies),)
        return (self.key(node, value),)

    def keys(self, node: ast.expr | None, value: Value) -> tuple[Step, ...]:
        """The steps of a key that was evaluated already, as a subscript would take them."""
        if node is not None:
            self.hashed(value, node)
        match node:
            case ast.Constant(value=str() as text):
                return (Step("key", text=repr(text)),)
            case ast.Tuple(elts=elts) if len(elts) == len(value.parts):
                return tuple(
                    step
                    for one, inner in zip(elts, value.parts, strict=True)
                    for step in self.keys(one, inner)
                )
        return (self.key(node, value),)

    def key(self, node: ast.expr | None, value: Value) -> Step:
        text = ast.unparse(node) if node is not None else ""
        if value.poly is None and value.kind in ("tuple",) and value.parts:
            # a tuple as a key is as telling as its parts: the first that is a plain function of the position
            for one in value.parts:
                if one.poly is not None and self.symbol in one.poly.names:
                    return Step("index", one.poly, text=text, varies=True)
        return Step("index", value.poly, text=text, varies=value.varies)

    def store(self, target: ast.expr, value: Value, *, mode: str = "write", op: str = "") -> None:
        """A slot or attribute of an object gets a value."""
        if not isinstance(target, ast.Subscript | ast.Attribute):
            return
        base = self.value(target.value)
        if isinstance(target, ast.Subscript):
            steps = self.steps(target.slice)
            if base.kind == "environ":
                self.hazard("environment", target, "os.environ")
            self.dunder(base, ("__setitem__",), target)
        else:
            steps = (Step("field", text=target.attr),)
            self.setter(base, target)
        self.read(value, target)
        self.referred_to(value, target)
        self.late(value, base, target)
        elem = base.elem
        places = base.at(*steps)
        if elem is not None and len(steps) and elem.places and mode == "write" and len(base.places) == 0:
            places = frozenset()
        if base.kind == "class":
            places = frozenset({(Root("class", next(iter(base.calls))[1], ast.unparse(target.value)), steps)})
        if base.kind in ("module", "foreign"):
            self.hazard("global-state", target, ast.unparse(target.value))
        if not places and not base.places and base.kind not in ("class", "module"):
            self.hazard("unknown-object", target, ast.unparse(target.value))
        self.record(mode, places, target, op=op, kind=base.kind)
        self.keep(base, value)

    def referred_to(self, value: Value, node: ast.AST) -> None:
        """An object is put somewhere by reference: who looks there later sees what became of it since."""
        if not value.immutable:
            self.record(
                "read", [place for place in value.places if place[1]], node, op="kept", kind=value.kind
            )

    def late(self, value: Value, container: Value, node: ast.AST) -> None:
        """A function that is kept looks its names up later, when the loop has given them other values."""
        if not self.recording or all(root in self.created for root, _ in container.places):
            return
        if value.kind == "iterator":
            self.hazard("lazy-generator", node, "an iterator that is kept")
        for how, callee in value.calls:
            if how == "def" and isinstance(callee, ast.Lambda | ast.FunctionDef):
                free = {
                    one.id
                    for one in ast.walk(callee)
                    if isinstance(one, ast.Name) and one.id not in self.reader.scopes[callee].bindings
                }
                if free & self.frames[0].bound:
                    self.hazard("late-binding", node, ", ".join(sorted(free & self.frames[0].bound)))
