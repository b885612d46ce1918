"""The data files of ``tables/``, read once: what known functions and methods do."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Effect:
    """What a call does.

    does: "pure"; "reads" (files); "append", "add", "merge", "change", "draw", "exhaust" (all of the receiver,
    or of the first argument of a function); any other word is a hazard: "output", "plotting", "writes",
    "random", "clock", "environment", "network", "process", "outside", "dynamic", "identity", "state".
    gives: kind of the result ("same": as the first argument's; "elementwise": an array if one goes in;
    "reduced": a number if an array goes in and no axis is named). view: the result may be, or share memory
    with, what went in. elements: the result is new, its elements are those of what went in. calls: functions
    among the arguments are called. consumes: a generator argument is used up at once. seed: keywords of which
    one must be given, or it draws from a shared state; only when the keyword ``seed_unless`` is true, if that
    is named. needs_argument: without arguments it draws entropy. out: which positional argument, if it is
    given, is written to.
    """

    does: str
    gives: str = "?"
    view: bool = False
    elements: bool = False
    calls: bool = False
    consumes: bool = False
    seed: str = ""
    seed_unless: str = ""
    needs_argument: bool = False
    default_factory: bool = False
    out: int = -1
    source: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """All data files together."""

    functions: dict[str, Effect]
    methods: dict[str, dict[str, Effect]]  # kind -> name -> effect
    modules: dict[str, Effect]
    anywhere: frozenset[str]
    known: frozenset[str]  # top names of all libraries that are described

    def function(self, dotted: str) -> Effect | None:
        """The effect of calling ``dotted``, such as "numpy.linalg.norm"; None when it is not described."""
        found = self.functions.get(dotted)
        top, _, rest = dotted.partition(".")
        if found is None and top in self.anywhere and rest:
            found = self.functions.get(f"{top}.{dotted.rpartition('.')[2]}")
        return found or self.modules.get(top)

    def named(self, method: str) -> list[tuple[str, Effect]]:
        """Every kind that has a method of this name."""
        return [(kind, names[method]) for kind, names in self.methods.items() if method in names]


_WORDS = {field.name for field in fields(Effect)}


@cache
def tables() -> Tables:
    functions: dict[str, Effect] = {}
    methods: dict[str, dict[str, Effect]] = {}
    modules: dict[str, Effect] = {}
    anywhere: set[str] = set()
    known: set[str] = set()
    for path in sorted((files(__package__) / "tables").iterdir(), key=lambda one: one.name):
        if not path.name.endswith(".toml"):
            continue
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        library = content["library"]
        if content.get("anywhere"):
            anywhere.add(library)
        for group in content.get("functions", ()):
            effect = _effect(group)
            prefix = ".".join(part for part in (library, group.get("of", "")) if part)
            known.add(prefix.partition(".")[0])
            for name in group["names"].split():
                functions[f"{prefix}.{name}"] = effect
        for group in content.get("methods", ()):
            for name in group["names"].split():
                methods.setdefault(group["of"], {})[name] = _effect(group)
        for group in content.get("modules", ()):
            for name in group["names"].split():
                modules[name] = _effect(group)
    methods["series"] = methods["frame"]
    return Tables(functions, methods, modules, frozenset(anywhere), frozenset(known | set(modules)))


def _effect(group: dict[str, Any]) -> Effect:
    return Effect(**{word: content for word, content in group.items() if word in _WORDS})
