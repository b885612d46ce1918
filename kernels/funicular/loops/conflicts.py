"""Pairs of accesses through which a value may go from one turn to a later one."""

from __future__ import annotations

import ast
from collections import defaultdict

from funicular.loops import dependence, find
from funicular.loops.frames import normal
from funicular.loops.polynomial import Poly
from funicular.loops.scope import bound_in
from funicular.loops.shape import POSITION, Judgement, steps_in_time
from funicular.loops.statements import Walk
from funicular.loops.trail import READS, Access
from funicular.loops.values import (
    KEPT,
    Path,
    Root,
    Step,
)

INSIDE = ("append", "add", "merge")  # updates of the object that is there


def conflicts(walk: Walk, loop: find.Loop, count: Poly | None) -> Judgement | None:
    """The first pair of accesses through which a value may go from one turn to a later one."""
    accesses = uncovered(normal(walk.trail.accesses), _settled_names(loop))
    writes = [one for one in accesses if one.mode not in READS]
    if not writes:
        return None
    roots = {one.root for one in accesses}
    together: dict[Root, set[Root]] = {root: {root} for root in roots}
    written = {one.root for one in writes}
    for root in written:
        for second in roots:
            if root != second and walk.program.may_be_one(root, second):
                together[root].add(second)
                together[second].add(root)
    for write in writes:
        alone = _alone(write, accesses, together)
        if alone == "same-slot" and write.deep:
            alone = "stateful-call"
        if alone == "same-slot" and any(one.mode == "read" and one.root == write.root for one in accesses):
            alone = "time-stepping" if steps_in_time(loop) else "recurrence"
        if alone:
            return Judgement(loop, reason=alone, first=write, node=write.node, what=write.root.label)
        for other in accesses:
            if other.root not in together[write.root]:
                continue
            if other.root != write.root:
                return Judgement(loop, reason="aliasing", first=write, second=other, node=write.node)
            if _compatible(write, other) or (other.mode == "slot" and not _disturbs(write, other)):
                continue
            if _was_copied_before(write, other):
                continue
            meet = dependence.meeting(write.path, other.path, POSITION, count)
            if other is write and meet.how == "apart":
                continue
            if write.op == "exhaust":
                bad = True  # what is read from an open file or an iterator is gone, wherever it was read
            elif other.op == "kept":  # it is changed by any turn but its own
                bad = len(write.path) > len(other.path) and meet.how in ("any", "apart", "later")
            elif write.mode == "change" or other.mode not in READS:
                bad = meet.how in ("any", "apart", "later")
            else:
                bad = meet.flows
            walked = other.node is getattr(loop, "iter", None)
            if bad or (write.op == "del" and walked):
                reason = _reason(write, other, meet)
                return Judgement(
                    loop, reason=reason, first=write, second=other, node=write.node, distance=meet.distance,
                    what=write.root.label,
                )  # fmt: skip
    return None


def _alone(write: Access, accesses: list[Access], together: dict[Root, set[Root]]) -> str:
    """What forbids a write whatever the others do."""
    if write.mode == "write":
        if not dependence.varies(write.path, POSITION):
            return "same-slot"
        moving = any(step.what == "span" and step.varies for step in write.path)
        alone = dependence.meeting(write.path, write.path, POSITION, None).how in ("same", "never")
        if moving and not alone:
            return "overlapping-write"
        opaque = [step for step in write.path if step.what in ("index", "span")]
        if opaque and not any(_telling(step) for step in write.path) and write.kind in ("array", "list"):
            return "indirect-write"
        looked_up = any("[" in step.text and not {"['", '["'} & _pairs(step.text) for step in opaque)
        if looked_up and write.kind == "?" and not any(_telling(step) for step in write.path):
            return "indirect-write"
    if write.mode == "init":
        deeper = ("fold", "write", "change")
        others = [
            one
            for one in accesses
            if one.root == write.root
            and (one.mode == "fold" or (one.mode in deeper and len(one.path) > len(write.path)))
        ]
        if not others:
            return "first-wins"
    return ""


def _disturbs(write: Access, slot: Access) -> bool:
    """Whether a write puts another object where one is taken from, or into what an inner loop walks over."""
    if slot.op == "walk":
        return len(write.path) <= len(slot.path)
    return _replaces(write, slot)


def _replaces(write: Access, slot: Access) -> bool:
    """Whether a write puts another object where a name took one from: what changes inside stays the same."""
    is_new = write.mode in ("write", "init") or (write.mode == "fold" and write.op not in INSIDE)
    return is_new and len(write.path) <= len(slot.path)


def _pairs(text: str) -> set[str]:
    return {text[index : index + 2] for index in range(len(text))}


def _telling(step: Step) -> bool:
    if step.what == "any":
        return False
    polys = [poly for poly in (step.low, step.high) if poly is not None]
    return any(name.startswith(POSITION) for poly in polys for name in poly.names) or (
        step.what == "key" and step.varies
    )


def _compatible(one: Access, other: Access) -> bool:
    """Both are ordered updates that are redone in order, or slots of which the last value stays."""
    modes = {one.mode, other.mode}
    if modes == {"fold"}:
        return one.op == other.op and not _chosen_by_growth(one, other)
    if modes <= {"fold", "init"}:
        return True
    if modes == {"init", "write"}:
        first, written = (one, other) if one.mode == "init" else (other, one)
        return len(written.path) > len(first.path)
    if modes == {"write"}:
        return True
    if "length" in modes and modes & {"write", "fold"}:
        writer = one if other.mode == "length" else other
        if writer.op in ("append", "add", "merge") or {"dict", "set"} & {one.kind, other.kind}:
            return False
        if writer.kind == "frame":  # a new column or row may be what gives the table its length
            return False
        return writer.mode == "write" or writer.kind in ("list", "array", "cells") or _numbered(writer.path)
    return False


def _chosen_by_growth(one: Access, other: Access) -> bool:
    """Whether one update grows the list where the other finds its object, as ``g[-1].append(x)`` does."""
    shorter, longer = sorted((one, other), key=lambda access: len(access.path))
    inside = longer.path[len(shorter.path) :][:1]
    return shorter.op == "append" and bool(inside) and inside[0].what == "index"


def _numbered(path: Path) -> bool:
    return bool(path) and path[-1].what in ("index", "span") and path[-1].low is not None


def _reason(write: Access, other: Access, meet: dependence.Meeting) -> str:
    if write.op == "draw" or other.op == "draw":
        return "shared-random-state"
    if write.op == "exhaust" or other.op == "exhaust":
        return "one-shot-iterator"
    if write.mode == "change" and write is other:
        return "stateful-call" if write.deep else "in-place-change"
    if write.mode == "change" and write.deep:
        return "stateful-call"
    if write.mode == "fold" and write.op in ("append", "add") and other.mode in READS:
        grows = other.path and other.path[-1].text == POSITION
        return "grows-iterated" if grows else "recurrence"
    if any(step.what == "view" for step in (*write.path, *other.path)):
        return "aliasing"
    return "recurrence"


def _was_copied_before(write: Access, other: Access) -> bool:
    """Whether a slot gets another object, and the other access is to the one that a copy took from there."""
    if KEPT not in other.path or write.mode != "write" or KEPT in write.path:
        return False
    return len(write.path) - _joined(write.node) <= other.path.index(KEPT)


def _joined(node: ast.AST) -> int:
    """How many steps of ``u[i, j] = v`` are no step of their own: they lead to one slot of ``u``."""
    match node:
        case ast.Subscript(slice=ast.Tuple(elts=[_, *more] as elts)):
            return 0 if any(isinstance(one, ast.Constant) for one in elts) else len(more)
    return 0


def uncovered(accesses: list[Access], settled: frozenset[str] = frozenset()) -> list[Access]:
    """Without reads and updates of a slot that the same turn has surely written before.

    settled: names that are the same throughout a turn.
    """
    roots = defaultdict(set)
    for one in accesses:
        if one.mode == "write":
            roots[one.node].add(one.root)
    written: dict[tuple[Root, Path], list[tuple[int, ...]]] = {}
    result = []
    for one in accesses:
        key = (one.root, one.path)
        before = written.get(key, ())
        if one.mode in ("read", "slot", "fold", "change") and any(one.guards[: len(w)] == w for w in before):
            known = all(_exact(step) for step in one.path)
            if known or not one.deep:
                continue
        if one.mode == "write":
            names = frozenset() if one.deep or len(roots[one.node]) > 1 else settled
            if all(_exact(step) or (step.what == "index" and step.text in names) for step in one.path):
                written.setdefault(key, []).append(one.guards)
        result.append(one)
    return result


def _exact(step: Step) -> bool:
    return step.what in ("key", "field") or (step.what == "index" and step.low is not None)


def _settled_names(loop: find.Loop) -> frozenset[str]:
    """The names of a ``for`` that nothing else in the loop binds."""
    if not isinstance(loop, ast.For):
        return frozenset()
    bound = [
        node.arg if isinstance(node, ast.arg) else node.id
        for node in ast.walk(loop)
        if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    ]
    own = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)} - bound_in(loop.body)
    return frozenset(name for name in own if bound.count(name) == 1)
