"""What a walk over a loop's body leaves behind: accesses to objects, hazards, names that cross iterations."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from funicular.loops.values import Path, Root

READS = ("read", "length", "slot")


@dataclass(frozen=True, slots=True)
class Access:
    """One use of a part of an object that exists outside of the iteration.

    mode: "read", "length", "slot" (a name gets what is there, without a look into it), "write" (a slot gets a
    new value), "fold" (an ordered update, by ``op``: "+", "*", "min", "max", "append", "add", ...), "init" (a
    slot gets its first value), "change" (anything else).
    deep: it happens in a function that the body calls. guards: the conditions and inner loops around it.
    kind: of the object. op "kept": it is put somewhere by reference.
    """

    mode: str
    root: Root
    path: Path
    op: str
    node: ast.AST
    deep: bool
    guards: tuple[int, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Hazard:
    """Something that alone forbids to run the loop in parallel: its code, where, and what it was."""

    code: str
    node: ast.AST
    what: str


@dataclass(slots=True)
class Trail:
    """All that was met, in the order of the text."""

    accesses: list[Access] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    carried: list[tuple[str, ast.AST]] = field(default_factory=list)
    folds: dict[str, list[tuple[str, ast.AST]]] = field(default_factory=dict)
    plain: dict[str, list[ast.AST]] = field(default_factory=dict)
    calls: int = 0  # user functions and library calls met, for the guess of how heavy an iteration is
    heavy: int = 0
