"""Calls: what is called, and with what."""

from __future__ import annotations

import ast

from funicular.loops import iterables
from funicular.loops.libraries import Libraries
from funicular.loops.program import Bound
from funicular.loops.purity.table import tables
from funicular.loops.turns import Turn
from funicular.loops.values import (
    NONE,
    UNKNOWN,
    Callee,
    Value,
    join,
)


class Calls(Libraries):
    """Adds calls to the walk."""

    def iterate(self, node: ast.expr, position: str) -> Turn:
        return iterables.turn_of(self, node, position)

    def _Call(self, node: ast.Call) -> Value:
        return self.call(node)

    def call(self, node: ast.Call) -> Value:
        """The result of a call; what it does goes to the trail."""
        func = node.func
        if isinstance(func, ast.Name) and func.id == "super" and not node.args:
            return self.super_value()
        if isinstance(func, ast.Attribute):
            base = self.value(func.value)
            if base.library and tables().function(f"{base.library}.{func.attr}") is None:
                maker = tables().functions.get(base.library)
                if maker is not None and maker.gives == "record":  # scipy.stats.norm.pdf
                    base = Value("record")
            if not base.library and base.kind != "class":
                return self.method(node, func, base)
            if base.kind == "class":
                return self.class_method(node, func, base)
        called = self.value(func)
        args = [self.value(one) for one in node.args]
        keywords = {one.arg or "**": self.value(one.value) for one in node.keywords}
        if called.kind == "foreign" or not called.calls:
            if called.kind == "instance" and called.classes:
                return self.dispatch(called, "__call__", args, keywords, node)
            return self.unknown_call(node, ast.unparse(func), [called, *args], keywords)
        if called.kind == "function" and called.elem is not None:  # what partial holds goes in as well
            args = [*args, called.elem]
        return join([self.run(callee, args, keywords, node) for callee in sorted(called.calls, key=str)])

    def run(self, callee: Callee, args: list[Value], keywords: dict[str, Value], node: ast.Call) -> Value:
        how, what = callee
        match how:
            case "def" | "loose":
                assert isinstance(what, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                if how == "loose":
                    everything = self.blurred([*args, *keywords.values()])
                    names = [*what.args.posonlyargs, *what.args.args, *what.args.kwonlyargs]
                    return self.call_function(what, [], {arg.arg: everything for arg in names}, node)
                if any(isinstance(one, ast.Starred) for one in node.args) or "**" in keywords:
                    everything = self.blurred([*args, *keywords.values()])
                    names = [*what.args.posonlyargs, *what.args.args, *what.args.kwonlyargs]
                    return self.call_function(what, [], {arg.arg: everything for arg in names}, node)
                return self.call_function(what, args, keywords, node)
            case "class":
                assert isinstance(what, ast.ClassDef)
                return self.instance(what, args, keywords, node)
            case "builtin":
                return self.builtin(str(what), args, keywords, node)
            case "library":
                return self.library(str(what), args, keywords, node)
            case "bound":
                assert isinstance(what, Bound)
                base = self.program.evaluate(what.scope, what.where, what.attribute.value, False)
                if base.classes:
                    return self.dispatch(base, what.attribute.attr, args, keywords, node)
                return self.named_method(base, what.attribute.attr, args, keywords, node)
        self.used(args, keywords, node)
        if how == "method":
            return self.named_method(UNKNOWN, str(what), args, keywords, node)
        return self.unknown_call(node, str(what), args, keywords)

    def method(self, node: ast.Call, func: ast.Attribute, base: Value) -> Value:
        name = func.attr
        args = [self.value(one) for one in node.args]
        keywords = {one.arg or "**": self.value(one.value) for one in node.keywords}
        if base.kind in ("instance", "super") and base.classes:
            return self.dispatch(base, name, args, keywords, node)
        if base.kind == "super":
            self.used(args, keywords, node)
            return NONE
        return self.named_method(base, name, args, keywords, node)
