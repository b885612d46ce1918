"""All that a loop can see, as a tree of plain values; and the merge of what single iterations did to it.

A tree is a tuple: ``("leaf", text)``, ``("list" or "tuple", kind, children)``, ``("dict", kind, keys,
children)``, ``("set", members)`` or ``("array", kind, shape, values)``. Trees are compared with ``==``.
"""

from __future__ import annotations

import io
import random
import types
from collections import OrderedDict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

Tree = tuple[Any, ...]
COVERED: Tree = ("leaf", "redone in order")
CONFLICT: Tree = ("leaf", "something was removed")
SURELY = "surely"  # a slot was written, be the value the old one or not
DEEPEST = 12
PLAIN = (int, float, complex, bool, str, bytes, type(None), range, slice, np.generic)
SKIPPED = (types.ModuleType, types.BuiltinFunctionType, np.ufunc)


def snapshot(
    scope: Mapping[str, object],
    covered: Collection[int] = (),
    names: Collection[str] = (),
    arrays: Sequence[np.ndarray[Any, Any]] = (),
    stored: Collection[tuple[int, Any]] = (),
) -> Tree:
    """The variables of ``scope`` as a tree.

    stored: slots that were written, be the value the old one or not. Left out: objects with
    the ids ``covered``, variables of these ``names``, what overlaps ``arrays``.
    """
    walker = _Walker(set(covered), arrays, stored)
    kept = {
        name: value
        for name, value in sorted(scope.items(), key=lambda item: item[0])  # their order means nothing
        if not name.startswith("__") and name not in names and not isinstance(value, SKIPPED)
    }
    return ("dict", "scope", tuple(kept), tuple(walker.tree(value) for value in kept.values()))


def value_tree(value: object) -> Tree:
    """One value as a tree."""
    return _Walker(set()).tree(value)


class _Walker:
    def __init__(
        self,
        covered: set[int],
        arrays: Sequence[np.ndarray[Any, Any]] = (),
        stored: Collection[tuple[int, Any]] = (),
    ) -> None:
        self.covered, self.arrays, self.stored = covered, arrays, stored
        self.seen: dict[int, int] = {}

    def tree(self, value: Any, depth: int = 0) -> Tree:
        if id(value) in self.covered:
            return COVERED
        if isinstance(value, PLAIN):
            return ("leaf", f"{type(value).__name__} {value!r}")
        if id(value) in self.seen or depth > DEEPEST:
            return ("leaf", "seen above")
        self.seen[id(value)] = depth
        try:
            return self.opened(value, depth + 1)
        finally:
            del self.seen[id(value)]

    def many(self, values: Iterable[Any], depth: int) -> tuple[Tree, ...]:
        return tuple(self.tree(value, depth) for value in values)

    def marked(self, container: Any, slots: Iterable[tuple[Any, Any]]) -> tuple[Any, ...]:
        """The slots of a container; those that surely were written, and hold no other container, say so."""
        if not self.stored:
            return tuple(tree for _, tree in slots)
        return tuple(
            (SURELY, tree)
            if (id(container), key) in self.stored and (isinstance(tree, str) or tree[0] == "leaf")
            else tree
            for key, tree in slots
        )

    def keys(self, values: Iterable[Any], depth: int) -> tuple[Tree, ...]:
        """Keys and members: 5 and 5.0 are the same one, and the first that came stays."""
        return tuple(
            ("leaf", f"number {hash(value)}") if isinstance(value, Number) else self.tree(value, depth)
            for value in values
        )

    def opened(self, value: Any, depth: int) -> Tree:
        match value:
            case tuple():
                return ("tuple", type(value).__name__, self.many(value, depth))
            case list() | deque():
                slots = self.marked(value, enumerate(self.many(value, depth)))
                return ("list", type(value).__name__, slots)
            case dict():
                kind = type(value).__name__
                keys = self.keys(value, depth)
                pairs = zip(value, self.many(value.values(), depth), strict=True)
                return ("dict", kind, keys, self.marked(value, pairs))
            case set() | frozenset():
                return ("set", frozenset(self.keys(value, depth)))
            case np.ndarray() if any(np.may_share_memory(value, one) for one in self.arrays):
                return COVERED
            case np.ndarray() if value.dtype != object:
                numbers = zip(np.ndindex(value.shape), map(repr, value.ravel().tolist()), strict=True)
                return ("array", str(value.dtype), value.shape, self.marked(value, numbers))
            case np.ndarray():
                return ("array", "object", value.shape, self.many(value.ravel().tolist(), depth))
            case pd.DataFrame():
                columns = tuple(self.tree(value[name], depth) for name in value.columns)
                return ("dict", "DataFrame", self.many(value.columns, depth), columns)
            case pd.Series() | pd.Index():
                index = value.index.tolist() if isinstance(value, pd.Series) else []
                kind = type(value).__name__ + (f" {value.dtype}")
                return ("list", kind, self.many(zip(index or value, value, strict=True), depth))
            case io.StringIO() | io.BytesIO():
                return ("leaf", repr(value.getvalue()), str(value.tell()))
            case io.IOBase():
                can_tell = not value.closed and value.writable() and value.seekable()
                return ("leaf", "file", str(value.tell()) if can_tell else "")
            case np.random.Generator():
                return ("leaf", repr(value.bit_generator.state))
            case np.random.RandomState():
                return ("leaf", repr(value.get_state()))
            case random.Random():
                return ("leaf", repr(value.getstate()))
            case types.FunctionType():
                cells = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
                parts = [value.__defaults__ or (), value.__kwdefaults__ or {}, value.__dict__, cells]
                return ("dict", "function", tuple("dkac"), self.many(parts, depth))
            case types.MethodType():
                return ("dict", "method", ("self",), (self.tree(value.__self__, depth),))
            case types.GeneratorType():
                frame = value.gi_frame
                at = ("leaf", str(frame and frame.f_lasti))
                return ("dict", "generator", ("at", "has"), (at, self.tree(frame and frame.f_locals, depth)))
            case type():
                if value.__module__ != "__main__":
                    return ("leaf", value.__name__)
                return self.named(value.__name__, vars(value), depth)
        if hasattr(value, "__reduce_ex__") and type(value).__module__ in ("builtins", "itertools"):
            return self.reduced(value, depth)
        attributes = dict(getattr(value, "__dict__", {}))
        for owner in type(value).__mro__:
            slots = owner.__dict__.get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                if hasattr(value, name):
                    attributes[name] = getattr(value, name)
        return self.named(type(value).__name__, attributes, depth)

    def reduced(self, value: Any, depth: int) -> Tree:
        """Where an iterator stands, without moving it."""
        try:
            parts = value.__reduce__()[1:]
            walked = ("list", "walked", self.many(parts[0], depth))
            return ("dict", type(value).__name__, ("walked", "at"), (walked, self.tree(parts[1:], depth)))
        except TypeError:
            return ("leaf", type(value).__name__)

    def named(self, kind: str, attributes: Mapping[str, Any], depth: int) -> Tree:
        kept = {n: v for n, v in attributes.items() if not n.startswith("__") and not isinstance(v, SKIPPED)}
        return ("dict", kind, tuple(kept), self.many(kept.values(), depth))


def _is_filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def reach(value: Any, depth: int = 4) -> set[int]:
    """Ids of a container and of the containers in it."""
    if depth == 0 or not isinstance(value, list | dict | set | deque | np.ndarray):
        return {id(value)} if hasattr(value, "__dict__") else set()
    inner: Iterable[Any] = value.values() if isinstance(value, dict) else value
    if isinstance(value, np.ndarray):
        inner = value.ravel().tolist() if value.dtype == object else ()
    return {id(value)}.union(*(reach(one, depth - 1) for one in inner))


def slots(stored: Iterable[Sequence[Any]]) -> set[tuple[int, Any]]:
    """(container, key) of the slots that got a value, as the tree counts them."""
    found: set[tuple[int, Any]] = set()
    for container, *keys in stored:
        for key in keys:
            try:
                match container:
                    case list():
                        found.add((id(container), range(len(container))[key]))
                    case np.ndarray():
                        places = key if isinstance(key, tuple) else (key,)
                        pairs = zip(places, container.shape, strict=True)
                        found.add((id(container), tuple(range(size)[place] for place, size in pairs)))
                    case _:
                        found.add((id(container), key))
            except (IndexError, TypeError, ValueError):
                continue  # no single slot, or one that is gone
    return found


def merge(base: Tree, merged: Tree, after: Tree, surely: Collection[str] = ()) -> Tree:
    """As ``_merge``, without the marks of slots that surely were written."""
    result: Tree = _plain(_merge(base, merged, after, surely))
    return result


def _plain(tree: Any) -> Any:
    if not isinstance(tree, tuple):
        return tree
    if len(tree) == 2 and tree[0] == SURELY:
        return _plain(tree[1])
    return tuple(map(_plain, tree))


def _merge(base: Tree, merged: Tree, after: Tree, surely: Collection[str] = ()) -> Tree:
    """``merged`` and, on top, what changed from ``base`` to ``after``: slots, tails, keys, members.

    surely: variables that were written, be the value the old one or not.
    """
    if after == base and not surely:
        return merged
    if not base[0] == merged[0] == after[0] or (base[0] != "set" and not base[1] == merged[1] == after[1]):
        return after
    match after[0]:
        case "list":
            if len(after[2]) < len(base[2]) or len(merged[2]) < len(base[2]):
                return CONFLICT
            kept = len(base[2])
            slots = tuple(map(_merge, base[2], merged[2], after[2]))
            return ("list", after[1], slots + merged[2][kept:] + after[2][kept:])
        case "array" if base[2] == merged[2] == after[2]:
            chosen = tuple(
                old if new == start else new
                for start, old, new in zip(base[3], merged[3], after[3], strict=True)
            )
            return ("array", after[1], after[2], chosen)
        case "tuple" if len(base[2]) == len(merged[2]) == len(after[2]):
            changed = [new for start, new in zip(base[2], after[2], strict=True) if start != new]
            if all(
                new[0] not in ("leaf", "tuple") for new in changed
            ):  # the same tuple; what it holds changed
                return ("tuple", after[1], tuple(map(_merge, base[2], merged[2], after[2])))
        case "set":
            return CONFLICT if base[1] - after[1] else ("set", merged[1] | after[1])
        case "dict":
            return _merged_keys(base, merged, after, surely)
    return after


def _merged_keys(base: Tree, merged: Tree, after: Tree, surely: Collection[str]) -> Tree:
    was, now = (OrderedDict(zip(tree[2], tree[3], strict=True)) for tree in (base, after))
    if was.keys() - now.keys():
        return CONFLICT
    result = OrderedDict(zip(merged[2], merged[3], strict=True))
    for key, value in now.items():
        if key in was and key in result and key not in surely:
            result[key] = _merge(was[key], result[key], value)
        else:
            result[key] = value
    if after[1] == "scope":
        result = OrderedDict(sorted(result.items()))
    return ("dict", after[1], tuple(result), tuple(result.values()))


def differing(left: Tree, right: Tree, path: str = "") -> str:
    """Where two trees first differ, in words; empty where they are equal."""
    if left == right:
        return ""
    if left[0] == right[0] == "dict" and left[2] == right[2]:
        pairs = zip(left[2], left[3], right[3], strict=True)
        return next(filter(None, (differing(a, b, f"{path}.{_key(key)}") for key, a, b in pairs)), path)
    if left[0] == right[0] in ("list", "array") and len(left[-1]) == len(right[-1]):
        wrong = next(i for i, pair in enumerate(zip(left[-1], right[-1], strict=True)) if pair[0] != pair[1])
        return f"{path}[{wrong}] is {left[-1][wrong]} instead of {right[-1][wrong]}"
    return f"{path} is {str(left)[:200]} instead of {str(right)[:200]}"


def _key(key: Any) -> str:
    return key if isinstance(key, str) else str(key[1])


def unordered(tree: Tree, skipped: Collection[str]) -> Tree:
    """The tree without the order of what was appended or added, for the permuted runs."""
    match tree:
        case ("dict", "scope", keys, values):
            kept = [(k, unordered(v, ())) for k, v in zip(keys, values, strict=True) if k not in skipped]
            return ("dict", "scope", tuple(sorted(kept, key=repr)))
        case ("dict", kind, keys, values):
            pairs = [(key, unordered(value, ())) for key, value in zip(keys, values, strict=True)]
            return ("dict", kind, tuple(sorted(pairs, key=repr)))
        case ("list", kind, values):
            return ("list", kind, tuple(sorted((unordered(value, ()) for value in values), key=repr)))
    return tree
