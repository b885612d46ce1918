"""Old and new code run beside each other, and what they leave behind compared: types, values, dtypes, order.

Runs both, so it is for samples and tests. ``funicular.map`` is played by a serial map that hands each call
pickled copies, as workers have them.
"""

from __future__ import annotations

import builtins
import math
import types
from collections.abc import Callable, Iterable
from typing import Any


def differences(old: str, new: str, *, given: str = "") -> list[str]:
    """In words, what the new code leaves otherwise than the old; ``given`` is run before each.

    Compared are the names that both leave, and an exception; what only one leaves is no difference.
    """
    before, after = left_by(old, given), left_by(new, given)
    names = [name for name in before if name in after]
    return [f"{name}: {problem}" for name in names if (problem := difference(before[name], after[name]))]


def left_by(code: str, given: str = "") -> dict[str, Any]:
    """The names that the code leaves, without modules and functions; ``error`` holds its exception."""
    space: dict[str, Any] = {"__name__": "sample", "__builtins__": {**vars(builtins), "__import__": _imports}}
    try:
        exec(compile(given, "<given>", "exec"), space)
        exec(compile(code, "<sample>", "exec"), space)
    except Exception as error:
        space["error"] = f"{type(error).__name__}: {error}"
    hidden = (types.ModuleType, types.FunctionType, type)
    return {
        name: value for name, value in space.items() if name[:2] != "__" and not isinstance(value, hidden)
    }


def difference(one: Any, other: Any, above: frozenset[tuple[int, int]] = frozenset()) -> str:
    """Why the two are not the same; "" when they are: exact type, bits, order, dtype, NaN beside NaN.

    above: the pairs that these two are parts of; objects may hold each other.
    """
    if (id(one), id(other)) in above:
        return ""
    above |= {(id(one), id(other))}
    if _is_sample_s(one) and _is_sample_s(other) and type(one).__qualname__ == type(other).__qualname__:
        return difference(getattr(one, "__dict__", {}), getattr(other, "__dict__", {}), above)
    if type(one) is not type(other):
        return f"a {type(one).__name__} became a {type(other).__name__}"
    if isinstance(one, float):
        signs = math.copysign(1, one) == math.copysign(1, other)
        same = (one == other and signs) or (math.isnan(one) and math.isnan(other))
        return "" if same else f"{one!r} became {other!r}"
    if isinstance(one, list | tuple):
        if len(one) != len(other):
            return f"{len(one)} elements became {len(other)}"
        return next((d for a, b in zip(one, other, strict=True) if (d := difference(a, b, above))), "")
    if isinstance(one, dict):
        if (problem := difference(list(one), list(other), above)) != "":
            return f"keys: {problem}"
        return difference(list(one.values()), list(other.values()), above)
    kind = type(one).__module__.partition(".")[0]
    if kind == "numpy":
        return _of_arrays(one, other)
    if kind == "pandas":
        return _of_tables(one, other)
    if "__eq__" not in {name for kind in type(one).__mro__[:-1] for name in vars(kind)}:
        return ""  # iterators, files and the like are themselves only
    return "" if one == other else f"{one!r:.60} became {other!r:.60}"


def _is_sample_s(value: Any) -> bool:
    """Whether it is of a class that the sample defines: each run has a class of its own."""
    return type(value).__module__ == "sample"


def _of_arrays(one: Any, other: Any) -> str:
    import numpy

    if getattr(one, "dtype", None) != getattr(other, "dtype", None):
        return f"dtype {one.dtype} became {other.dtype}"
    if getattr(one, "shape", None) != getattr(other, "shape", None):
        return f"shape {one.shape} became {other.shape}"
    if not hasattr(one, "dtype"):
        return ""  # a generator of random numbers
    floats = one.dtype.kind in "fc"
    return "" if numpy.array_equal(one, other, equal_nan=floats) else "other values"


def _of_tables(one: Any, other: Any) -> str:
    from pandas import testing

    checks = {"DataFrame": testing.assert_frame_equal, "Series": testing.assert_series_equal}
    check: Callable[..., None] | None = checks.get(type(one).__name__)
    if check is None:
        same = one.equals(other) if hasattr(one, "equals") else True
        return "" if same else "other values"
    try:
        check(one, other, check_exact=True)
    except AssertionError as problem:
        return " ".join(str(problem).split())[:200]
    return ""


def _imports(name: str, *how: Any, **more: Any) -> Any:
    return _Funicular() if name == "funicular" else builtins.__import__(name, *how, **more)


class _Funicular:
    """Stands in for the package: every call gets copies."""

    @staticmethod
    def map(function: Callable[..., Any], /, *iterables: Iterable[Any]) -> list[Any]:
        import cloudpickle

        results = []
        for items in zip(*iterables, strict=False):
            there, arguments = cloudpickle.loads(cloudpickle.dumps((function, items)))
            results.append(cloudpickle.loads(cloudpickle.dumps(there(*arguments))))
        return results
