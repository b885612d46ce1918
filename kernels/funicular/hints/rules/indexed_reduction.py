"""A loop that counts or adds into places that it computes: a histogram.

Trigger   ``h[k] += v`` in a loop that the engine finds to be a reduction, ``k`` computed in the iteration.
Evidence  each iteration looks like some work (``worth`` is "some" or "high").
Rewrite   the body returns where and how much; a short loop adds it there, in the order of the loop.
Hazards   partial-sums     verified  adding parts of parts would change the last digits: the order stays.
          name-read-later  held      something that the body binds may be read after the loop.
          reads-kept       held      the body reads what earlier iterations have added.
          sliced-place     held      ``h[a:b] += v``: a slice cannot be returned.
          outer-first      held      a loop around this one may run in parallel as well.
          too-cheap        held      an iteration does so little that sending it away costs more.
          threads          told      with threads or numba's prange such a loop is a race.
Source    https://numba.readthedocs.io/en/stable/user/parallel.html#explicit-parallel-loops
"""

from __future__ import annotations

import ast

from funicular.hints.cell import Cell
from funicular.hints.keeps import statements_in
from funicular.hints.mapping import rewrite_loop
from funicular.hints.rule import Answer, Held, Rewrite, Rule

rule = Rule(name="indexed-reduction", title="A histogram whose parts are independent", rank=32)

SAY = (
    "funicular.map computes where each iteration adds, and how much; it is added here in the order of the "
    "loop. With threads, or numba's prange, this loop would be a race: two iterations may hit one place."
)
CHEAP = (
    "Each iteration does very little; np.bincount, np.add.at or collections.Counter do all of it in one call."
)


@rule.proposes
def propose(loop: ast.AST, cell: Cell) -> Answer:
    """A loop that may run in parallel and adds into elements of something."""
    if not isinstance(loop, ast.For) or not cell.verdict(loop).parallel:
        return None
    places = [
        each.target.slice
        for each in statements_in(loop.body)
        if isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Subscript)
    ]
    if not places or cell.verdict(loop).kind not in ("histogram", "reduction"):
        return None
    if any(isinstance(part, ast.Slice) for place in places for part in ast.walk(place)):
        return Held("sliced-place", "Return the whole slice's values from a function, and add them here.")
    if cell.verdict(loop).worth == "low":
        return Held("too-cheap", CHEAP)
    answer = rewrite_loop(loop, cell)
    return Rewrite(*answer.edits, say=SAY) if isinstance(answer, Rewrite) else answer
