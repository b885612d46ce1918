"""Which loops may run in parallel: a static engine that says so only when it is sure. Nothing is executed."""

from funicular.loops.facts import Facts
from funicular.loops.gate import judge
from funicular.loops.verdict import Verdict

__all__ = ["Facts", "Verdict", "judge"]
