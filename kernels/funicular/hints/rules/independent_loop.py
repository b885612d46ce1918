"""A loop whose iterations need nothing of each other: its body becomes a function for ``funicular.map``.

Trigger   a ``for`` loop that the engine finds to be independent and that keeps what it finds:
          ``out.append(...)``, ``out[key] = ...``, ``found.add(...)``.
Evidence  each iteration looks like some work (``worth`` is "some" or "high").
Rewrite   the body stays where it is, below ``def``; one line hands the items to ``funicular.map``.
Hazards   name-read-later  held      something the body binds may be read after the loop.
          carried-name     held      the body may read a name before this iteration has set it.
          keeps-elsewhere  held      the body writes to more than one kind of place, or deep into something.
          reads-kept       held      the body reads what earlier iterations have kept.
          loop-else        held      the loop has an ``else``.
          class-body       held      names of a class body cannot be seen from a function in it.
          odd-target       held      the loop's target is not a name or a tuple of names.
          outer-first      held      a loop around this one may run in parallel as well.
          shares-line      held      other statements stand on the same line.
          name-taken       held      the name ``funicular`` is used for something else.
          too-cheap        held      an iteration does so little that sending it away costs more.
          keys-and-order   verified  dict keys, array elements and duplicates come out in the loop's order.
          copies           told      a worker gets copies; only what is returned comes back.
Source    https://docs.dask.org/en/stable/best-practices.html
"""

from __future__ import annotations

import ast

from funicular.hints.cell import Cell
from funicular.hints.mapping import rewrite_loop
from funicular.hints.rule import Answer, Held, Rewrite, Rule

rule = Rule(name="independent-loop", title="The iterations of this loop are independent", rank=40)

SAY = (
    "The body becomes a function, and funicular.map runs it for all items: here when that is quick, on the "
    "cluster when it takes long. Workers get copies; only what the function returns comes back."
)
CHEAP = "Each iteration does very little; a plain loop is quicker than any cluster."


@rule.proposes
def propose(loop: ast.AST, cell: Cell) -> Answer:
    """Every ``for`` loop that may run in parallel."""
    if not isinstance(loop, ast.For) or not cell.verdict(loop).parallel:
        return None
    if cell.verdict(loop).worth == "low":
        return Held("too-cheap", CHEAP)
    answer = rewrite_loop(loop, cell)
    return Rewrite(*answer.edits, say=SAY) if isinstance(answer, Rewrite) else answer
