"""The cells as one program: what a name is at a place of the text, found by reading what was bound before."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from funicular.loops.facts import Facts
from funicular.loops.parameters import Evaluate, Parameters, Where
from funicular.loops.parts import function_value, library_value, unpacked
from funicular.loops.reader import Reader
from funicular.loops.scope import Binding, Function, Scope
from funicular.loops.values import (
    NONE,
    UNKNOWN,
    Root,
    Value,
    join,
)

# Modules that everybody calls by these names, where a cell does not show its imports.
CUSTOMARY = {
    "np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot", "math": "math", "random": "random", "os": "os",
    "sys": "sys", "re": "re", "json": "json", "time": "time", "sns": "seaborn", "itertools": "itertools",
    "tqdm": "tqdm",
}  # fmt: skip


ROUNDS = 4
BUDGET, PER_LOOP = (
    60_000,
    4_000,
)  # nodes walked for one program, and more for each loop; then the rest is held

BUILTINS = frozenset(dir(builtins)) | {"display"}


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A method that is a value: ``push = out.append``."""

    attribute: ast.Attribute
    scope: Scope
    where: Where


class Program(Parameters):
    """All cells, read once. ``evaluate`` is set by the walker, which can evaluate any expression."""

    def __init__(self, trees: Sequence[ast.Module], facts: Facts | None = None) -> None:
        self.reader = Reader(trees)
        self.facts = facts
        self.module = self.reader.module
        self.evaluate: Evaluate
        self.called: Callable[[Function, list[Value], ast.AST], Value]
        self._values: dict[object, Value] = {}
        self._busy: set[object] = set()
        self._now: dict[object, Value] = {}  # found in this round
        self._last: dict[object, Value] = {}  # found in the round before
        self._cut = False
        self._asking = 0
        self._turn = 0
        self._round: dict[Function, tuple[list[dict[str, Value]], int]] = {}
        self.budget = BUDGET + PER_LOOP * len(self.reader.depths)
        self._arguments: dict[object, list[dict[str, Value]]] = {}
        self.loop_bodies: set[int] = set()
        for tree in trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.For | ast.AsyncFor | ast.While):
                    self.loop_bodies.add(id(node.body))

    def lookup(self, scope: Scope, name: str, where: Where | None) -> Value:
        """What ``name`` of ``scope`` may be at ``where``; None: at any time."""
        found = self.reaching(scope, name, where)
        again = {id(one) for one in found if where is not None and one.position > where[0] and not one.far}
        moved = any(one.how == "aug" for one in found)
        found = [one for one in found if one.how != "aug"] or found
        key = (id(scope), name, moved, tuple((id(one), id(one) in again) for one in found))
        if key in self._values:
            return self._values[key]
        values = [
            self.made_before(self.bound(scope, one), one) if id(one) in again else self.bound(scope, one)
            for one in found
        ]
        value = join(values) if values else Value(places=frozenset({(Root("name", name, name), ())}))
        if moved:
            value = replace(value, poly=None)
        if scope is self.module and self.facts is not None:
            value = self.with_facts(name, value)
        if not self._asking:
            self._values[key] = value
        return value

    def reaching(self, scope: Scope, name: str, where: Where | None) -> list[Binding]:
        """The bindings that may be the last one when ``where`` is reached."""
        bindings = list(scope.bindings.get(name, ()))
        if where is not None:
            position, block = where
            around = {one for one in block if one in self.loop_bodies}
            kept = [one for one in bindings if one.position > position and around.intersection(one.block)]
            for one in reversed([one for one in bindings if one.position <= position]):
                kept.append(one)
                if one.how != "aug" and not one.far and block[: len(one.block)] == one.block:
                    break
            kept += [one for one in bindings if one.far and one not in kept]
            bindings = kept or bindings
        return bindings

    def bound_before(self, scope: Scope, name: str, where: Where) -> bool:
        """Whether a name of the module is bound when ``where`` is reached; before, it is the builtin."""
        return any(one.position <= where[0] or one.far for one in scope.bindings.get(name, ())) or any(
            set(one.block) & set(where[1]) & self.loop_bodies for one in scope.bindings.get(name, ())
        )

    @cached_property
    def patched(self) -> frozenset[str]:
        """Library functions that the cells replace (``math.sqrt = ...``), and methods (".go")."""
        found = set()
        for name, attribute, scope in self.reader.patches:
            home = scope.home(name)
            library = self.lookup(home, name, None).library if home is not None else CUSTOMARY.get(name, "")
            found.add(f"{library}.{attribute}")
        return frozenset(found)

    def made_before(self, value: Value, binding: Binding) -> Value:
        """What a turn before of the enclosing loop left: not what this turn has made at the same place."""

        def moved(one: Value) -> Value:
            places = frozenset(
                (
                    Root("site", ("before", root.key), root.label)
                    if root.what == "site"
                    and set(self.blocks_of_site(root)) & set(binding.block) & self.loop_bodies
                    else root,
                    path,
                )
                for root, path in one.places
            )
            elem = moved(one.elem) if one.elem is not None else None
            return replace(one, places=places, elem=elem, parts=tuple(moved(inner) for inner in one.parts))

        return moved(value)

    def bound(self, scope: Scope, binding: Binding) -> Value:
        """The value that one binding gives."""

        def compute() -> Value:
            value = self._bound(scope, binding)
            if value.places and all(not root.label for root, _ in value.places):
                named = frozenset((replace(root, label=binding.name), path) for root, path in value.places)
                value = replace(value, places=named)
            return value

        return self.fixed(binding, compute)

    def fixed(self, key: object, compute: Callable[[], Value]) -> Value:
        """A value that may be made of itself.

        It is gone through again, starting from what was found the last time, until nothing new is found.
        """
        if key in self._values:
            return self._values[key]
        if key in self._busy:
            self._cut = True
            return self._last.get(key, NONE)
        if key in self._now:
            return self._now[key]
        outermost = not self._asking
        self._asking += 1
        try:
            value = self._computed(key, compute)
            for _ in range(ROUNDS if outermost else 0):
                if not self._cut or self._now == self._last:
                    break
                self._last, self._now, self._cut = self._now, {}, False
                self._turn += 1
                value = self._computed(key, compute)
            if outermost:
                self._values.update(self._now)
        finally:
            self._asking -= 1
            if outermost:
                self._now, self._last, self._cut = {}, {}, False
                self._turn += 1
        return value

    def _computed(self, key: object, compute: Callable[[], Value]) -> Value:
        self._busy.add(key)
        try:
            value = self._now[key] = compute()
        finally:
            self._busy.discard(key)
        return value

    def _bound(self, scope: Scope, binding: Binding) -> Value:
        where = (binding.position, binding.block)
        node = binding.node
        match binding.how:
            case "import":
                return self._imported(binding)
            case "def" if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                return self._decorated(scope, where, node)
            case "class":
                return Value("class", calls=frozenset({("class", node)}))
            case "param":
                function = scope.node
                assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                return self.parameter(function, binding.name)
            case "for" if binding.value is not None:
                return unpacked(self.evaluate(scope, where, binding.value, True), binding.unpack)
            case "assign" | "with" | "walrus" if binding.value is not None:
                if binding.how == "assign" and isinstance(binding.value, ast.Tuple) and binding.unpack:
                    index = binding.unpack[0]
                    elements = binding.value.elts
                    if 0 <= index < len(elements) and not any(isinstance(e, ast.Starred) for e in elements):
                        value = self.evaluate(scope, where, elements[index], False)
                        return unpacked(value, binding.unpack[1:])
                value = self.evaluate(scope, where, binding.value, False)
                value = self._filled(scope, binding, value)
                if isinstance(binding.value, ast.Attribute) and not value.calls and not value.library:
                    value = replace(value, calls=frozenset({("bound", Bound(binding.value, scope, where))}))
                return unpacked(value, binding.unpack)
        return UNKNOWN

    def _decorated(self, scope: Scope, where: Where, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Value:
        """A function as its decorators leave it, if they are functions of these cells or harmless."""
        value = function_value(node)
        if len(node.decorator_list) == 1 and any(how == "unknown" for how, _ in value.calls):
            decorator = self.evaluate(scope, where, node.decorator_list[0], False)
            (what,) = decorator.calls if len(decorator.calls) == 1 else (("", None),)
            if what[0] == "def" and isinstance(what[1], ast.FunctionDef):
                plain = Value("function", calls=frozenset({("def", node)}))
                made = self.called(what[1], [plain], node)
                if made.kind == "function" and made.calls:
                    return made
        return value

    def _imported(self, binding: Binding) -> Value:
        match binding.node:
            case ast.Import(names=names):
                for alias in names:
                    if (alias.asname or alias.name).split(".")[0] == binding.name:
                        return library_value(alias.name if alias.asname else binding.name)
            case ast.ImportFrom(module=module, names=names, level=level):
                for alias in names:
                    if (alias.asname or alias.name) == binding.name:
                        return library_value(f"{'.' * level}{module or ''}.{alias.name}")
        return UNKNOWN

    def with_facts(self, name: str, value: Value) -> Value:
        fact = self.facts.about(name) if self.facts is not None else None
        if fact is None or value.calls:
            return value
        elem = value.elem
        if elem is None and fact.element != "?":
            elem = Value(fact.element)
        if fact.distinct and elem is not None:
            elem = replace(elem, places=frozenset())
        return replace(value, kind=fact.kind if fact.kind != "?" else value.kind, elem=elem)
