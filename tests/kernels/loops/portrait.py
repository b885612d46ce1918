"""All that a program leaves behind, to be compared: names, types, bits, and who is one with whom."""

from __future__ import annotations

import types
from collections import deque
from typing import Any

import numpy as np

from tests.corpus.oracle.state import value_tree

Picture = tuple[Any, ...]
ATOMS = (int, float, complex, bool, str, bytes, type(None), range, slice)
SAME = (types.ModuleType, types.BuiltinFunctionType, np.ufunc, type, types.GeneratorType)


def portrait(names: dict[str, Any]) -> Picture:
    """The variables in their order; an object that was seen before is named by its number."""
    painter = _Painter()
    kept = [(name, value) for name, value in names.items() if not name.startswith("__")]
    return tuple((name, painter.paint(value)) for name, value in kept)


class _Painter:
    def __init__(self) -> None:
        self.seen: dict[int, int] = {}
        self.held: list[Any] = []  # so that no number is used twice

    def paint(self, value: Any) -> Picture:
        if type(value) in ATOMS or isinstance(value, np.generic):
            return (type(value).__name__, repr(value))
        if isinstance(value, SAME):
            return (type(value).__name__, getattr(value, "__name__", ""))
        if id(value) in self.seen:
            return ("again", self.seen[id(value)])
        if type(value) is not tuple:  # that two equal ones are one object is not promised
            self.seen[id(value)] = len(self.seen)
            self.held.append(value)
        return (type(value).__name__, *self.inside(value))

    def inside(self, value: Any) -> Picture:
        match value:
            case list() | tuple() | deque():
                return tuple(map(self.paint, value))
            case dict():
                return tuple((self.paint(key), self.paint(one)) for key, one in value.items())
            case set() | frozenset():
                return tuple(map(repr, value))
            case np.ndarray():
                flags = (value.flags.owndata, value.flags.writeable, value.flags.f_contiguous)
                base = self.paint(value.base) if isinstance(value.base, np.ndarray) else ()
                held = value.ravel().tolist()
                inside = tuple(map(self.paint, held)) if value.dtype == object else repr(held)
                return (str(value.dtype), value.shape, value.strides, flags, base, inside)
            case types.FunctionType():
                return (value.__name__, self.paint(value.__defaults__ or ()), self.paint(value.__dict__))
        if type(value).__module__ == "__main__":
            return tuple((name, self.paint(one)) for name, one in getattr(value, "__dict__", {}).items())
        return value_tree(value)
