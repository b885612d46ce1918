"""Walks statements in order: which names are certain, what is folded, which paths end here."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from funicular.loops import patterns
from funicular.loops.attributes import DUNDERS
from funicular.loops.folds import Folds
from funicular.loops.parts import function_value, part
from funicular.loops.scope import bound_in, captured
from funicular.loops.turns import Turn
from funicular.loops.values import (
    SOMEWHERE,
    UNKNOWN,
    Step,
    Value,
    join,
)
from funicular.loops.walker import TooMuch

Env = dict[str, tuple[Value, bool]]


SAFE_CONTEXTS = frozenset({"file", "context", "image"})


class Walk(Folds):
    """Adds statements to the walk."""

    def block(self, body: Sequence[ast.stmt]) -> bool:
        """Walk statements; False when none of the ways through them goes on after the last."""
        for index, statement in enumerate(body):
            update = patterns.keyed_update(body, index) if not self.stack else None
            if update is not None and self.keyed(update):
                continue
            if not self.statement(statement):
                return False
        return True

    def statement(self, node: ast.stmt) -> bool:
        self.budget -= 1
        method = getattr(self, "_" + type(node).__name__, None)
        if method is None:
            self.hazard("unknown-statement", node, type(node).__name__)
            return True
        result = method(node)
        return result is not False

    def _Expr(self, node: ast.Expr) -> None:
        self.use(node.value)

    def _Pass(self, node: ast.Pass) -> None:
        return

    def _Global(self, node: ast.Global) -> None:
        return

    def _Nonlocal(self, node: ast.Nonlocal) -> None:
        return

    def _Continue(self, node: ast.Continue) -> bool:
        return False

    def _Break(self, node: ast.Break) -> bool:
        return False

    def _Return(self, node: ast.Return) -> bool:
        value = self.value(node.value) if node.value is not None else Value("none")
        self.frames[-1].returns.append(value)
        return False

    def _Raise(self, node: ast.Raise) -> bool:
        for one in (node.exc, node.cause):
            if one is not None:
                self.use(one)
        return False

    def _Assert(self, node: ast.Assert) -> None:
        self.use(node.test)
        if node.msg is not None:
            with self.guarded():
                self.use(node.msg)

    def _Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            match target:
                case ast.Name(id=name):
                    frame = self.frames[-1]
                    if frame.base and not frame.env.get(name, (UNKNOWN, False))[1]:
                        self.carried(name, node)
                    frame.env.pop(name, None)
                case ast.Subscript() | ast.Attribute():
                    self.forget(target)

    def forget(self, target: ast.Subscript | ast.Attribute) -> None:
        """``del x[k]``: a key of a dict goes alone, an element of a list moves all after it."""
        base = self.value(target.value)
        if isinstance(target, ast.Subscript):
            steps = self.steps(target.slice)
            self.dunder(base, ("__delitem__",), target)
            places = base.at(*steps) if base.kind == "dict" else base.places
        else:
            places = base.at(Step("field", text=target.attr))
        if not base.places:
            self.hazard("unknown-object", target, ast.unparse(target.value))
        self.record("change", places, target, op="del", kind=base.kind)

    def _Import(self, node: ast.Import | ast.ImportFrom) -> None:
        scope = self.frames[-1].scope
        for alias in node.names:
            name = (alias.asname or alias.name).split(".")[0]
            for binding in scope.bindings.get(name, ()):
                if binding.node is node:
                    self.write_name(name, self.program.bound(scope, binding), node)

    _ImportFrom = _Import

    def _FunctionDef(self, node: ast.FunctionDef) -> None:
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None:
                self.use(default)
        self.write_name(node.name, function_value(node), node)

    def _AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.write_name(node.name, Value("foreign"), node)

    def _ClassDef(self, node: ast.ClassDef) -> None:
        self.new_class(node)
        self.write_name(node.name, Value("class", calls=frozenset({("class", node)})), node)

    def _Assign(self, node: ast.Assign) -> None:
        if len(node.targets) == 1:
            target = node.targets[0]
            fold = patterns.fold(target, node.value)
            if fold is not None and self.folded(target, fold, node):
                return
            pairs = side_by_side(target, node.value)
            if pairs:
                values = [self.value(one) for _, one in pairs]
                for (one, _), value in zip(pairs, values, strict=True):
                    self.bind(one, value, node)
                return
        value = self.value(node.value)
        for target in node.targets:
            self.bind(target, value, node)

    def _AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.bind(node.target, self.value(node.value), node)

    def _AugAssign(self, node: ast.AugAssign) -> None:
        fold = patterns.Fold(patterns.op_class(node.op), (node.value,))
        if self.folded(node.target, fold, node):
            return
        if isinstance(node.target, ast.Name):
            before = self.read_name(node.target.id, node)
            value = self.use(node.value)
            self.dunder(before, DUNDERS.get(type(node.op), ()), node)
            if not before.immutable and before.places:
                self.record("change", before.places, node, op="update", kind=before.kind)
                if isinstance(node.op, ast.Add):
                    self.keep(before, part(value, SOMEWHERE))
            result = self.combined(node, node.op, before, value)
            if before.kind in ("list", "array", "?") and before.places:
                result = replace(
                    result, places=result.places | before.places, kind=before.kind, elem=before.elem
                )
            self.write_name(node.target.id, result, node)

    def _If(self, node: ast.If) -> bool:
        if not self.stack and self.best(node):
            return True
        self.use(node.test)
        frame = self.frames[-1]
        before = dict(frame.env)
        with self.guarded():
            then = self.block(node.body)
            after_then = frame.env
            frame.env = dict(before)
            other = self.block(node.orelse) if node.orelse else True
        frame.env = merged(after_then if then else None, frame.env if other else None) or before
        return then or other

    def _For(self, node: ast.For) -> bool:
        turn = self.iterate(node.iter, f"#{id(node)}")
        if turn.held in ("one-shot-iterator", "unknown-iterable") and turn.held == "unknown-iterable":
            self.hazard("unknown-call", node, turn.what)
        if turn.held == "one-shot-iterator":
            self.use(node.iter)
            value = self.value(node.iter)
            self.record("change", value.places, node, op="exhaust", kind=value.kind)
        self.repeat(node.body, node, turn)
        if node.orelse:
            self.block(node.orelse)
        return True

    def _AsyncFor(self, node: ast.AsyncFor) -> bool:
        self.hazard("await", node, "async for")
        return True

    def _While(self, node: ast.While) -> bool:
        self.repeat(node.body, node, None)
        if node.orelse:
            self.block(node.orelse)
        return True

    def repeat(self, body: list[ast.stmt], node: ast.For | ast.While, turn: Turn | None) -> None:
        """Walk an inner loop's body twice: once to learn what its names become, once to note what it does."""
        frame = self.frames[-1]
        before = dict(frame.env)
        names = bound_in(body)
        for again in (False, True):
            for name in names:
                if name in frame.env:
                    value, certain = frame.env[name]
                    frame.env[name] = (replace(value, poly=None, parts=()), certain)
            recording, self.recording = self.recording, self.recording and again
            plain = {name: list(nodes) for name, nodes in self.trail.plain.items()}
            try:
                if isinstance(node, ast.While):
                    self.use(node.test)
                with self.guarded():
                    if turn is not None and isinstance(node, ast.For):
                        self.bind(node.target, turn.value, node)
                    self.block(body)
            finally:
                self.recording = recording
            if not again:
                self.trail.plain = plain
            frame.env = merged(before, frame.env) or before
            before = dict(frame.env)

    def _With(self, node: ast.With) -> bool:
        for item in node.items:
            value = self.use(item.context_expr)
            if value.kind not in SAFE_CONTEXTS:
                self.hazard("context-manager", node, ast.unparse(item.context_expr))
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value, node)
        return self.block(node.body)

    def _AsyncWith(self, node: ast.AsyncWith) -> bool:
        self.hazard("await", node, "async with")
        return True

    def _Try(self, node: ast.Try | ast.TryStar) -> bool:
        frame = self.frames[-1]
        before = dict(frame.env)
        through = self.block(node.body)
        if through and node.orelse:
            through = self.block(node.orelse)
        ends: list[Env | None] = [frame.env if through else None]
        torn = {name: (slot[0], name in before and before[name][1]) for name, slot in frame.env.items()}
        for handler in node.handlers:
            frame.env = {**torn, **{n: s for n, s in before.items() if n not in torn}}
            if handler.name:
                frame.env[handler.name] = (UNKNOWN, True)
            with self.guarded():
                ends.append(frame.env if self.block(handler.body) else None)
                if ends[-1] is not None:
                    ends[-1] = frame.env
        result = None
        for one in ends:
            result = merged(result, one) if result is not None else one
        frame.env = dict(result) if result is not None else before
        if node.finalbody:
            self.block(node.finalbody)
        return result is not None

    _TryStar = _Try

    def _Match(self, node: ast.Match) -> bool:
        subject = self.use(node.subject)
        frame = self.frames[-1]
        before = dict(frame.env)
        ends: list[Env | None] = [before]
        for case in node.cases:
            frame.env = dict(before)
            for one in ast.walk(case.pattern):
                if (name := captured(one)) is not None:
                    self.write_name(name, replace(part(subject, SOMEWHERE), varies=subject.varies), node)
                if isinstance(one, ast.MatchClass):
                    self.value(one.cls)
            with self.guarded():
                if case.guard is not None:
                    self.use(case.guard)
                ends.append(frame.env if self.block(case.body) else None)
                if ends[-1] is not None:
                    ends[-1] = frame.env
        result: Env | None = None
        for one_env in ends:
            result = merged(result, one_env) if result is not None else one_env
        frame.env = dict(result or before)
        return True

    def _TypeAlias(self, node: ast.stmt) -> None:
        return

    def function_body(self, function: ast.FunctionDef) -> None:
        self.block(function.body)

    def outside(self, node: ast.expr, as_iterable: bool) -> Value:
        """The value of an expression outside of the loop, or of the elements that a ``for`` gets from it."""
        try:
            return self.iterate(node, "#outer").value if as_iterable else self.value(node)
        except RecursionError:
            raise TooMuch from None


def side_by_side(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """``a, b = x, y`` as pairs; empty when it is something else."""
    if not isinstance(target, ast.Tuple | ast.List) or not isinstance(value, ast.Tuple | ast.List):
        return []
    starred = any(isinstance(one, ast.Starred) for one in [*target.elts, *value.elts])
    if starred or len(target.elts) != len(value.elts):
        return []
    return list(zip(target.elts, value.elts, strict=True))


def merged(one: Env | None, other: Env | None) -> Env | None:
    """Names after two ways have met: certain only when they are on both."""
    if one is None:
        return other
    if other is None:
        return one
    result: Env = {}
    for name in {**one, **other}:
        first, second = one.get(name), other.get(name)
        if first is None or second is None:
            value, _ = first or second or (UNKNOWN, False)
            result[name] = (replace(value, poly=None), False)
        else:
            result[name] = (join([first[0], second[0]]), first[1] and second[1])
    return result
