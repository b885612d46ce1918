"""Programs whose loops are marked: ``# may``, ``# not`` or ``# not: reason`` behind the ``for``."""

from __future__ import annotations

import re
from textwrap import dedent

from funicular.loops import Facts, Verdict, judge

MARK = re.compile(r"# (may|not)(?:: ([a-z-]+))?$")
CELL = "# %%\n"


def check(program: str, facts: Facts | None = None) -> tuple[Verdict, ...]:
    """Judge a program (cells between ``# %%``) and compare each marked loop with its mark."""
    cells = dedent(program).lstrip("\n").split(CELL)
    verdicts = judge(cells, facts)
    marked = 0
    for verdict in verdicts:
        line = cells[verdict.cell].splitlines()[verdict.line - 1]
        match = MARK.search(line)
        if match is None:
            continue
        marked += 1
        shown = f"{line.strip()} -> {verdict.reason or verdict.kind}: {verdict.message}"
        assert verdict.parallel == (match[1] == "may"), shown
        assert match[2] is None or match[2] in (verdict.reason, verdict.kind), shown
        assert bool(verdict.reason) != verdict.parallel and verdict.message, shown
        assert bool(verdict.witness) != verdict.parallel, shown
    assert marked == sum(1 for cell in cells for line in cell.splitlines() if MARK.search(line))
    return verdicts
