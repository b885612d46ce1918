"""Parameters: objects of their own, of the kinds that the calls in these cells pass."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops.containers import Containers
from funicular.loops.containers import Evaluate as Evaluate
from funicular.loops.containers import Where as Where
from funicular.loops.facts import Facts
from funicular.loops.parts import default_of
from funicular.loops.scope import Function, parameters
from funicular.loops.values import (
    NONE,
    NUMBER,
    UNKNOWN,
    Root,
    Value,
    join,
)


class Parameters(Containers):
    """The part of a program that knows what functions are called with."""

    facts: Facts | None
    _busy: set[object]
    _arguments: dict[object, list[dict[str, Value]]]
    _round: dict[Function, tuple[list[dict[str, Value]], int]]
    _asking: int
    _turn: int

    def parameter(self, function: Function, name: str) -> Value:
        """A parameter is an object of its own, of the kind that the calls in these cells pass."""
        root = Root("param", (id(function), name), name)
        places = frozenset({(root, ())})
        owner = self.owner(function)
        first = next(iter(parameters(function)), None)
        if owner is not None and first is not None and first.arg == name and not _is_static(function):
            return Value("instance", places, classes=frozenset({owner}), opened=True)
        passed = [call[name] for call in self.arguments(function) if name in call]
        default = self._default(function, name)
        if default is not None and (not passed or len(passed) < len(self.arguments(function))):
            passed.append(default)
        if not passed:
            return Value(places=places)
        value = join(passed)
        if value.kind == "none":
            return Value(places=places)
        return replace(
            value, places=frozenset() if value.immutable else places, poly=None, parts=(), varies=False
        )

    def _default(self, function: Function, name: str) -> Value | None:
        expression = default_of(function, name)
        if expression is None:
            return None
        match expression:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=bool() | int() | float()):
                return NUMBER
            case ast.Constant(value=str()):
                return Value("text")
        return None

    def owner(self, function: Function) -> ast.ClassDef | None:
        """The class that a function is a method of."""
        scope = self.reader.homes.get(function)
        return scope.node if scope is not None and isinstance(scope.node, ast.ClassDef) else None

    def arguments(self, function: Function) -> list[dict[str, Value]]:
        """For each call of a named function in these cells, the values that it passes, by parameter."""
        if not isinstance(function, ast.FunctionDef):
            return []
        if function in self._arguments:
            return self._arguments[function]
        if self._round.get(function, ([], -1))[1] == self._turn and self._asking:
            return self._round[function][0]
        if ("arguments", function) in self._busy:
            return []
        self._busy.add(("arguments", function))
        try:
            owner = self.owner(function)
            name = owner.name if owner is not None and function.name == "__init__" else function.name
            found = [
                passed
                for call in self.reader.calls.get(name, ())
                if self._calls(call, function) and (passed := self._passed(call, function)) is not None
            ]
            found += self._decorating(function)
        finally:
            self._busy.discard(("arguments", function))
        if not self._asking:
            self._arguments[function] = found
        else:
            self._round[function] = (found, self._turn)
        return found

    def _decorating(self, function: ast.FunctionDef) -> list[dict[str, Value]]:
        """A decorator is called with each function that it stands above."""
        first = next((arg.arg for arg in [*function.args.posonlyargs, *function.args.args]), None)
        return [
            {first: Value("function", calls=frozenset({("def", one)}))}
            for one in self.reader.functions
            if first is not None and not isinstance(one, ast.Lambda)
            for decorator in one.decorator_list
            if isinstance(decorator, ast.Name) and decorator.id == function.name
        ]

    def _calls(self, call: ast.Call, function: ast.FunctionDef) -> bool:
        owner = self.owner(function)
        if owner is not None and function.name == "__init__":
            return True
        if isinstance(call.func, ast.Attribute):
            return owner is not None
        scope = self.reader.homes[call].home(function.name)
        return scope is self.reader.homes.get(function)

    def _passed(self, call: ast.Call, function: ast.FunctionDef) -> dict[str, Value] | None:
        scope = self.reader.homes[call]
        where = (self.reader.positions[call], self.reader.blocks[call])
        names = [arg.arg for arg in [*function.args.posonlyargs, *function.args.args]]
        if self.owner(function) is not None and not _is_static(function):
            names = names[1:]
        passed: dict[str, Value] = {}
        for name, argument in zip(names, call.args, strict=False):
            if isinstance(argument, ast.Starred):
                return dict.fromkeys(names, UNKNOWN)
            passed[name] = self.evaluate(scope, where, argument, False)
        for keyword in call.keywords:
            if keyword.arg is not None:
                passed[keyword.arg] = self.evaluate(scope, where, keyword.value, False)
        return passed

    def may_be_one(self, one: Root, other: Root) -> bool:
        """Whether two roots can be the same object, as far as the calls in these cells show."""
        if one == other:
            return True
        if self.facts is not None and self.facts.may_share(one.label, other.label):
            return True
        for first, second in ((one, other), (other, one)):
            if first.what != "param":
                continue
            function = self._function_of(first)
            name = _parameter_name(first)
            for call in self.arguments(function) if function is not None else ():
                mine = _roots(call.get(name))
                if second.what == "param" and self._function_of(second) is function:
                    if mine & _roots(call.get(_parameter_name(second))):
                        return True
                elif second in mine:
                    return True
        return False

    def _function_of(self, root: Root) -> Function | None:
        """The function whose parameter a root is."""
        own = root.key[0] if isinstance(root.key, tuple) else None
        return next((one for one in self.reader.functions if id(one) == own), None)


def _parameter_name(root: Root) -> str:
    return str(root.key[1]) if isinstance(root.key, tuple) else ""


def _roots(value: Value | None) -> frozenset[Root]:
    if value is None:
        return frozenset()
    inner = _roots(value.elem) if value.elem is not None else frozenset()
    return frozenset(root for root, _ in value.places) | inner


def _is_static(function: Function) -> bool:
    return not isinstance(function, ast.Lambda) and any(
        isinstance(one, ast.Name) and one.id == "staticmethod" for one in function.decorator_list
    )
