"""The state of a walk over code: frames, the trail, what was made on the way."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from funicular.loops.parameters import Where
from funicular.loops.program import Program
from funicular.loops.scope import Function, Scope
from funicular.loops.trail import READS, Access, Hazard, Trail
from funicular.loops.turns import Turn
from funicular.loops.values import (
    REFERENCE,
    Callee,
    Path,
    Root,
    Value,
    join,
)

BUDGET = 12_000  # nodes walked for one loop, called functions included


MOST = 3_000  # accesses of one loop
AFFIX = "'"  # symbols of fixed text begin so: no name does


DEEPEST = 14  # calls inside of calls


class TooMuch(Exception):
    """The body calls more code than is worth reading."""


@dataclass(slots=True, eq=False)
class Frame:
    """A scope that is walked. base: the loop's own, of which only the names in ``bound`` live here."""

    scope: Scope
    env: dict[str, tuple[Value, bool]] = field(default_factory=dict)
    base: bool = False
    bound: frozenset[str] = frozenset()
    returns: list[Value] = field(default_factory=list)
    function: Function | None = None


class Walker(ABC):
    """What all steps of a walk share; what is met goes to the trail while ``recording``."""

    def __init__(self, program: Program, scope: Scope, where: Where | None, *, recording: bool) -> None:
        self.program = program
        self.reader = program.reader
        self.where = where
        self.scope = scope
        self.recording = recording
        self.trail = Trail()
        self.frames: list[Frame] = [Frame(scope, base=True)]
        self.created: set[Root] = set()
        self.making: list[set[Root]] = []  # for each object that is being made: what its methods make
        self.contents: dict[Root, Value] = {}
        self.guards: list[int] = []
        self.forks = 0
        self.budget = BUDGET if recording else BUDGET // 3
        self.stack: list[ast.AST] = []
        self.given: list[frozenset[Root]] = []  # for each call that is being walked: roots of its arguments
        self.symbol = "#"
        self.recursive: set[ast.AST] = set()

    def record(
        self, mode: str, places: Iterable[tuple[Root, Path]], node: ast.AST, *, op: str = "", kind: str = "?"
    ) -> None:
        if not self.recording:
            return
        for root, path in places:
            if root in self.created:
                continue
            if len(self.trail.accesses) > MOST:
                raise TooMuch
            if mode in READS and path and path[-1] == REFERENCE:
                path = path[:-1]
            deep = bool(self.stack)
            if deep and mode not in READS:
                if not any(root in given for given in self.given):
                    code = "mutable-default" if root.what == "default" else "global-state"
                    self.hazard(code, node, root.label or "an object outside of the function")
                    continue
                last = max((i for i, step in enumerate(path) if step.what == "field"), default=None)
                if mode != "write" or last is not None:
                    mode, path = "change", path if last is None else path[: last + 1]
            self.trail.accesses.append(Access(mode, root, path, op, node, deep, tuple(self.guards), kind))

    def hazard(self, code: str, node: ast.AST, what: str = "") -> None:
        if self.recording:
            self.trail.hazards.append(Hazard(code, node, what))

    def read(self, value: Value, node: ast.AST) -> None:
        """The value is used as a whole."""
        if not self.recording or value.immutable:
            return
        self.record("read", value.places, node, kind=value.kind)
        for inner in (value.elem, *value.parts):
            if inner is not None:
                self.read(inner, node)
        for root, _ in value.places:
            if root in self.contents:
                held = self.contents[root]
                self.record("read", held.places, node, kind=held.kind)

    def use(self, node: ast.expr) -> Value:
        """Evaluate an expression whose value is needed now."""
        value = self.value(node)
        self.read(value, node)
        return value

    def site(self, node: ast.AST, kind: str, elem: Value | None = None) -> Value:
        """A new object, made by ``node``."""
        root = Root("site", id(node))
        self.created.add(root)
        for one in self.making:
            one.add(root)
        return Value(kind, frozenset({(root, ())}), elem)

    def keep(self, container: Value, held: Value) -> None:
        """``held`` is put into ``container``: what is later taken out of it may be ``held``."""
        inner = held if held.places else held.elem
        if inner is None or inner.immutable or not inner.places:
            return
        for root, _ in container.places:
            before = self.contents.get(root)
            self.contents[root] = inner if before is None else join([before, inner])

    def find_frame(self, scope: Scope) -> Frame | None:
        return next((one for one in reversed(self.frames) if one.scope is scope), None)

    def carried(self, name: str, node: ast.AST) -> None:
        if self.recording:
            self.trail.carried.append((name, node))

    def _local(self, value: Value) -> bool:
        return any(root in self.created for root, _ in value.places)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        self.forks += 1
        self.guards.append(self.forks)
        try:
            yield
        finally:
            self.guards.pop()

    @abstractmethod
    def value(self, node: ast.expr) -> Value:
        """What an expression may be; what it does goes to the trail."""

    @abstractmethod
    def call(self, node: ast.Call) -> Value:
        """The result of a call."""

    @abstractmethod
    def call_function(
        self, function: Function, args: list[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        """The result of a function of the cells, walked with these arguments."""

    @abstractmethod
    def impure(self, method: ast.FunctionDef) -> bool:
        """Whether a method does more than compute."""

    @abstractmethod
    def iterate(self, node: ast.expr, position: str) -> Turn:
        """What a ``for`` over ``node`` gets in each turn."""

    @abstractmethod
    def function_body(self, function: ast.FunctionDef) -> None:
        """Walk the statements of a function."""

    @abstractmethod
    def lineage(self, classes: Iterable[ast.ClassDef]) -> list[ast.ClassDef]:
        """Classes with their bases among the classes of these cells, nearest first."""

    @abstractmethod
    def run(self, callee: Callee, args: list[Value], keywords: dict[str, Value], node: ast.Call) -> Value:
        """The result of calling one thing that can be called."""

    @abstractmethod
    def named_method(
        self, base: Value, name: str, args: list[Value], keywords: dict[str, Value], node: ast.Call
    ) -> Value:
        """The result of a method of a value that is no object of a class in the cells."""
