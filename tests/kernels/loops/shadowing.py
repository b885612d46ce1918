"""The smallest engine that runs plans: shadows on pickled copies, then the user's loop with their values.

It runs in one process and decides nothing at run time but what a worker must: a value that is (part of)
something else, that is not of a plain type, or that is NaN, is left to the loop itself.
"""

from __future__ import annotations

import ast
import builtins
import pickle
import sys
import traceback
import types
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any

import cloudpickle
import numpy as np
from cloudpickle.cloudpickle import _DYNAMIC_CLASS_TRACKER_BY_ID

from funicular.loops.split import plans_of
from funicular.loops.split_plan import Plan
from funicular.loops.split_render import HANDLE, rendered
from tests.corpus.oracle.effects import watched
from tests.corpus.oracle.observe import OracleError, time_limit
from tests.kernels.loops.portrait import Picture, portrait

HOLE = object()
LIMIT_S = 20.0
AGAIN = (enumerate, zip, reversed)
WALKED = (
    list,
    tuple,
    range,
    dict,
    str,
    set,
    np.ndarray,
    type({}.items()),
    type({}.keys()),
    type({}.values()),
)
PLAIN = (int, float, complex, bool, str, bytes, type(None), range)


@dataclass(frozen=True, slots=True)
class Walk:
    """A call of ``zip`` or its kin: what it gave, and how to make it again."""

    real: Any
    function: Any
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]

    def again(self) -> Any:
        inner = [one.again() if isinstance(one, Walk) else one for one in self.arguments]
        return self.function(*inner, **self.keywords)


@dataclass
class Run:
    """One entry into a loop: its items, and for each iteration the values of its slots."""

    plan: Plan
    items: Any
    values: list[dict[int, deque[Any]]] = field(default_factory=list)
    now: dict[int, deque[Any]] = field(default_factory=dict)


class Kernel:
    """What ``__funicular__`` is: see ``split_render.rendered``. taken: values that came from a shadow."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.plans = plans
        self.pending: dict[int, list[Run]] = defaultdict(list)
        self.runs: dict[int, list[Run]] = defaultdict(list)
        self.taken: dict[int, int] = defaultdict(int)
        self.entered: set[int] = set()
        self.errors: list[str] = []
        self.misaligned = 0
        self.is_shadow = False

    def walk(self, function: Any, *arguments: Any, **keywords: Any) -> Walk:
        inner = [one.real if isinstance(one, Walk) else one for one in arguments]
        return Walk(function(*inner, **keywords), function, arguments, keywords)

    def begin(self, key: int, iterable: Any) -> bool:
        frame = sys._getframe(1)
        return self.entry(key, iterable, frame)

    def entry(self, key: int, iterable: Any, frame: types.FrameType) -> bool:
        run = Run(self.plans[key], iterable.real if isinstance(iterable, Walk) else iterable)
        self.pending[key].append(run)
        if self.is_shadow or not walks_again(iterable):
            return False
        self.entered.add(key)
        items = list(iterable.again() if isinstance(iterable, Walk) else iterable)
        names = {**frame.f_globals, **frame.f_locals}
        needs = {name: names[name] for name in run.plan.needs if name in names}
        try:
            blob = cloudpickle.dumps((needs, items))
            _DYNAMIC_CLASS_TRACKER_BY_ID.clear()  # so that classes become others, as in another process
            shipped, items = pickle.loads(blob)
        except Exception as error:
            self.errors.append(f"not shipped: {error!r}")
            return False
        worker = Worker(run.plan, shipped, self)
        if worker.outer.grows_when_read():
            return False
        self.is_shadow = True
        try:
            run.values = worker.values(items)
        finally:
            self.is_shadow = False
        return True

    def it(self, key: int) -> Iterable[Any]:
        run = self.pending[key].pop()
        return self.turns(key, run) if run.values else run.items

    def opened(self, key: int, iterable: Any) -> Iterable[Any]:
        self.entry(key, iterable, sys._getframe(1))
        return self.it(key)

    def turns(self, key: int, run: Run) -> Iterator[Any]:
        self.runs[key].append(run)
        spare = {slot.number for slot in run.plan.slots if slot.spare}
        try:
            for place, item in enumerate(run.items):
                run.now = run.values[place] if place < len(run.values) else {}
                yield item
                self.misaligned += sum(bool(rest) for slot, rest in run.now.items() if slot not in spare)
        finally:
            self.runs[key].remove(run)

    def has(self, key: int, slot: int) -> bool:
        if not self.runs[key]:
            return False
        rest = self.runs[key][-1].now.get(slot)
        if not rest:
            return False
        if rest[0] is HOLE:
            rest.popleft()
            return False
        return True

    def take(self, key: int, slot: int) -> Any:
        self.taken[key] += 1
        return owned(pickle.loads(self.runs[key][-1].now[slot].popleft()))


class Worker:
    """Runs a shadow over items, on copies."""

    def __init__(self, plan: Plan, shipped: dict[str, Any], kernel: Kernel) -> None:
        self.kernel = kernel
        self.plan = plan
        self.names = {slot.number: set(slot.names) for slot in plan.slots}
        space: dict[str, Any] = {"__builtins__": builtins, "__name__": "__main__", **shipped}
        module = ast.Module([plan.shadow], [])
        exec(compile(module, "<shadow>", "exec"), space)
        self.shadow = space["__shadow__"]
        mine = [one for one in shipped.values() if getattr(one, "__module__", "") == "__main__"]
        spaces = [getattr(one, "__globals__", {}) for one in mine]
        seen = [{name: one for name, one in space.items() if name != "__builtins__"} for space in spaces]
        self.outer = Reach([shipped, *seen])
        self.now: dict[int, deque[Any]] = {}

    def values(self, items: list[Any]) -> list[dict[int, deque[Any]]]:
        self.outer.add(items)
        found = []
        for item in items:
            self.now = defaultdict(deque)
            try:
                self.shadow(item, self.record)
            except Exception as error:
                self.kernel.errors.append(f"{error!r}")
            found.append(self.now)
        return found

    def record(self, slot: int, value: Any) -> Any:
        frame = sys._getframe(1)
        others = [one for name, one in frame.f_locals.items() if name not in self.names[slot]]
        if is_plain(value) and not Reach(others).meets(value) and not self.outer.meets(value):
            self.now[slot].append(pickle.dumps(value))
        else:
            self.now[slot].append(HOLE)
        return value


class Reach:
    """Objects with an identity that can be got at."""

    def __init__(self, values: Iterable[Any]) -> None:
        self.ids: dict[int, Any] = {}
        self.arrays: list[Any] = []
        for one in values:
            self.add(one)

    def add(self, value: Any) -> None:
        todo = [value]
        while todo:
            one = todo.pop()
            if type(one) in PLAIN or id(one) in self.ids or isinstance(one, types.ModuleType):
                continue
            self.ids[id(one)] = one
            match one:
                case list() | tuple() | set() | deque():
                    todo += one
                case dict():
                    todo += [*one.keys(), *one.values()]
                case np.ndarray():
                    self.arrays.append(one)
                    todo += one.ravel().tolist() if one.dtype == object else []
                case types.FunctionType():
                    cells = [cell.cell_contents for cell in one.__closure__ or ()]
                    todo += [one.__defaults__, one.__kwdefaults__, one.__dict__, *cells]
                case _:
                    todo += [vars(one)] if hasattr(one, "__dict__") and not isinstance(one, type) else []

    def grows_when_read(self) -> bool:
        """Whether there is a dict that keeps what it is asked for, such as a defaultdict."""
        return any(isinstance(one, dict) and hasattr(type(one), "__missing__") for one in self.ids.values())

    def meets(self, value: Any) -> bool:
        inner = Reach([value])
        if inner.ids.keys() & self.ids.keys():
            return True
        return any(np.may_share_memory(one, other) for one in inner.arrays for other in self.arrays)


def walks_again(iterable: Any) -> bool:
    if isinstance(iterable, Walk):
        return iterable.function in AGAIN and all(
            walks_again(one) or type(one) is int for one in iterable.arguments
        )
    return type(iterable) in WALKED


def is_plain(value: Any) -> bool:
    if type(value) in (list, tuple):
        return all(map(is_plain, value))
    if type(value) is dict:
        return all(is_plain(key) and is_plain(one) for key, one in value.items())
    if type(value) is np.ndarray:
        return bool(value.dtype != object)
    return (type(value) in PLAIN or isinstance(value, np.number | np.bool_)) and value == value


def owned(value: Any) -> Any:
    """Arrays that came through a pickle do not own their memory."""
    match value:
        case np.ndarray():
            return value.copy(order="K")
        case list():
            value[:] = map(owned, value)
        case tuple():
            return tuple(map(owned, value))
        case dict():
            value.update({key: owned(one) for key, one in value.items()})
    return value


class _Put(ast.NodeTransformer):
    def __init__(self, plans: Sequence[Plan]) -> None:
        self.keys = {plan.loop: key for key, plan in enumerate(plans)}
        self.plans = plans

    def visit(self, node: ast.AST) -> Any:
        if node in self.keys:
            return rendered(self.plans[self.keys[node]], self.keys[node])  # type: ignore[index]
        return self.generic_visit(node)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program leaves behind. error: type, text and lines of the exception that ended it."""

    names: Picture
    error: Picture
    output: str
    random: Picture


def serial(cells: Sequence[str], limit_s: float = LIMIT_S) -> Outcome:
    """The outcome of the cells as they are."""
    return _run([ast.parse(text) for text in cells], limit_s)


def shadowed(cells: Sequence[str], limit_s: float = LIMIT_S) -> tuple[Outcome, Kernel]:
    """The outcome of the cells with every outermost plan in place."""
    trees = [ast.parse(text) for text in cells]
    plans = [one for found in plans_of(trees) for one in found if isinstance(one, Plan)]
    kernel = Kernel(plans)
    made = [ast.fix_missing_locations(_Put(plans).visit(tree)) for tree in trees]
    setattr(builtins, HANDLE, kernel)
    try:
        return _run(made, limit_s), kernel
    finally:
        delattr(builtins, HANDLE)


@contextmanager
def in_main(module: types.ModuleType) -> Iterator[None]:
    """Classes of the program say that they are from here, and its files go to a folder of their own."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = module
    try:
        with TemporaryDirectory() as folder, chdir(folder):
            yield
    finally:
        sys.modules["__main__"] = main


def _run(trees: Sequence[ast.Module], limit_s: float) -> Outcome:
    module = types.ModuleType("__main__")
    space: dict[str, Any] = module.__dict__
    error: Picture = ()
    with in_main(module), watched() as effects, time_limit(limit_s):
        for number, tree in enumerate(trees):
            try:
                exec(compile(tree, f"<cell {number}>", "exec"), space)
            except OracleError:
                raise
            except Exception as raised:
                lines = [
                    (one.filename, one.lineno, one.colno, one.end_colno)
                    for one in traceback.extract_tb(raised.__traceback__)
                    if one.filename.startswith("<cell")
                ]
                error = (type(raised).__name__, str(raised), *lines)
                break
        outcome = Outcome(portrait(space), error, effects.out.getvalue(), effects.mark())
        space.clear()  # files that it left open are closed here
        return outcome


def same(cells: Sequence[str], limit_s: float = LIMIT_S) -> Kernel:
    """Run the cells both ways and compare everything; gives the kernel, which knows what it took."""
    plain = serial(cells, limit_s)
    mine, kernel = shadowed(cells, limit_s)
    text = "\n# %%\n".join(cells)
    for place, (one, other) in enumerate(zip(plain.names, mine.names, strict=False)):
        assert one == other, f"name {place}: {one} became {other}\n{text}"
    assert plain == mine, f"{plain}\n{mine}\n{text}"
    assert not kernel.misaligned, text
    return kernel
