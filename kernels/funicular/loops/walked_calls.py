"""``range``, ``enumerate``, ``zip``, ``d.items()``, ``df.iterrows()`` and their kin in a loop's head."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from funicular.loops import iterables
from funicular.loops.parts import part
from funicular.loops.polynomial import constant, symbol
from funicular.loops.turns import Turn
from funicular.loops.values import (
    NUMBER,
    SOMEWHERE,
    UNKNOWN,
    Step,
    Value,
)

PROGRESS_BARS = frozenset(["tqdm", "trange", "tqdm_notebook", "track", "progress_bar"])


FINITE = frozenset(
    [
        "itertools.product",
        "itertools.permutations",
        "itertools.combinations",
        "itertools.combinations_with_replacement",
        "itertools.chain",
        "itertools.chain.from_iterable",
        "itertools.zip_longest",
        "itertools.pairwise",
        "itertools.starmap",
        "itertools.accumulate",
        "itertools.batched",
    ]
)

if TYPE_CHECKING:
    from funicular.loops.walker import Walker


def of_call(walk: Walker, node: ast.Call, position: str) -> Turn | None:
    starred = any(isinstance(one, ast.Starred) for one in node.args)
    if starred and ast.unparse(node.func) not in ("zip", "np.ndindex", "numpy.ndindex"):
        return None
    called = walk.value(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else UNKNOWN
    names = {str(name) for how, name in called.calls if how in ("builtin", "library")}
    if len(names) == 1 and len(called.calls) == 1:
        (name,) = names
        last = name.rpartition(".")[2]
        if last in PROGRESS_BARS and name.partition(".")[0] in (
            "tqdm",
            "rich",
            "fastprogress",
            "alive_progress",
        ):
            if last == "trange":
                return _range(walk, node, position)
            return iterables.turn_of(walk, node.args[0], position) if node.args else None
        if (
            ("builtin", name) in called.calls
            or name in FINITE
            or name in ("numpy.ndenumerate", "numpy.ndindex", "numpy.arange")
        ):
            return _of_known(walk, node, name, position)
        return None
    if isinstance(node.func, ast.Attribute):
        return _of_method(walk, node, position)
    return None


def _range(walk: Walker, node: ast.Call, position: str) -> Turn | None:
    bounds = [walk.use(one) for one in node.args if not isinstance(one, ast.Starred)]
    if not 1 <= len(bounds) <= 3:
        return None
    varies = any(one.varies for one in bounds)
    low = bounds[0].poly if len(bounds) > 1 else constant(0)
    high = bounds[1].poly if len(bounds) > 1 else bounds[0].poly
    step = bounds[2].poly if len(bounds) > 2 else constant(1)
    mine = position == walk.symbol
    if low is None or step is None:
        poly = symbol(position + "key") if mine else None
        return Turn(replace(NUMBER, poly=poly, varies=mine or varies), distinct=True, varies=varies)
    count = None
    if high is not None and step == constant(1):
        count = high - low
    elif high is not None and step == constant(-1):
        count = low - high
    elif high is not None and step.number and (high - low).number is not None:
        length, stride = (high - low).number or 0, step.number
        count = constant(max(0, -(-length // stride)))
    poly = low + step * symbol(position)
    return Turn(replace(NUMBER, poly=poly, varies=mine or varies), count, distinct=True, varies=varies)


def _of_known(walk: Walker, node: ast.Call, name: str, position: str) -> Turn | None:
    mine = position == walk.symbol
    match name:
        case "range":
            return _range(walk, node, position)
        case "numpy.arange":
            turn = _range(walk, node, position)
            return turn and replace(turn, count=None)
        case "enumerate" if node.args:
            return _enumerate(walk, node, position)
        case "zip":
            return _zip(walk, node, position)
        case "reversed" if len(node.args) == 1:
            return _reversed(walk, node.args[0], position)
        case "sorted" if node.args:
            inner = _taken(walk, node.args[0], position)
            for keyword in node.keywords:
                walk.use(keyword.value)
            walk.call(node)
            return replace(_anywhere(inner), count=None)
        case "list" | "tuple" if len(node.args) == 1:
            return _taken(walk, node.args[0], position)
        case "set" | "frozenset" if len(node.args) == 1:
            inner = _taken(walk, node.args[0], position)
            value = replace(inner.value, poly=symbol(position + "key"))
            return replace(inner, value=value, distinct=True, count=None)
        case "itertools.product":
            return _product(walk, node, position)
        case "numpy.ndindex":
            for one in node.args:
                walk.use(one.value if isinstance(one, ast.Starred) else one)
            return Turn(_axes(position), distinct=not any(isinstance(one, ast.Starred) for one in node.args))
        case "numpy.ndenumerate" if node.args:
            array = walk.value(node.args[0])
            step = Step("index", symbol(position + "key"), varies=mine)
            walk.record("read", array.at(step), node, kind="array")
            index = _axes(position)
            return Turn(Value("tuple", parts=(index, replace(NUMBER, varies=True)), varies=True))
        case _ if name in FINITE:
            for one in node.args:
                if not isinstance(one, ast.Starred):
                    inner = iterables.turn_of(walk, one, position)
                    if inner.held:
                        return inner
            value = walk.value(node)
            return Turn(replace(part(value, SOMEWHERE), varies=True))
    return None


def _enumerate(walk: Walker, node: ast.Call, position: str) -> Turn:
    inner = iterables.turn_of(walk, node.args[0], position)
    start = constant(0)
    for extra in [*node.args[1:], *[keyword.value for keyword in node.keywords]]:
        start = walk.use(extra).poly or symbol("?start")
    varies = position == walk.symbol or inner.varies
    index = replace(NUMBER, poly=symbol(position) + start, varies=varies)
    value = Value("tuple", parts=(index, inner.value), varies=inner.value.varies)
    return replace(inner, value=value, distinct=False)


def _zip(walk: Walker, node: ast.Call, position: str) -> Turn:
    turns = [iterables.turn_of(walk, one, position) for one in node.args if not isinstance(one, ast.Starred)]
    held = next((one for one in turns if one.held), None)
    parts = tuple(one.value for one in turns)
    if len(turns) < len(node.args):
        for one in node.args:
            if isinstance(one, ast.Starred):
                walk.use(one.value)
        parts = ()
    varies = position == walk.symbol or any(one.varies for one in parts)
    return Turn(
        Value("tuple", parts=parts, varies=varies),
        held=held.held if held else "",
        what=held.what if held else "",
        varies=any(one.varies for one in turns),
    )


def _reversed(walk: Walker, node: ast.expr, position: str) -> Turn:
    inner = iterables.turn_of(walk, node, position)
    if isinstance(node, ast.Call) and inner.count is not None and inner.value.poly is not None:
        split = inner.value.poly.split(position)
        if split is not None:
            factor, rest = split
            last = rest + factor * (inner.count - constant(1))
            poly = last - factor * symbol(position)
            return replace(inner, value=replace(inner.value, poly=poly))
    return _anywhere(inner)


def _product(walk: Walker, node: ast.Call, position: str) -> Turn:
    axes: list[Value] = []
    for number, one in enumerate(node.args):
        if isinstance(one, ast.Starred):
            walk.use(one.value)
            return Turn(Value("tuple", varies=True))
        inner = iterables.turn_of(walk, one, position)
        if inner.held:
            return inner
        axis = symbol(f"{position}axis{number}") if inner.value.kind in ("number", "?") else None
        axes.append(replace(_anywhere(inner).value, poly=axis, varies=True))
    repeated = any(keyword.arg == "repeat" for keyword in node.keywords)
    return Turn(Value("tuple", parts=() if repeated else tuple(axes), varies=True))


def _of_method(walk: Walker, node: ast.Call, position: str) -> Turn | None:
    assert isinstance(node.func, ast.Attribute)
    base = walk.value(node.func.value)
    if base.kind == "instance" or base.library or base.kind == "foreign":
        return None
    name = node.func.attr
    mine = position == walk.symbol
    varies = mine or base.varies
    key = Value("foreign" if base.alien else "?", poly=symbol(position + "key"), varies=varies)
    slot = Step("index", symbol(position + "key"), text=position, varies=mine)
    if walk.reader.methods.get(name):
        return None
    match name:
        case "items" | "iteritems" | "keys" | "values" if not node.args:
            if base.kind not in ("dict", "?", "frame", "series"):
                return None
            walk.record("read", base.at(slot), node, kind=base.kind)
            held = part(base, slot)
            for root, _ in base.places:
                if root in walk.contents and not held.immutable:
                    held = replace(held, places=held.places | walk.contents[root].places)
            held = replace(held, varies=varies)
            if name == "keys":
                return Turn(key, distinct=True, varies=base.varies)
            if name == "values":
                return Turn(held, varies=base.varies)
            return Turn(Value("tuple", parts=(key, held), varies=varies), varies=base.varies)
        case "iterrows" | "itertuples":
            for one in [*node.args, *[k.value for k in node.keywords]]:
                walk.use(one)
            places = base.at(Step("loc", text="loc"), slot)
            walk.record("read", places, node, kind="frame")
            row = Value("?", places, varies=varies)
            if name == "itertuples":
                return Turn(row, varies=base.varies)
            return Turn(Value("tuple", parts=(key, row), varies=varies), varies=base.varies)
        case "groupby":
            walk.value(node)
            group = replace(walk.site(node, "frame"), varies=varies)
            return Turn(Value("tuple", parts=(key, group), varies=varies), varies=base.varies)
        case "glob" | "rglob" | "iterdir" if base.kind in ("path", "?"):
            walk.value(node)
            return Turn(Value("path", varies=varies), distinct=True, varies=base.varies)
        case "split" if base.kind == "model":
            walk.value(node)
            return Turn(Value("tuple", varies=varies), varies=base.varies)
    return None


def _axes(position: str) -> Value:
    """An index of several axes, no two turns the same."""
    axes = tuple(replace(NUMBER, poly=symbol(f"{position}axis{number}"), varies=True) for number in range(6))
    return Value("tuple", poly=symbol(position + "key"), parts=axes, varies=True)


def _taken(walk: Walker, node: ast.expr, position: str) -> Turn:
    """All elements were taken before the first turn: their slots may change, and once is enough."""
    before = len(walk.trail.accesses)
    turn = iterables.turn_of(walk, node, position)
    if position == walk.symbol:
        del walk.trail.accesses[before:]
    return replace(turn, held="", what="") if turn.held == "one-shot-iterator" else turn


def _anywhere(turn: Turn) -> Turn:
    """The same elements in an order that is not known; values that differ still differ."""
    value = turn.value

    def moved(one: Value) -> Value:
        places = frozenset(
            (
                root,
                tuple(
                    Step("index", None, varies=True) if step.text.startswith("#") else step for step in path
                ),
            )
            for root, path in one.places
        )
        poly = one.poly
        if poly is not None and not any(name.endswith("key") for name in poly.names):
            poly = None
        return replace(one, places=places, poly=poly, parts=tuple(moved(inner) for inner in one.parts))

    result = moved(value)
    if value.poly is not None and result.poly is None and turn.distinct:
        names = [name for name in value.poly.names if name.startswith("#")]
        if len(names) == 1:
            result = replace(result, poly=symbol(names[0] + "key"))
    return replace(turn, value=result)
