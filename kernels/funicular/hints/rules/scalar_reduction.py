"""A loop that adds up: the values are computed apart, and added here in the same order.

Trigger   ``total += f(x)`` (or ``*=``, ``-=``, ``|=``, ``&=``) in a loop that the engine finds to be one.
Evidence  each iteration looks like some work (``worth`` is "some" or "high").
Rewrite   the body returns its part; a short loop adds the parts up, one after the other.
Hazards   partial-sums     verified  adding parts of parts would change the last digits: the order stays.
          name-read-later  held      something else that the body binds may be read after the loop.
          carried-name     held      the body may read a name before this iteration has set it.
          outer-first      held      a loop around this one may run in parallel as well.
          too-cheap        held      an iteration does so little that sending it away costs more.
          copies           told      a worker gets copies; only what is returned comes back.
Source    https://docs.python.org/3/library/math.html#math.fsum (why the order of a sum matters)
"""

from __future__ import annotations

import ast

from funicular.hints.cell import Cell
from funicular.hints.keeps import kept_names
from funicular.hints.mapping import rewrite_loop
from funicular.hints.rule import Answer, Held, Rewrite, Rule

rule = Rule(name="scalar-reduction", title="A sum whose parts are independent", rank=34)

SAY = (
    "The parts are computed by funicular.map and added up here in the order of the loop, so not one bit of "
    "the result changes. Workers get copies; only what the function returns comes back."
)
CHEAP = (
    "Each iteration does very little; sum(...) over a generator, or NumPy's sum, is quicker than any cluster."
)


@rule.proposes
def propose(loop: ast.AST, cell: Cell) -> Answer:
    """A loop that may run in parallel and adds to a plain name."""
    if not isinstance(loop, ast.For) or not cell.verdict(loop).parallel or not kept_names(loop):
        return None
    if cell.verdict(loop).worth == "low":
        return Held("too-cheap", CHEAP)
    answer = rewrite_loop(loop, cell)
    return Rewrite(*answer.edits, say=SAY) if isinstance(answer, Rewrite) else answer
