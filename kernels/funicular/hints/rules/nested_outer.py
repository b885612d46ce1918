"""Loops in each other: the outermost runs in parallel, those inside go along with it.

Trigger   a loop around other loops that the engine finds to be independent.
Evidence  an iteration of the outer loop is the whole inner loop (``worth`` is "some" or "high").
Rewrite   the outer body returns a list of what its inner loops have found; a short loop puts it in its place.
Hazards   inner-order      verified  places are filled, and sums added, in the order of both loops.
          name-read-later  held      a name that the body binds may be read after the loop.
          keeps-elsewhere  held      the loops write to several places, or to slices.
          reads-kept       held      the inner loop reads what it has written before.
          outer-first      held      this loop is itself inside one that may run in parallel.
          too-cheap        held      even a whole inner loop does very little.
          few-iterations        told      with fewer outer iterations than cores, some cores stay idle.
Source    https://github.com/codee-com/open-catalog (PWR050 and its relatives)
"""

from __future__ import annotations

import ast

from funicular.hints.cell import Cell
from funicular.hints.keeps import statements_in
from funicular.hints.mapping import rewrite_loop
from funicular.hints.rule import Answer, Held, Rewrite, Rule

rule = Rule(name="nested-outer", title="The outer of these loops may run in parallel", rank=30)

SAY = (
    "One iteration of the outer loop, with all of the inner one, is a piece of work of a good size. If it "
    "has fewer iterations than the cluster has cores, swap the loops or join them: itertools.product(...)."
)
CHEAP = (
    "Even a whole inner loop does little here; whole-array NumPy expressions are quicker than any cluster."
)


@rule.proposes
def propose(loop: ast.AST, cell: Cell) -> Answer:
    """A loop with another inside that may run in parallel."""
    if not isinstance(loop, ast.For) or not cell.verdict(loop).parallel:
        return None
    if not any(isinstance(each, ast.For | ast.While) for each in statements_in(loop.body)):
        return None
    if cell.verdict(loop).worth == "low":
        return Held("too-cheap", CHEAP)
    answer = rewrite_loop(loop, cell)
    return Rewrite(*answer.edits, say=SAY) if isinstance(answer, Rewrite) else answer
