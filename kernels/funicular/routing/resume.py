"""``map(..., resume="name")``: what is done already comes from a store, what gets done goes into it.

Items are compared chunk by chunk while they are walked, so generators may be resumed too, and longer inputs
than then: the new items are computed. Where the function or an item differs, nothing is mixed: it is refused.
"""

from __future__ import annotations

import pickle
import platform
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable
from hashlib import blake2b
from itertools import chain, starmap
from time import monotonic, time
from typing import Any

from funicular.clusters.private import NoSpace
from funicular.errors import FunicularError
from funicular.routing import likeness, shelf
from funicular.routing.records import Record
from funicular.routing.shelf import About
from funicular.routing.source import Source
from funicular.routing.store import Store
from funicular.units import format_count, plural

BIG_BYTES = 1_000_000  # buffers from here on are written as they are, without a copy in a pickle
GATHER_S = 0.5  # results of short calls made here are written together
SETTLE_S = 5.0

Items = list[tuple[Any, ...]]


class ResumeDiffers(FunicularError):
    """A store has results of another function, or of other items."""

    code = "resume-differs"
    status = 409


class Resumption:
    """One call of ``map`` with a store. ``source``: the items that are still to be done."""

    def __init__(
        self, name: str, function: Callable[..., Any], called: str, iterables: tuple[Iterable[Any], ...]
    ) -> None:
        shelf.prune(time())
        parts = likeness.of_function(function, called)
        self._called = called
        self._store = Store(name)
        self._is_full = False
        self._waiting: tuple[int, bytes, list[Any]] | None = None  # first item, their digests, results
        self._lock = threading.RLock()
        self._gathered_at = self._settled_at = monotonic()
        self._done: dict[int, list[Any]] = {}
        try:
            if self._store.about is None:
                self._store.begin(called, parts)
            else:
                self._compare(self._store.about, parts)
            self.source = Rest(iterables, tuple(self._load()), called, self._differs)
        except BaseException:
            self._store.close()
            raise
        self.from_store = sum(map(len, self._done.values()))

    @property
    def said(self) -> str:
        """For the progress line; empty when nothing came from the store."""
        return f" ({format_count(self.from_store)} from {self._store.name})" if self.from_store else ""

    @property
    def told(self) -> str:
        """A sentence for after the cell."""
        came = f"{plural(self.from_store, 'result')} of `{self._called}`"
        return f"{came} came from the store {self._store.name}"

    def call(self, function: Callable[..., Any], first: int, items: Items) -> list[Any]:
        """The calls, made here and now; those before an exception are kept too."""
        __tracebackhide__ = True
        marks = likeness.of_each(items, first=first, called=self._called)  # calls may change their items
        results: list[Any] = []
        try:
            results.extend(starmap(function, items))
        finally:
            if results:
                self.add(first, marks[: len(results) * likeness.LENGTH], results)
        return results

    def keep(self, first: int, items: Items, results: list[Any]) -> None:
        """Results of these items are there: from now on they count as returned."""
        self.add(first, likeness.of_each(items, first=first, called=self._called), results)
        self.flush()

    def add(self, first: int, marks: bytes, results: list[Any]) -> None:
        """The same for short calls, written with those that follow soon.   marks: digests of the items."""
        with self._lock:
            self._done[first] = results
            waiting = self._waiting
            if waiting is not None and waiting[0] + len(waiting[2]) == first:
                self._waiting = (waiting[0], waiting[1] + marks, waiting[2] + results)
            else:
                self.flush()
                self._waiting = (first, marks, results)
            if monotonic() - self._gathered_at > GATHER_S:
                self.flush()

    def flush(self) -> None:
        """Write what waits. A full disk is told once; the map goes on without its store."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
            self._gathered_at = monotonic()
            if waiting is None or not waiting[2] or self._is_full:
                return
            first, marks, results = waiting
            try:
                self._store.add(Record(first, len(results), _digest(marks), _packed(results, self._called)))
            except NoSpace as error:
                self._is_full = True
                warnings.warn(f"From here on no results are stored.\n{error}", RuntimeWarning, stacklevel=2)
                return
            if monotonic() - self._settled_at > SETTLE_S:
                self._store.settle()
                self._settled_at = monotonic()

    def close(self) -> None:
        """The call is over, well or not."""
        try:
            self.flush()
            self._store.settle()
        finally:
            self._store.close()

    def results(self) -> list[Any]:
        """All results, in the order of the items."""
        return list(chain.from_iterable(self._done[first] for first in sorted(self._done)))

    def note(self) -> str:
        """What an error should add: how much is safe."""
        kept = sum(map(len, self._done.values()))
        return (
            f"{plural(kept, 'result')} of `{self._called}` lie in the store {self._store.name}: "
            f"the same call goes on from there."
        )

    def _load(self) -> Iterable[Record]:
        for record in self._store.records():
            try:
                self._done[record.first] = pickle.loads(record.parts[0], buffers=record.parts[1:])
            except Exception as error:
                raise shelf.StoreProblem(
                    f"Results in the store {self._store.name} cannot be unpacked here.",
                    why=f"{type(error).__name__}: {error}",
                    next_step="Run the cells that define their classes first, with the packages of then; "
                    f"or delete it: funicular.forget({self._store.name!r}).",
                ) from error
            yield Record(record.first, record.items, record.digest, ())

    def _compare(self, about: About, parts: dict[str, str]) -> None:
        if dict(about.parts) == parts:
            return
        changed = [each for each in {**parts, **about.parts} if parts.get(each) != about.parts.get(each)]
        why = f"of `{self._called}` is not what it was: {', '.join(changed)}"
        if about.function != self._called:
            why = f"belongs to `{about.function}`, and this is `{self._called}`"
        if about.python.split(".")[:2] != platform.python_version().split(".")[:2]:
            why += f" (it was made with Python {about.python})"
        raise self._differs(why)

    def _differs(self, why: str) -> ResumeDiffers:
        name = self._store.name
        return ResumeDiffers(
            f"The store {name} has results of another call.",
            why=f"What is there {why}.",
            next_step=f"To begin anew: funicular.forget({name!r}). To keep both: another name in resume=.",
        )


class Rest(Source):
    """The items without those that a store has results for, which were compared.

    differs: makes the error from the reason.
    """

    def __init__(
        self,
        iterables: tuple[Iterable[Any], ...],
        records: tuple[Record, ...],
        called: str,
        differs: Callable[[str], FunicularError],
    ) -> None:
        super().__init__(iterables)
        self._gaps: deque[tuple[int, Items]] = deque()
        for record in sorted(records, key=lambda each: each.first):
            if (missing := record.first - self.taken) > 0:
                first, items = super().take(missing)
                self._gaps.append((first, items)) if items else None
            first, items = super().take(record.items)
            if self.error is not None:
                return  # the user's iterable raised: told when all before it is done
            last = format_count(record.first + record.items)
            if len(items) < record.items:
                raise differs(f"goes on to item {last}, and yours end before")
            if _digest(likeness.of_each(items, first=first, called=called)) != record.digest:
                raise differs(f"is of other items: one of {format_count(first + 1)} to {last} has changed")

    @property
    def remaining(self) -> int | None:
        """How many are left to do; ``None`` when nobody knows."""
        left = super().remaining
        return None if left is None else left + sum(len(items) for _, items in self._gaps)

    @property
    def has_more(self) -> bool:
        return bool(self._gaps) or not self.ended

    def end(self) -> None:
        super().end()
        self._gaps.clear()

    def take(self, most: int) -> tuple[int, Items]:
        """The next ones: those first that lie between stored ones."""
        with self._lock:
            if self._gaps:
                first, items = self._gaps.popleft()
                if len(items) > most:
                    self._gaps.appendleft((first + most, items[most:]))
                return first, items[:most]
        return super().take(most)


def _digest(marks: bytes) -> bytes:
    return blake2b(marks, digest_size=likeness.LENGTH).digest()


def _packed(results: list[Any], called: str) -> tuple[Any, ...]:
    """By reference where a name leads to it: a notebook's classes are those that it has then."""
    apart: list[Any] = []

    def stays_inside(buffer: pickle.PickleBuffer) -> bool:
        if buffer.raw().nbytes < BIG_BYTES:
            return True
        apart.append(buffer.raw())
        return False

    try:
        return pickle.dumps(results, protocol=5, buffer_callback=stays_inside), *apart
    except Exception:  # whatever a user's __reduce__ raises
        from funicular.routing.shipping import pack

        parcel = pack(results, what=f"A result of `{called}`")
        return parcel.blob, *parcel.buffers
