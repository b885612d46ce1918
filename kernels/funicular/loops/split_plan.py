"""The plan of a loop that is to be shared out: what workers compute, and where the kernel takes it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from funicular.loops import find


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One place of the body whose value may come from a worker.

    node: the user's expression, or the statement that is computed as a whole. names: what such a statement
    leaves behind, in the order of its value. repeated: inside an inner loop, so it has several values an
    iteration, in order. spare: it may be computed though the loop never asks for it.
    """

    number: int
    node: ast.expr | ast.stmt
    names: tuple[str, ...] = ()
    repeated: bool = False
    spare: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How a loop is run with values from elsewhere.

    shadow: ``def __shadow__(__item__, __record__)``, one iteration without its effects; each value goes to
    ``__record__(number, value)``, which gives it back. needs: names that the shadow reads from outside of the
    loop; they are shipped as they are before the first iteration. targets: what each iteration binds from its
    item. written: names of outer objects that the loop writes into; both: those that the shadow reads before
    the iteration writes. augmented: names with ``+=`` and its kin, which write into an object if their
    value can change.
    """

    loop: find.Loop
    shadow: ast.FunctionDef
    slots: tuple[Slot, ...]
    needs: frozenset[str]
    targets: frozenset[str]
    written: frozenset[str]
    both: frozenset[str]
    augmented: frozenset[str]


@dataclass(frozen=True, slots=True)
class Held:
    """Why a loop is not split. reason: the hazard of its verdict, or "nothing-heavy", "nothing-separable"."""

    reason: str
    message: str
    line: int
