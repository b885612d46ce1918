"""One loop judged: walk its body once, then weigh what it left behind."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from funicular.loops import dependence, find
from funicular.loops.expressions import Frame, TooMuch
from funicular.loops.iterables import Turn
from funicular.loops.polynomial import Poly
from funicular.loops.program import Program, part
from funicular.loops.purity.table import tables
from funicular.loops.scope import COMPREHENSIONS, bound_in, targets
from funicular.loops.statements import Walk
from funicular.loops.trail import Access, Trail
from funicular.loops.values import SOMEWHERE, Path, Root, Step, Value

POSITION = "#0"  # the symbol of the position in the loop that is judged
CONSUMERS = frozenset(
    ["sum", "min", "max", "any", "all", "list", "tuple", "set", "frozenset", "dict", "sorted"]
)
IMMEDIATE = frozenset({"extend", "update", "join"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """reason: "" when the loop may run in parallel. what, first, second: for the witness."""

    loop: find.Loop
    kind: str = "none"
    reason: str = ""
    what: str = ""
    node: ast.AST | None = None
    first: Access | None = None
    second: Access | None = None
    distance: int = 0
    worth: str = "low"
    confidence: float = 0.9


def judge_loop(program: Program, loop: find.Loop, above: dict[ast.AST, ast.AST]) -> Judgement:
    """What is found about one loop. above: the node that each node stands in."""
    early = refused(loop)
    if early is not None:
        return early
    scope = program.reader.homes[loop]
    statement: ast.AST = loop
    while not isinstance(statement, ast.stmt):
        statement = above[statement]
    where = (program.reader.positions[statement], program.reader.blocks[statement])
    walk = Walk(program, scope, where, recording=True)
    walk.symbol = POSITION
    try:
        turn = walk_loop(walk, loop)
    except (TooMuch, RecursionError):
        return Judgement(loop, reason="too-complex", node=loop)
    if turn.held:
        return Judgement(loop, reason=turn.held, what=turn.what, node=loop)
    found = weigh(walk, loop, turn)
    if not found.reason and isinstance(loop, ast.GeneratorExp):
        held = consumed(walk, loop, above)
        if held:
            found = replace(found, reason=held)
    return replace(found, worth=worth(walk, loop))


def refused(loop: find.Loop) -> Judgement | None:
    """What the text alone forbids: leaving the loop early, and code that waits or yields."""
    if isinstance(loop, ast.AsyncFor) or (
        not isinstance(loop, ast.For) and any(generator.is_async for generator in loop.generators)
    ):
        return Judgement(loop, reason="await", node=loop)
    if isinstance(loop, ast.For):
        if not isinstance(loop.target, ast.Name | ast.Tuple | ast.List):
            return Judgement(loop, reason="odd-target", node=loop)
        for node, inner in inside(loop.body):
            match node:
                case ast.Break() if not inner:
                    return Judgement(loop, reason="search", node=node)
                case ast.Return():
                    return Judgement(loop, reason="early-return", node=node)
                case ast.Yield() | ast.YieldFrom():
                    return Judgement(loop, reason="yield", node=node)
                case ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                    return Judgement(loop, reason="await", node=node)
    return None


def inside(body: Iterable[ast.AST], inner: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Nodes of a body without those of functions in it; and whether an inner loop is around them."""
    for node in body:
        yield node, inner
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            yield from inside(node.body, True)
            yield from inside(node.orelse, inner)
        else:
            yield from inside(ast.iter_child_nodes(node), inner)


def walk_loop(walk: Walk, loop: find.Loop) -> Turn:
    """Walk the iterable and the body; the trail is then in ``walk``."""
    if isinstance(loop, ast.For | ast.AsyncFor):
        base = walk.frames[0]
        turn = first_turn(walk, loop.iter)
        base.bound = frozenset(bound_in(loop.body) | {name for name, _ in targets(loop.target)})
        walk.bind(loop.target, turn.value, loop)
        for name, _ in targets(loop.target):
            walk.trail.plain.pop(name, None)
        walk.block(loop.body)
        return turn
    base = walk.frames[0]
    turn = first_turn(walk, loop.generators[0].iter)
    base.bound = frozenset(bound_in([loop]))
    scope = walk.reader.scopes[loop]
    walk.frames.append(Frame(scope, bound=frozenset(scope.bindings)))
    for index, generator in enumerate(loop.generators):
        inner = turn if index == 0 else walk.iterate(generator.iter, f"#{id(generator)}")
        if index and inner.held:
            value = walk.use(generator.iter)
            walk.record("change", value.places, generator.iter, op="exhaust", kind=value.kind)
            if inner.held != "one-shot-iterator":
                walk.unknown(generator.iter, inner.what)
        walk.bind(generator.target, inner.value, loop)
        for test in generator.ifs:
            walk.use(test)
    for element in [loop.key, loop.value] if isinstance(loop, ast.DictComp) else [loop.elt]:
        value = walk.use(element)
        walk.late(value, Value(places=frozenset({(Root("name", "the result"), ())})), element)
    walk.frames.pop()
    return turn


def first_turn(walk: Walk, node: ast.expr) -> Turn:
    """What the target gets; a generator in the head runs turn by turn, as if it were part of the body."""
    if isinstance(node, ast.GeneratorExp):
        return Turn(replace(part(walk.value(node), SOMEWHERE), varies=True))
    return outside_turn(walk, node)


def outside_turn(walk: Walk, node: ast.expr) -> Turn:
    """The iterable is evaluated once, before the first turn: what it makes is shared by all turns."""
    turn = walk.iterate(node, POSITION)
    made = set(walk.created)
    walk.created.clear()
    del made
    walk.trail.calls = walk.trail.heavy = 0
    hazards = [one for one in walk.trail.hazards if one.code not in ("file-output",)]
    walk.trail.hazards.clear()
    walk.trail.accesses = [one for one in walk.trail.accesses if _moves(one.path)]
    del hazards
    return turn


def _moves(path: Path) -> bool:
    """Reads of the iterable that happen turn by turn; what was read before the loop began is over."""
    return bool(path)


def consumed(walk: Walk, loop: ast.GeneratorExp, above: dict[ast.AST, ast.AST]) -> str:
    """A generator runs when it is consumed: only where that is at once and by known code is it a loop."""
    call = above.get(loop)
    if isinstance(call, ast.For) and call.iter is loop:
        return "" if refused(call) is None else "lazy-generator"
    if isinstance(call, ast.comprehension) and call.iter is loop:
        outer = above[call]
        return consumed(walk, outer, above) if isinstance(outer, ast.GeneratorExp) else ""
    if not isinstance(call, ast.Call) or call.func is loop:
        return "lazy-generator"
    other = Walk(walk.program, walk.scope, walk.where, recording=False)
    if isinstance(call.func, ast.Attribute):
        base = other.value(call.func.value)
        if not base.library:
            return "" if call.func.attr == "join" and base.kind in ("text", "?") else "lazy-generator"
    called = other.value(call.func)
    for how, name in called.calls:
        if how == "builtin" and name in CONSUMERS:
            continue
        effect = tables().function(f"builtins.{name}" if how == "builtin" else str(name))
        if how == "builtin" and name == "next":
            return "search"
        if how != "library" or effect is None or not effect.consumes:
            return "lazy-generator"
    return "" if called.calls else "lazy-generator"


def weigh(walk: Walk, loop: find.Loop, turn: Turn) -> Judgement:
    """Hazards first, then names that cross turns, then objects."""
    trail = walk.trail
    if trail.hazards:
        hazard = trail.hazards[0]
        return Judgement(loop, reason=hazard.code, what=hazard.what, node=hazard.node)
    if trail.carried:
        name, node = trail.carried[0]
        reason = "time-stepping" if _steps_in_time(loop) else "recurrence"
        return Judgement(loop, reason=reason, what=name, node=node)
    for name, folds in trail.folds.items():
        if len({op for op, _ in folds}) > 1 or name in trail.plain:
            return Judgement(loop, reason="recurrence", what=name, node=folds[0][1])
    conflict = conflicts(walk, loop, turn.count)
    if conflict is not None:
        return conflict
    return Judgement(loop, kind=kind_of(walk, loop), confidence=confidence(walk))


def _steps_in_time(loop: find.Loop) -> bool:
    """Whether the loop variable is not used: the loop only repeats."""
    if not isinstance(loop, ast.For):
        return False
    own = {one for one, _ in targets(loop.target)}
    read = {node.id for node in ast.walk(ast.Module(loop.body, [])) if isinstance(node, ast.Name)}
    return not own & read


def conflicts(walk: Walk, loop: find.Loop, count: Poly | None) -> Judgement | None:
    """The first pair of accesses through which a value may go from one turn to a later one."""
    accesses = uncovered(normal(walk.trail.accesses))
    writes = [one for one in accesses if one.mode not in ("read", "length")]
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
            alone = "time-stepping" if _steps_in_time(loop) else "recurrence"
        if alone:
            return Judgement(loop, reason=alone, first=write, node=write.node, what=write.root.label)
        for other in accesses:
            if other.root not in together[write.root]:
                continue
            if other.root != write.root:
                return Judgement(loop, reason="aliasing", first=write, second=other, node=write.node)
            if _compatible(write, other):
                continue
            meet = dependence.meeting(write.path, other.path, POSITION, count)
            if other is write and meet.how == "apart":
                continue
            if write.op == "exhaust":
                bad = True  # what is read from an open file or an iterator is gone, wherever it was read
            elif write.mode == "change" or other.mode not in ("read", "length"):
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
        if any(step.what == "span" and step.varies for step in write.path):
            if dependence.meeting(write.path, write.path, POSITION, None).how not in ("same", "never"):
                return "overlapping-write"
        opaque = [step for step in write.path if step.what in ("index", "span")]
        if opaque and not any(_telling(step) for step in write.path) and write.kind in ("array", "list"):
            return "indirect-write"
        if opaque and write.kind in ("?",) and not any(_telling(step) for step in write.path):
            if any("[" in step.text and "['" not in step.text and '["' not in step.text for step in opaque):
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
        return one.op == other.op
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
        return writer.mode == "write" or writer.kind in ("list", "array", "frame") or _numbered(writer.path)
    return False


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
    if write.mode == "fold" and write.op in ("append", "add") and other.mode in ("read", "length"):
        grows = other.path and other.path[-1].text == POSITION
        return "grows-iterated" if grows else "recurrence"
    if any(step.what == "view" for step in (*write.path, *other.path)):
        return "aliasing"
    return "recurrence"


def uncovered(accesses: list[Access]) -> list[Access]:
    """Without reads and updates of a slot that the same turn has surely written before."""
    written: dict[tuple[Root, Path], list[tuple[int, ...]]] = {}
    result = []
    for one in accesses:
        key = (one.root, one.path)
        before = written.get(key, ())
        if one.mode in ("read", "fold", "change") and any(one.guards[: len(w)] == w for w in before):
            continue
        if one.mode == "write" and all(_exact(step) for step in one.path):
            written.setdefault(key, []).append(one.guards)
        result.append(one)
    return result


def _exact(step: Step) -> bool:
    return step.what in ("key", "field") or (step.what == "index" and step.low is not None)


def normal(accesses: list[Access]) -> list[Access]:
    """Frames are addressed as [row, column] whichever way they were: ``df['x']`` is column x of any row."""
    framed = {
        one.root for one in accesses if any(step.what == "loc" for step in one.path) or one.kind == "frame"
    }
    if not framed:
        return accesses
    result = []
    for one in accesses:
        if one.root in framed:
            result.append(replace(one, path=_framed(one.path)))
        else:
            result.append(one)
    return result


def _framed(path: Path) -> Path:
    located = next((index for index, step in enumerate(path) if step.what == "loc"), None)
    if located is None:
        if not path:
            return path
        first, *rest = path
        if first.what == "field" and first.text not in ("index", "columns"):
            first = Step("key", text=repr(first.text))
        elif first.what == "field":
            return (SOMEWHERE, Step("key", text="." + first.text))
        elif first.what == "index":  # df[name] with a name that is not written out
            return (rest[0] if rest else SOMEWHERE, replace(first, what="index"))
        if first.what == "key":
            return (rest[0] if rest else SOMEWHERE, first, *rest[1:])
        return path
    before, after = path[:located], path[located + 1 :]
    steps = []
    for step in after:
        if step.what == "field":
            step = Step("key", text=repr(step.text))
        steps.append(step)
    if before and before[0].what in ("key", "field"):  # df['x'].loc[i]
        column = before[0] if before[0].what == "key" else Step("key", text=repr(before[0].text))
        return (steps[0] if steps else SOMEWHERE, column, *steps[1:])
    return (*before, *steps)


def kind_of(walk: Walk, loop: find.Loop) -> str:
    """The kind of a loop that may run in parallel."""
    if not isinstance(loop, ast.For):
        return "comprehension"
    trail: Trail = walk.trail
    ops = {op for folds in trail.folds.values() for op, _ in folds}
    best = any(isinstance(node, ast.If) for folds in trail.folds.values() for _, node in folds)
    modes = {(one.mode, one.op) for one in trail.accesses if one.mode not in ("read", "length")}
    if any(isinstance(node, ast.For) for node, _ in inside(loop.body)):
        return "nested"
    if best:
        return "argbest"
    if ops:
        return "reduction"
    if ("fold", "append") in modes:
        appends = [one for one in trail.accesses if one.op == "append"]
        if any(one.path for one in appends):
            return "histogram"
        return "filter-append" if any(one.guards for one in appends) else "append"
    if ("fold", "add") in modes:
        return "set"
    if any(mode == "fold" for mode, _ in modes):
        return "histogram"
    if any(one.mode == "write" and one.kind == "dict" for one in trail.accesses):
        return "dict"
    return "map"


def confidence(walk: Walk) -> float:
    """Less where the kind of what is written was not seen, or where parameters are taken to be distinct."""
    result = 0.97
    roots = {one.root.what for one in walk.trail.accesses if one.mode not in ("read", "length")}
    if "param" in roots or "name" in roots:
        result -= 0.12
    if any(one.mode == "change" for one in walk.trail.accesses):
        result -= 0.15
    if walk.trail.calls > 20:
        result -= 0.05
    return round(result, 2)


def worth(walk: Walk, loop: find.Loop) -> str:
    """A guess from the text of how heavy one iteration is."""
    kinds = (ast.For, ast.While, *COMPREHENSIONS)
    inner = any(isinstance(node, kinds) for node in ast.walk(loop) if node is not loop)
    if walk.trail.heavy or (inner and walk.trail.calls):
        return "high"
    return "some" if inner or walk.trail.calls else "low"
