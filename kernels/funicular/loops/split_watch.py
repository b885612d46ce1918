"""The walk over a loop once more, noting which node of the body did what to which object."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from funicular.loops.statements import Walk
from funicular.loops.trail import READS
from funicular.loops.turns import Turn
from funicular.loops.values import Path, Root, Value, join

ORDERS = frozenset(["set", "frozenset", "hash", "id"])  # another process has another order


@dataclass(frozen=True, slots=True)
class Doing:
    """What evaluating a node does. start: where it begins in the order of all. alive: what names reach then.

    reads, writes: objects; outer: the written ones that this iteration did not make. hidden: a called
    function looks at a name that the loop binds. unordered: the result may depend on the hash seed.
    """

    start: int
    reads: frozenset[Root]
    writes: frozenset[Root]
    outer: frozenset[Root]
    alive: frozenset[Root]
    hidden: bool
    unordered: bool


class Watch(Walk):
    """A walk that remembers, for each node of the body itself, which accesses belong to it."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.log: list[tuple[str, Root | None, bool]] = []
        self.spans: dict[ast.AST, tuple[int, int]] = {}
        self.alive: dict[ast.AST, frozenset[Root]] = {}
        self.values: dict[ast.AST, Value] = {}
        self.names: dict[ast.AST, dict[str, frozenset[Root]]] = {}
        self.inside: set[ast.AST] = set()  # nodes of the loop
        self.covered: list[tuple[int, int]] = []

    @property
    def watching(self) -> bool:
        return self.recording and not self.stack

    def note(self, mode: str, root: Root | None = None) -> None:
        if self.recording:
            self.log.append((mode, root, root in self.created))

    def record(
        self, mode: str, places: Iterable[tuple[Root, Path]], node: ast.AST, *, op: str = "", kind: str = "?"
    ) -> None:
        places = list(places)
        for root, _ in places:
            self.note(mode, root)
        super().record(mode, places, node, op=op, kind=kind)

    def value(self, node: ast.expr) -> Value:
        if not self.watching:
            return super().value(node)
        start, alive = len(self.log), self.reached()
        value = super().value(node)
        self.spanned(node, start, alive)
        self.values[node] = join([self.values[node], value]) if node in self.values else value
        return value

    def iterate(self, node: ast.expr, position: str) -> Turn:
        watching, start = self.watching, len(self.log)
        alive = self.reached() if watching else frozenset()
        turn = super().iterate(node, position)
        if watching:
            self.spanned(node, start, alive)
        return turn

    def statement(self, node: ast.stmt) -> bool:
        if not self.watching:
            return super().statement(node)
        start, alive = len(self.log), self.reached()
        self.names[node] = {
            name: self.reach([value]) for frame in self.frames for name, (value, _) in frame.env.items()
        }
        result = super().statement(node)
        self.spanned(node, start, alive)
        self.covered.append((start, len(self.log)))
        return result

    def spanned(self, node: ast.AST, start: int, alive: frozenset[Root]) -> None:
        before = self.spans.get(node)
        self.spans[node] = (start if before is None else before[0], len(self.log))
        self.alive[node] = alive | self.alive.get(node, frozenset())

    def read_name(self, name: str, node: ast.AST) -> Value:
        if self.stack and name in self.frames[0].bound and self.stack[-1] not in self.inside:
            home = self.frames[-1].scope.home(name)
            if home is self.frames[0].scope or home is None:
                self.note("hidden")
        return super().read_name(name, node)

    def builtin(self, name: str, args: list[Value], keywords: dict[str, Value], node: ast.Call) -> Value:
        if name in ORDERS:
            self.note("unordered")
        return super().builtin(name, args, keywords, node)

    def _Set(self, node: ast.Set) -> Value:
        self.note("unordered")
        return super()._Set(node)

    def _SetComp(self, node: ast.SetComp) -> Value:
        self.note("unordered")
        return super()._SetComp(node)

    def reached(self) -> frozenset[Root]:
        """Objects that names of the iteration reach now."""
        return self.reach([value for frame in self.frames for value, _ in frame.env.values()])

    def reach(self, values: Iterable[Value]) -> frozenset[Root]:
        """Objects that values may be, or hold."""
        found: set[Root] = set()
        todo = list(values)
        while todo:
            value = todo.pop()
            todo += [*value.parts, *([value.elem] if value.elem is not None else [])]
            for root, _ in value.places:
                if root not in found:
                    found.add(root)
                    todo += [self.contents[root]] if root in self.contents else []
        return frozenset(found)

    def doing(self, node: ast.AST) -> Doing | None:
        """What evaluating a node does; None when the walk did not see it as a whole."""
        if node not in self.spans:
            return None
        start, end = self.spans[node]
        part = self.log[start:end]
        return Doing(
            start,
            frozenset(root for mode, root, _ in part if root is not None and mode in READS),
            writes_of(part),
            writes_of(one for one in part if not one[2]),
            self.alive[node],
            any(mode == "hidden" for mode, _, _ in part),
            any(mode == "unordered" for mode, _, _ in part),
        )

    def written_between(self, start: int, end: int, alive: frozenset[Root]) -> frozenset[Root]:
        """Objects changed there, without those that were made on the way and that nothing reaches."""
        part = self.log[start:end]
        return writes_of(one for one in part if not one[2]) | (writes_of(part) & alive)

    def crossing_writes(self) -> frozenset[Root]:
        """Objects that ordered updates change, and those that no statement is known to have changed."""
        inside = {place for start, end in self.covered for place in range(start, end)}
        return frozenset(
            root
            for place, (mode, root, made) in enumerate(self.log)
            if root is not None and not made and mode not in READS
            if mode in ("fold", "init") or (place not in inside and bool(self.covered))
        )


def writes_of(part: Iterable[tuple[str, Root | None, bool]]) -> frozenset[Root]:
    return frozenset(root for mode, root, _ in part if root is not None and mode not in READS)
