"""A comprehension that calls something for each item: ``funicular.map`` calls it for all of them.

Trigger   ``[f(x) for x in xs]``, also as set, dict or argument of ``sum``, ``max`` and their like, that the
          engine finds to be independent.
Evidence  each call looks like some work (``worth`` is "some" or "high").
Rewrite   ``funicular.map(f, xs)``; a filter stays a comprehension around the items.
Hazards   several-loops    held      two ``for`` in one comprehension, or a dict with keys of its own.
          not-twice        held      a dict comprehension over something that can be walked only once.
          odd-target       held      the items are taken apart.
          name-read-later  held      ``:=`` leaves a name behind.
          class-body       held      a lambda in a class body does not see the names of the class.
          outer-first      held      a loop around this one may run in parallel as well.
          name-taken       held      the name ``funicular`` is used for something else.
          too-cheap        held      an element costs so little that sending it away costs more.
          brackets         verified  a generator that is an only argument shares the brackets of the call.
          all-at-once      told      a generator made one element at a time; now all are made first.
Source    https://docs.dask.org/en/stable/best-practices.html
"""

from __future__ import annotations

import ast

from funicular.hints.cell import Cell
from funicular.hints.comprehension import rewrite_comprehension
from funicular.hints.names import COMPREHENSIONS
from funicular.hints.rule import Answer, Held, Rewrite, Rule

rule = Rule(name="comprehension-map", title="The elements are independent of each other", rank=36)

SAY = "funicular.map calls it for all items: here when that is quick, on the cluster when it takes long."
LAZY = " All results are made before the first is used."
CHEAP = "Each element costs very little; the comprehension is quicker than any cluster."


@rule.proposes
def propose(node: ast.AST, cell: Cell) -> Answer:
    """Every comprehension that may run in parallel."""
    if not isinstance(node, COMPREHENSIONS) or not cell.verdict(node).parallel:
        return None
    if cell.verdict(node).worth == "low":
        return Held("too-cheap", CHEAP)
    answer = rewrite_comprehension(node, cell)
    if isinstance(answer, Held):
        return answer
    return Rewrite(*answer.edits, say=SAY + (LAZY if isinstance(node, ast.GeneratorExp) else ""))
