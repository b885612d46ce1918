"""Folds: values that go from turn to turn in an order that can be redone."""

from __future__ import annotations

import ast
from abc import abstractmethod
from dataclasses import replace

from funicular.loops import patterns
from funicular.loops.calls import Calls
from funicular.loops.values import (
    NUMBER,
    UNKNOWN,
    Value,
    join,
)


class Folds(Calls):
    """Adds ordered updates to the walk."""

    def folded(self, target: ast.expr, fold: patterns.Fold, node: ast.stmt) -> bool:
        """Note ``target op= values`` as an ordered update; False when it is not one that crosses turns."""
        if not fold.op:
            if isinstance(target, ast.Subscript | ast.Attribute) and isinstance(node, ast.AugAssign):
                self.through(target)
                for one in fold.values:
                    self.use(one)
                self.store(target, NUMBER, mode="change", op="update")
                return True
            return False
        if fold.by is not None and not self.known(fold.by):
            return False
        if isinstance(target, ast.Name):
            if not self.crossing(target.id):
                return False
            for one in fold.values:
                self.use(one)
            self.note_fold(target.id, fold.op, node)
            before = self.program.lookup(self.scope, target.id, self.where)
            if before.places and not before.immutable and isinstance(node, ast.AugAssign):
                self.record("fold", before.places, node, op=fold.op, kind=before.kind)
            self.dunder(before, ("__add__", "__iadd__", "__radd__", "__mul__", "__imul__"), node)
            return True
        if isinstance(target, ast.Subscript | ast.Attribute):
            if isinstance(node, ast.AugAssign):
                self.through(target)
            if self.stack:
                if isinstance(node, ast.AugAssign):
                    values = [self.use(one) for one in fold.values]
                    self.store(target, join(values), mode="fold", op=fold.op)
                    return True
                return False
            if isinstance(target, ast.Attribute) and fold.op not in ("append",):
                base = self.value(target.value)
                if any(root not in self.created for root, _ in base.places) or base.kind == "class":
                    for one in fold.values:
                        self.use(one)
                    self.store(target, NUMBER, mode="change", op="update")
                    return True
            values = [self.use(one) for one in fold.values]
            self.store(target, replace(join(values), calls=frozenset()), mode="fold", op=fold.op)
            return True
        return False

    def through(self, target: ast.Subscript | ast.Attribute) -> None:
        """``held[0] += 1`` changes what ``held`` has there, also under its other names."""
        recording, self.recording = self.recording, False
        base, value = self.value(target.value), self.value(target)
        self.recording = recording
        if not value.immutable:
            own = {root for root, _ in base.places}
            others = [place for place in value.places if place[0] not in own]
            self.record("change", others, target, op="update", kind=value.kind)

    def known(self, function: ast.expr) -> bool:
        """Whether ``min`` and its kin are what they are called."""
        calls = self.value(function).calls
        return bool(calls) and all(how == "builtin" or str(what).startswith("numpy.") for how, what in calls)

    def crossing(self, name: str) -> bool:
        """Whether ``name`` brings a value from the turn before."""
        frame = self.frames[-1]
        if not frame.base or name not in frame.bound:
            return False
        value, certain = frame.env.get(name, (UNKNOWN, False))
        del value
        return not certain

    def note_fold(self, name: str, op: str, node: ast.AST) -> None:
        if self.recording:
            if name in self.frames[0].scope.outside:
                self.hazard("global-state", node, name)
            self.trail.folds.setdefault(name, []).append((op, node))

    def keyed(self, update: patterns.Keyed) -> bool:
        """``if k not in d: d[k] = first`` and its kin: a slot gets its first value, then updates."""
        container = self.value(update.container)
        if container.kind not in ("dict", "?") or not container.places or self._local(container):
            return False
        self.dunder(container, ("__setitem__", "__getitem__", "__contains__", "__missing__"), update.node)
        key = self.use(update.key)
        steps = self.keys(update.key, key)
        places = container.at(*steps)
        with self.guarded():
            for first in update.firsts:
                value = self.use(first)
                self.record("init", places, update.node, op="", kind="dict")
                self.keep(container, value)
            for op, values in update.updates:
                held = [self.use(one) for one in values]
                self.record("fold", places, update.node, op=op, kind="dict")
                for one in held:
                    self.keep(container, Value(elem=one))
        return True

    def best(self, node: ast.If) -> bool:
        """``if x > best: best = x; where = i``: an arg-best, if ``best`` crosses turns."""
        found = patterns.best(node, self.crossing)
        if found is None:
            return False
        for expression in found.tests:
            self.use(expression)
        with self.guarded():
            for name, op in found.names:
                self.note_fold(name, op, node)
            for statement in found.rest:
                self.statement(statement)
        return True

    @abstractmethod
    def statement(self, node: ast.stmt) -> bool:
        """Walk one statement; False when nothing after it is reached."""
