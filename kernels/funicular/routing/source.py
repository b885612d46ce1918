"""The arguments of a map: walked once, in order, by whichever thread needs the next ones."""

from __future__ import annotations

import operator
import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
PLAIN: tuple[type, ...] = (list, tuple, range, str, bytes, dict, set, frozenset, *VIEWS)
LIBRARIES = ("numpy", "pandas")


class Source:
    """Tuples of arguments, as ``zip`` gives them, and how many are left if that can be known.

    is_plain: walking it runs none of the user's code, so any thread may do it.
    error: what the user's iterable raised, kept until all before it is done, as a serial run would.
    """

    def __init__(self, iterables: tuple[Iterable[Any], ...]) -> None:
        self.total = _length(iterables)
        self.is_plain = all(_is_plain(each) for each in iterables)
        self.taken = 0
        self.ended = False
        self.error: BaseException | None = None
        self._items: Iterator[tuple[Any, ...]] = zip(*iterables, strict=False)
        self._lock = threading.Lock()

    @property
    def remaining(self) -> int | None:
        """How many are left; ``None`` when nobody knows."""
        if self.ended:
            return 0
        return None if self.total is None else max(self.total - self.taken, 0)

    @property
    def has_more(self) -> bool:
        """Whether ``take`` may give any."""
        return not self.ended

    def end(self) -> None:
        """Nobody wants the rest."""
        self.ended = True

    def take(self, most: int) -> tuple[int, list[tuple[Any, ...]]]:
        """The next ones, at most so many, and the number of the first; none at the end."""
        with self._lock:
            first = self.taken
            found: list[tuple[Any, ...]] = []
            if self.ended:
                return first, found
            try:
                found.extend(islice(self._items, most))  # keeps what came before an exception
            except Exception as error:
                self.error = error
                self.ended = True
            self.taken += len(found)
            if len(found) < most:
                self.ended = True
            return first, found


def _length(iterables: tuple[Iterable[Any], ...]) -> int | None:
    known = []
    for each in iterables:
        try:
            known.append(len(each))  # type: ignore[arg-type]
        except TypeError:
            hint = operator.length_hint(each, -1)
            if hint >= 0:
                known.append(hint)
    return min(known) if len(known) == len(iterables) else None


def _is_plain(iterable: object) -> bool:
    kind = type(iterable)
    return kind in PLAIN or kind.__module__.partition(".")[0] in LIBRARIES
