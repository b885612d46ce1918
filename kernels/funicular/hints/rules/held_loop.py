"""Why a loop stays in order, and what would let it run in parallel.

Trigger   any loop or comprehension that the engine holds and of which no other rule knows more.
          Told with ``--all``.
Evidence  the reason, and two iterations that show it where there are such.
Rewrite   none; in words what could be changed, for the reason at hand.
Hazards   held      held  the engine has seen, or cannot rule out, that iterations depend on each other.
          too-shy   told  held does not mean proven dependent: what is not known is held as well.
Source    https://docs.python.org/3/library/concurrent.futures.html
"""

from __future__ import annotations

import ast

from funicular.hints.cell import Cell
from funicular.hints.instead import instead
from funicular.hints.rule import Answer, Held, Rule

rule = Rule(name="held-loop", title="A loop that stays in order", rank=90, quiet=True)


@rule.proposes
def propose(loop: ast.AST, cell: Cell) -> Answer:
    """Every held loop."""
    verdict = cell.verdict(loop)
    return None if verdict.parallel else Held("held", instead(verdict.reason))
