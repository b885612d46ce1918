"""What a rule is: a pattern, and one of three answers to it.

``None``: not my pattern. ``Held``: mine, but I keep my hands off, because of a hazard. ``Rewrite``: do this.
"""

from __future__ import annotations

import ast
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from funicular.hints import rules
from funicular.hints.cell import Cell
from funicular.hints.edits import Edit


@dataclass(frozen=True, slots=True)
class Held:
    """The pattern is there, but nothing is changed.   hazard: what stands in the way.
    say: what the user can do instead, in words.   is_final: better than any other rule's rewrite."""

    hazard: str
    say: str = ""
    is_final: bool = False


@dataclass(frozen=True, slots=True, init=False)
class Rewrite:
    """Edits that keep what the cell computes.   say: what it gains and what to know, in words."""

    edits: tuple[Edit, ...]
    say: str

    def __init__(self, *edits: Edit, say: str = "") -> None:
        object.__setattr__(self, "edits", edits)
        object.__setattr__(self, "say", say)


Answer = Held | Rewrite | None
Propose = Callable[..., Answer]


@dataclass(slots=True)
class Rule:
    """One rule.   name: its file's, with hyphens.   title: for lists.   rank: smaller is asked first.
    about: "loop" or "call".   quiet: what it holds is told only when all is asked for."""

    name: str
    title: str
    rank: int = 50
    about: str = "loop"
    quiet: bool = False
    module: str = ""
    _propose: Propose | None = field(default=None, repr=False)

    def proposes(self, function: Propose) -> Propose:
        """Decorates what answers: ``propose(node, cell)``."""
        self._propose = function
        self.module = function.__module__
        return function

    def answer(self, node: ast.AST, cell: Cell) -> Answer:
        """What the rule says of this node."""
        assert self._propose is not None, f"{self.name} proposes nothing"
        cell.program.given.clear()
        return self._propose(node, cell)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule there is: the ``rule`` of each module in ``hints/rules``, the most telling first."""
    modules = [
        import_module(f"{rules.__name__}.{each.name}") for each in pkgutil.iter_modules(rules.__path__)
    ]
    return tuple(sorted((module.rule for module in modules), key=lambda rule: (rule.rank, rule.name)))
