"""What an expression may be: its kind, the objects it may share memory with, its elements."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace

from funicular.loops.polynomial import Poly

Callee = tuple[str, Hashable]  # ("def", node), ("class", node), ("library", "numpy.sin"), ("builtin", "len")

IMMUTABLE = frozenset({"number", "text", "bytes", "none", "range", "function", "module", "class"})


@dataclass(frozen=True, slots=True)
class Root:
    """An object apart from the names for it: where it is made, or the parameter that brings it."""

    what: str  # "site", "param", "name", "default", "class"
    key: Hashable
    label: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One step from an object to a part of it.

    what: "index" (low: its polynomial or None), "span" (slice from low to high), "key" (text: a constant),
    "field" (text: an attribute), "any" (somewhere inside), "loc" (a frame's .loc, .iloc, .at or .iat).
    varies: it is another one in another iteration. text: as the user wrote it.
    """

    what: str
    low: Poly | None = None
    high: Poly | None = None
    text: str = ""
    varies: bool = False


MANY = 24  # from so many places on they are not told apart
SOMEWHERE = Step("any")
KEPT = Step("kept")  # from here on the object that was in this slot when a copy was made
REFERENCE = Step("reference")  # from here on an object that others may refer to as well

Path = tuple[Step, ...]
Place = tuple[Root, Path]


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of an expression's value without running it.

    kind: "?" is unknown data, "foreign" something that unknown code made.
    places: what it may be, or be a part or a view of; empty when it is immutable or new and nobody's.
    elem: what is known of its elements; its places are objects that they may be besides parts of this.
    distinct: its elements are all different values. calls, classes: what runs when it is called; its class.
    opened: its class may also be one that builds on ``classes``. alien: unknown code made keys of it.
    """

    kind: str = "?"
    places: frozenset[Place] = frozenset()
    elem: Value | None = None
    poly: Poly | None = None
    distinct: bool = False
    calls: frozenset[Callee] = frozenset()
    classes: frozenset[ast.ClassDef] = frozenset()
    parts: tuple[Value, ...] = ()
    varies: bool = False
    library: str = ""
    opened: bool = False
    alien: bool = False

    @property
    def immutable(self) -> bool:
        return self.kind in IMMUTABLE

    def at(self, *steps: Step) -> frozenset[Place]:
        """The places of a part of it."""
        return few(frozenset((root, _short((*path, *steps))) for root, path in self.places))


UNKNOWN = Value()
NUMBER = Value("number")
TEXT = Value("text")
NONE = Value("none")


def few(places: frozenset[Place]) -> frozenset[Place]:
    """The places, or, when they are many, the objects that they are in."""
    return places if len(places) <= MANY else frozenset((root, (SOMEWHERE,)) for root, _ in places)


def _short(path: Path) -> Path:
    return path if len(path) <= 6 else (*path[:5], SOMEWHERE)


def join(values: Iterable[Value]) -> Value:
    """What is true of all of them; ``None`` beside something else is taken for "not yet"."""
    result: Value | None = None
    for value in values:
        result = value if result is None else _join(result, value)
    return UNKNOWN if result is None else result


def _join(one: Value, other: Value) -> Value:
    if one == other:
        return one
    if one.kind == "none":
        return replace(other, poly=None, parts=())
    if other.kind == "none":
        return replace(one, poly=None, parts=())
    foreign = "foreign" in (one.kind, other.kind)
    elem = one.elem if other.elem is None else other.elem if one.elem is None else _join(one.elem, other.elem)
    return Value(
        one.kind if one.kind == other.kind else "foreign" if foreign else "?",
        few(one.places | other.places),
        elem,
        one.poly if one.poly == other.poly else None,
        one.distinct and other.distinct,
        one.calls | other.calls,
        one.classes | other.classes,
        (),
        one.varies or other.varies,
        one.library if one.library == other.library else "",
        one.opened or other.opened,
        one.alien or other.alien,
    )
