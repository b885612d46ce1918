"""Large values that are no arrays (texts, tables in lists, functions that hold such): pickled once a call.

Arrays are taken out of a pickle anyway (see ``shipping``); these would be pickled again for every task.
"""

from __future__ import annotations

import pickle
from types import FunctionType
from typing import Any

from funicular.routing.shipping import BIG_BYTES

MANY = 100  # shorter containers are cheap to look at again, and there may be many


class Kept:
    """What was pickled already during one call of the user's."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Any, Any]] = {}

    def wrap(self, value: Any) -> Any:
        """The value itself, or what unpacks to it on the worker."""
        is_function = type(value) is FunctionType
        if not is_function and (type(value) not in (list, tuple, dict) or len(value) <= MANY):
            return value
        mark = None if is_function else _mark(value)
        known = self._known.get(id(value))
        if known is None or known[0] is not value or known[1] != mark:
            known = self._known[id(value)] = (value, mark, _wrapped(value, is_function))
        return value if known[2] is None else known[2]

    def forget(self) -> None:
        """The call is over."""
        self._known.clear()


class Wrapped:
    """A large value, pickled; pickles as a buffer of its own, and unpickles as the value."""

    def __init__(self, blob: bytes) -> None:
        self._blob = blob

    def __reduce__(self) -> tuple[Any, ...]:
        return pickle.loads, (pickle.PickleBuffer(self._blob),)


def _wrapped(value: Any, is_function: bool) -> Wrapped | None:
    from dask.sizeof import sizeof

    from funicular.routing import pickling

    if not is_function and sizeof(value) < BIG_BYTES:
        return None
    try:
        blob, apart = pickling.dump_apart(value, lambda buffer: buffer.raw().nbytes < BIG_BYTES)
    except Exception:
        return None  # packing the whole will say what is wrong, by name
    return Wrapped(blob) if len(blob) >= BIG_BYTES and not apart else None


def _mark(value: Any) -> Any:
    """Changes when a container is changed in the usual ways: its length and some of its elements."""
    if isinstance(value, dict):
        return len(value)
    step = max(len(value) // 64, 1)
    return len(value), [id(each) for each in value[::step]]
