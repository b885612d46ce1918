"""Puts the engine's verdicts beside the labels of a program."""

from __future__ import annotations

from funicular.loops import Verdict, judge
from tests.corpus.cases import Loop, Program


def verdicts(program: Program) -> dict[Loop, Verdict | None]:
    """What the engine says to each labelled loop; ``None`` where it says nothing."""
    said: dict[tuple[int, int], Verdict] = {}
    places: dict[int, int] = {}
    found = judge([source for _, source in program.cells])
    for verdict in sorted(found, key=lambda one: (one.cell, one.line, one.col)):
        line = program.cells[verdict.cell][0] + verdict.line
        said[line, places.get(line, 0)] = verdict
        places[line] = places.get(line, 0) + 1
    return {loop: said.get((loop.line, loop.place)) for loop in program.loops}
