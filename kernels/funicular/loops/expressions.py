"""What expressions may be, and which objects they read: an evaluator that runs nothing."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops.attributes import DUNDERS
from funicular.loops.displays import Displays
from funicular.loops.parts import part
from funicular.loops.polynomial import Poly, constant, symbol
from funicular.loops.values import (
    NONE,
    NUMBER,
    SOMEWHERE,
    TEXT,
    UNKNOWN,
    Root,
    Value,
    join,
)
from funicular.loops.walker import AFFIX, TooMuch

PARTS_OF_TEXT = frozenset({"FormattedValue", "Interpolation", "TemplateStr"})  # of f-strings and t-strings


class Expressions(Displays):
    """Evaluates expressions; one method for each kind of node."""

    def value(self, node: ast.expr) -> Value:
        self.budget -= 1
        self.program.budget -= 1
        if self.budget < 0 or self.program.budget < 0:
            raise TooMuch
        method = getattr(self, "_" + type(node).__name__, None)
        if method is None:
            if type(node).__name__ not in PARTS_OF_TEXT:
                self.hazard("unknown-statement", node, type(node).__name__)
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.use(child)
            return UNKNOWN
        result: Value = method(node)
        return result

    def _Constant(self, node: ast.Constant) -> Value:
        match node.value:
            case bool() | float() | complex():
                return NUMBER
            case int() as number:
                return replace(NUMBER, poly=constant(number))
            case str():
                return TEXT
            case bytes():
                return Value("bytes")
            case None:
                return NONE
        return UNKNOWN

    def _JoinedStr(self, node: ast.JoinedStr) -> Value:
        varies = False
        values = []
        for one in node.values:
            if isinstance(one, ast.FormattedValue):
                value = self.use(one.value)
                values.append(value)
                varies = varies or value.varies
                self.dunder(value, ("__str__", "__format__", "__repr__"), one)
        poly = None
        if len(values) == 1 and values[0].poly is not None:
            fixed = "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
            poly = values[0].poly + symbol(AFFIX + fixed)
        return replace(TEXT, poly=poly, varies=varies)

    def _UnaryOp(self, node: ast.UnaryOp) -> Value:
        value = self.use(node.operand)
        self.dunder(value, DUNDERS.get(type(node.op), ()), node)
        if isinstance(node.op, ast.USub) and value.poly is not None:
            return replace(NUMBER, poly=-value.poly, varies=value.varies)
        return Value(
            "number" if isinstance(node.op, ast.Not) or value.kind == "number" else "?", varies=value.varies
        )

    def _BinOp(self, node: ast.BinOp) -> Value:
        left, right = self.use(node.left), self.use(node.right)
        self.dunder(left, DUNDERS.get(type(node.op), ()), node)
        self.dunder(right, DUNDERS.get(type(node.op), ()), node)
        return self.combined(node, node.op, left, right)

    def combined(self, node: ast.AST, op: ast.operator, left: Value, right: Value) -> Value:
        """The value of ``left op right``."""
        varies = left.varies or right.varies
        if left.kind == "text" or right.kind == "text":
            return replace(TEXT, poly=affixed(node, left, right), varies=varies)
        poly = self.arithmetic(node, op, left, right, varies)
        kinds = {left.kind, right.kind} - {"none"} or {"?"}
        if kinds == {"number"}:
            return replace(NUMBER, poly=poly, varies=varies)
        if "path" in kinds:
            return Value("path", varies=varies)
        if kinds & {"list", "tuple"} and isinstance(op, ast.Add | ast.Mult):
            inner = [part(one, SOMEWHERE) for one in (left, right) if one.kind in ("list", "tuple", "?")]
            if isinstance(op, ast.Mult):
                inner = [part(one, SOMEWHERE) for one in (left, right) if one.kind in ("list", "tuple")]
                owned = next(one for one in (left, right) if one.kind in ("list", "tuple"))
                if owned.elem is not None and not owned.elem.immutable:
                    shared = frozenset((Root("site", ("shared", id(node))), ()) for _ in (0,))
                    inner = [replace(one, places=shared) for one in inner]
            return replace(self.site(node, "list"), elem=join(inner), varies=varies)
        made = self.site(node, "array" if "array" in kinds else "frame" if "frame" in kinds else "?")
        if isinstance(op, ast.Add | ast.Mult) and not kinds & {"array", "frame"}:  # maybe lists: they share
            held = [part(one, SOMEWHERE) for one in (left, right) if one.elem is not None and one.elem.places]
            made = replace(made, elem=join(held)) if held else made
        return replace(made, poly=poly, varies=varies)

    def arithmetic(
        self, node: ast.AST, op: ast.operator, left: Value, right: Value, varies: bool
    ) -> Poly | None:
        if left.poly is not None and right.poly is not None:
            if isinstance(op, ast.Add):
                return left.poly + right.poly
            if isinstance(op, ast.Sub):
                return left.poly - right.poly
            if isinstance(op, ast.Mult):
                return left.poly * right.poly
            numbers = (left.poly.number, right.poly.number)
            if numbers[0] is not None and numbers[1]:
                if isinstance(op, ast.FloorDiv):
                    return constant(numbers[0] // numbers[1])
                if isinstance(op, ast.Mod):
                    return constant(numbers[0] % numbers[1])
            names = left.poly.names | right.poly.names
            if not varies and not any(name.startswith("#") for name in names):
                return symbol(ast.unparse(node))
        return None

    def _BoolOp(self, node: ast.BoolOp) -> Value:
        values = [self.use(node.values[0])]
        with self.guarded():
            values += [self.use(one) for one in node.values[1:]]
        return replace(join(values), poly=None)

    def _Compare(self, node: ast.Compare) -> Value:
        values = [self.value(one) for one in [node.left, *node.comparators]]
        for index, op in enumerate(node.ops):
            left, right = values[index], values[index + 1]
            if isinstance(op, ast.Is | ast.IsNot):
                continue
            if isinstance(op, ast.In | ast.NotIn):
                self.hashed(left, node)
            if isinstance(op, ast.In | ast.NotIn) and right.kind in ("dict", "set"):
                steps = self.keys(node.left if index == 0 else None, left)
                self.record("read", right.at(*steps), node, kind=right.kind)
                self.read(left, node)
            else:
                self.read(left, node)
                self.read(right, node)
                if isinstance(op, ast.In | ast.NotIn) and right.kind in ("iterator", "file"):
                    self.record("change", right.places, node, op="exhaust", kind=right.kind)
            for inner in (left.elem, right.elem):  # lists compare their elements
                if inner is not None:
                    self.dunder(inner, ("__eq__", "__lt__", "__gt__"), node)
            self.dunder(left, DUNDERS.get(type(op), ()), node)
            self.dunder(right, DUNDERS.get(type(op), ()), node)
        kinds = {one.kind for one in values}
        kind = "array" if "array" in kinds else "?" if kinds & {"frame", "?"} else "number"
        return Value(kind, varies=any(one.varies for one in values))

    def _IfExp(self, node: ast.IfExp) -> Value:
        test = self.use(node.test)
        with self.guarded():
            found = join([self.value(node.body), self.value(node.orelse)])
        return replace(found, poly=None, varies=found.varies or test.varies)

    def _Await(self, node: ast.Await) -> Value:
        self.hazard("await", node, "await")
        self.use(node.value)
        return UNKNOWN

    def _Yield(self, node: ast.Yield) -> Value:
        if node.value is not None:
            value = self.use(node.value)
            self.frames[-1].returns.append(Value("iterator", elem=value))
        if not self.stack:
            self.hazard("yield", node, "yield")
        return UNKNOWN

    def _YieldFrom(self, node: ast.YieldFrom) -> Value:
        value = self.use(node.value)
        self.frames[-1].returns.append(Value("iterator", elem=part(value, SOMEWHERE)))
        if not self.stack:
            self.hazard("yield", node, "yield")
        return UNKNOWN

    def _Slice(self, node: ast.Slice) -> Value:
        for one in (node.lower, node.upper, node.step):
            if one is not None:
                self.use(one)
        return UNKNOWN


def affixed(node: ast.AST, left: Value, right: Value) -> Poly | None:
    """A name with a fixed end or beginning is as different from the others as the name itself."""
    match node:
        case ast.BinOp(op=ast.Add(), right=ast.Constant(value=str() as text)) if left.poly is not None:
            return left.poly + symbol(AFFIX + "{}" + text)
        case ast.BinOp(op=ast.Add(), left=ast.Constant(value=str() as text)) if right.poly is not None:
            return right.poly + symbol(AFFIX + text + "{}")
    return None
