"""The oracle: runs a program again for every iteration of a loop, and merges what each did alone.

An iteration is isolated by running the whole program anew up to the loop, and then this iteration only: it
sees the state as it was before the loop, whatever kind of object holds it.
"""

from __future__ import annotations

import ast
import atexit
import os
import random
import shutil
import signal
import sys
import tempfile
import types
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import chdir, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

import numpy as np

from tests.corpus.oracle.effects import Effects, watched
from tests.corpus.oracle.instrument import PROBE, Site, instrument
from tests.corpus.oracle.state import Tree, differing, merge, reach, slots, snapshot, unordered, value_tree

MOST_ITERATIONS = 2000
MOST_ENTRIES = 4
TIME_LIMIT_S = 20.0


class OracleError(Exception):
    """The program itself fails, or the loop under test is never entered."""


class Stop(BaseException):
    """Ends a run when enough was seen."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What the runs showed.

    why: words of a label and a sentence. iterations: most at one entry. changes: whether it does anything.
    permutes: whether any order gives the same, up to the order of what is appended. A loop may run in
    parallel and not permute: each iteration has a copy, and what it wrote is merged in order.
    """

    may: bool
    why: str = ""
    iterations: int = 0
    changes: bool = False
    permutes: bool = False


@dataclass
class Run:
    """One run: which iterations of which entry, and what they left behind."""

    site: int
    entry: int
    choose: Callable[[int], Iterable[int]] | None
    seed: int | None
    before: Tree | None = None
    after: Tree | None = None
    count: int = 0
    entered: bool = False
    is_once: bool = False
    left_early: bool = False
    effects: set[str] = field(default_factory=set)
    logs: list[list[Any]] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    stored: list[list[Any]] = field(default_factory=list)  # containers, and at which key they got a value


class Probe:
    """The hooks that the instrumented program calls."""

    def __init__(self, run: Run, site: Site, effects: Effects) -> None:
        self.run, self.site, self.effects = run, site, effects
        self.entries = 0
        self.is_inside = False
        self.mark: tuple[Any, ...] = ()
        self.first: dict[str, Any] = {}  # what the covered names were when the loop began

    def items(self, number: int, iterable: Iterable[Any]) -> Iterable[Any]:
        if number != self.run.site:
            return iterable
        self.entries += 1
        if self.entries != self.run.entry + 1:
            return iterable
        self.run.entered = True
        return self._watch(iterable, sys._getframe(1))

    def elt(self, number: int, value: Any) -> Any:
        if self.is_inside and number == self.run.site:
            self.run.logs[-1].append(value_tree(value))
            if self.site.is_lazy:  # what comes now is the consumer's
                self.run.effects |= self.effects.since(self.mark)
                self.is_inside = False
        return value

    def log(self, number: int, value: Any) -> Any:
        if self.is_inside and number in self.site.logs:
            self.run.logs[-1].append((number, value_tree(value)))
        return value

    def touch(self, number: int, value: Any) -> Any:
        """Note which variables are the container that a reduction writes into under a passing name."""
        if self.is_inside and number in self.site.logs:
            scope = self._scope(sys._getframe(1))
            names = {name.removeprefix("global ") for name, other in scope.items() if other is value}
            self.run.touched |= names - self.site.bound
        return value

    def into(self, number: int, container: Any) -> Any:
        if self.is_inside and number in self.site.logs:
            self.run.stored.append([container])
        return container

    def at(self, number: int, key: Any) -> Any:
        if self.is_inside and number in self.site.logs:
            self.run.stored[-1].append(key)
        return key

    def bound(self, number: int, names: tuple[str, ...]) -> None:
        if self.is_inside and number in self.site.logs:
            self.run.bound |= set(names)

    def _scope(self, frame: types.FrameType) -> dict[str, Any]:
        if frame.f_locals is frame.f_globals:
            return dict(frame.f_globals)
        own = {name: value for name, value in frame.f_locals.items() if name != ".0"}
        return {
            **{f"global {name}": value for name, value in frame.f_globals.items() if name[:2] != "__"},
            **own,
        }

    def _look(self, frame: types.FrameType, *, is_alone: bool = False) -> Tree:
        scope = self._scope(frame)
        covered: set[int] = set()
        names: set[str] = set()
        arrays: list[Any] = []
        for name in self.site.covered:
            value: Any = scope.get(name.split(".")[0], scope.get(f"global {name.split('.')[0]}"))
            if "." not in name:
                names |= {name, f"global {name}"} if name not in frame.f_locals else {name}
            else:
                for part in name.split(".")[1:-1]:
                    value = getattr(value, part, None)
                # what belongs to an object is left out by name, wherever the object is seen
                names.add(name)
                value = getattr(value, name.split(".")[-1], None)
            if self.first.setdefault(name, value) is not value:
                continue  # another object since the loop began: the name is left out, who else has it is not
            covered |= reach(value)
            arrays += [value] if isinstance(value, np.ndarray) else []
        if covered:
            for name in self.site.others - self.site.covered:
                covered -= reach(scope.get(name, scope.get(f"global {name}")))
        tree = snapshot(scope, covered, names, arrays, slots(self.run.stored) if is_alone else ())
        dots = {name.rpartition(".")[2] for name in self.site.covered if "." in name}
        return _without(tree, dots) if dots else tree

    def _watch(self, iterable: Iterable[Any], frame: types.FrameType) -> Generator[Any, None, None]:
        run = self.run
        run.is_once = iter(iterable) is iterable
        if run.seed is not None:
            perturb(self._scope(frame), random.Random(run.seed))
        run.before = self._look(frame)
        if run.choose is None:
            for number, item in enumerate(iterable):
                if number >= MOST_ITERATIONS:
                    raise Stop
                yield from self._step(item)
            run.count = len(run.logs)
            run.after = self._look(frame)
            raise Stop
        kept = []
        chosen = run.choose(0)
        if chosen is COUNT:
            run.count = sum(1 for number, _ in zip(range(MOST_ITERATIONS + 1), iterable, strict=False))
            raise Stop
        is_alone = isinstance(chosen, range) and len(chosen) == 1
        if isinstance(chosen, range) and is_alone:
            iterator = iter(iterable)
            for _ in range(chosen[0]):
                next(iterator)
            kept = [next(iterator)]
        else:
            items = list(iterable)
            kept = [items[number] for number in run.choose(len(items))]
        try:
            for item in kept:
                yield from self._step(item)
        except GeneratorExit:
            run.after = self._look(frame, is_alone=is_alone)
            raise
        run.after = self._look(frame, is_alone=is_alone)
        raise Stop

    def _step(self, item: Any) -> Generator[Any, None, None]:
        self.mark = self.effects.mark()
        self.run.logs.append([])
        self.is_inside = True
        try:
            yield item
        except GeneratorExit:
            self.run.left_early = True
            raise
        finally:
            if self.is_inside or not self.site.is_lazy:
                self.run.effects |= self.effects.since(self.mark)
            self.is_inside = False


COUNT: Any = ()


def _without(tree: Tree, names: set[str]) -> Tree:
    """The tree without attributes of these names."""
    match tree:
        case ("dict", kind, keys, values):
            kept = [(k, _without(v, names)) for k, v in zip(keys, values, strict=True) if k not in names]
            return ("dict", kind, tuple(k for k, _ in kept), tuple(v for _, v in kept))
        case ("list", kind, values):
            return ("list", kind, tuple(_without(value, names) for value in values))
        case ("tuple", kind, values):
            return ("tuple", kind, tuple(_without(value, names) for value in values))
    return tree


def perturb(scope: dict[str, Any], chance: random.Random) -> None:
    """Multiply the floats in lists and arrays by 1 to 1.2, in place: no special value is left to luck."""
    for name in sorted(scope):
        match scope[name]:
            case list() as values:
                for place, value in enumerate(values):
                    if type(value) is float:
                        values[place] = value * (1 + 0.2 * chance.random())
            case np.ndarray() as array if (
                array.dtype.kind == "f" and array.flags.writeable and array.size < 5000
            ):
                array *= 1 + 0.2 * np.array([chance.random() for _ in range(array.size)]).reshape(array.shape)


@lru_cache(maxsize=8)
def _prepared(text: str) -> tuple[types.CodeType, tuple[Site, ...]]:
    tree, sites = instrument(text)
    return compile(tree, "<program>", "exec"), tuple(sites)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ``OracleError`` when what is inside takes longer; main thread only."""

    def late(*_: Any) -> None:
        raise OracleError(f"took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@cache
def _folder() -> str:
    """Where programs run, empty before each; one a process."""
    folder = tempfile.mkdtemp(prefix="corpus-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _execute(text: str, run: Run, site: Site | None = None) -> Run:
    code, sites = _prepared(text)
    site = site or sites[run.site]
    module = types.ModuleType("__main__")
    folder = _folder()
    main = sys.modules["__main__"]
    try:
        with chdir(folder), watched() as effects:
            sys.modules["__main__"] = module  # classes of the program say that they are from here
            module.__dict__[PROBE] = Probe(run, site, effects)
            try:
                with suppress(Stop):
                    exec(code, module.__dict__)
            finally:
                module.__dict__.clear()  # files that it left open are closed here
    finally:
        sys.modules["__main__"] = main
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    return run


def observe(
    text: str,
    line: int,
    place: int = 0,
    *,
    entries: int = MOST_ENTRIES,
    seeds: Sequence[int | None] = (None, 1),
    is_permuted: bool = True,
    time_limit_s: float = TIME_LIMIT_S,
) -> Observation:
    """Try the loop whose ``for`` stands at ``line``; ``place``: how many of that line are before it.

    entries: how many entries into the loop are tried. seeds: of the perturbations; ``None`` is none.
    is_permuted: whether other orders are tried too.
    Raises ``OracleError`` when the program fails by itself, or never comes to the loop.
    """
    _, sites = _prepared(text)
    site = next(n for n, site in enumerate(sites) if (site.line, site.place) == (line, place))
    if sites[site].leaves:
        _execute(text, Run(site, 10**9, None, None))  # it must run, at least
        return Observation(False, f"search: {sites[site].leaves} in the body")
    with time_limit(time_limit_s):
        most, changes, permutes, why = 0, False, True, ""
        for entry in range(entries):
            for seed in seeds:
                try:
                    found = _one_entry(text, sites[site], site, entry, seed, is_permuted)
                except OracleError:
                    raise
                except Exception as error:
                    if seed is None or len(seeds) == 1:
                        raise OracleError(f"the program fails: {type(error).__name__}: {error}") from error
                    continue
                if found is None:
                    break
                if not found.may:
                    return found
                most, changes = max(most, found.iterations), changes or found.changes
                permutes, why = permutes and found.permutes, why or found.why
        if most == 0:
            raise OracleError("the loop is never entered")
        return Observation(True, why, most, changes, permutes)


def _one_entry(
    text: str, site: Site, number: int, entry: int, seed: int | None, is_permuted: bool
) -> Observation | None:
    serial = _execute(text, Run(number, entry, None, seed), site)
    if not serial.entered:
        return None
    if more := serial.touched - site.others - site.covered:
        return _one_entry(text, replace(site, covered=site.covered | more), number, entry, seed, is_permuted)
    count = len(serial.logs)
    if serial.effects:
        return Observation(False, f"{min(serial.effects)}: seen in an iteration", count)
    if serial.is_once and not _walks_again(site):
        return Observation(False, "one-shot: what is walked can be walked once only", count)
    if count >= MOST_ITERATIONS:
        return Observation(False, "grows: it does not end", count)
    if serial.left_early and not (site.is_lazy_end or site.is_lazy):
        return Observation(False, "search: it ends before its end", count)
    counted = _execute(text, Run(number, entry, lambda _: COUNT, seed), site)
    if counted.count != count and not serial.left_early:
        return Observation(False, f"grows: {count} iterations instead of {counted.count}", count)
    merged: Any = None
    changes = False
    for k in range(count):
        try:
            alone = _execute(text, Run(number, entry, lambda _, k=k: range(k, k + 1), seed), site)  # type: ignore[misc]
        except Exception as error:
            return Observation(False, f"iteration {k} alone raises {type(error).__name__}: {error}", count)
        if alone.effects:
            return Observation(False, f"{min(alone.effects)}: seen in iteration {k} alone", count)
        if alone.logs != [serial.logs[k]]:
            told = differing(("list", "", tuple(alone.logs)), ("list", "", (serial.logs[k],)), "gives")
            return Observation(False, f"iteration {k} alone {told}", count)
        if alone.before != serial.before:
            raise OracleError(f"not the same twice: {differing(alone.before, serial.before)}")  # type: ignore[arg-type]
        merged = alone.before if merged is None else merged
        changes = changes or alone.after != alone.before or bool(alone.logs[0])
        merged = merge(alone.before, merged, alone.after, alone.bound - site.covered)  # type: ignore[arg-type]
    if count and not serial.left_early and not site.is_lazy and merged != serial.after:
        told = differing(merged, serial.after) or "the order differs"  # type: ignore[arg-type]
        return Observation(False, f"merged, {told}", count)
    differs = _permuted(text, site, number, entry, seed, serial) if is_permuted else ""
    return Observation(True, differs, count, changes, not differs)


def _permuted(text: str, site: Site, number: int, entry: int, seed: int | None, serial: Run) -> str:
    """What is different when the iterations come in other orders, all on the same data; else empty."""
    if len(serial.logs) < 2 or serial.left_early:
        return ""
    wanted = sorted(map(repr, serial.logs))
    for order in (lambda n: range(n - 1, -1, -1), lambda n: [*range(n // 2, n), *range(n // 2)]):
        try:
            run = _execute(text, Run(number, entry, order, seed), site)
        except Exception as error:
            return f"permuted, it raises {type(error).__name__}: {error}"
        if sorted(map(repr, run.logs)) != wanted:
            return "permuted, iterations give other values"
        assert run.after is not None and serial.after is not None
        names = {name for bound in site.bound for name in (bound, f"global {bound}")}
        if not site.is_lazy and unordered(run.after, names) != unordered(serial.after, names):
            return "permuted, the outcome is another one"
    return ""


def _walks_again(site: Site) -> bool:
    """Whether what is walked is made on the spot from things that can be walked again."""
    walked = site.node.iter if isinstance(site.node, ast.For) else site.node.generators[0].iter  # type: ignore[union-attr]
    return _is_made_here(walked)


def _is_made_here(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="items")) if name == PROBE:
            return _is_made_here(node.args[1])
        case ast.Call() | ast.GeneratorExp():
            return True
    return False
