"""Time to judge the loops of a notebook's cell: at least 500 real cells; peer: the most that is allowed."""

from __future__ import annotations

import ast
import importlib.metadata
import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from funicular.loops import judge
from tests.bench.place import Missing, Place
from tests.bench.report import Row
from tests.corpus.cases import programs

NEEDS_SITE = False
CELLS = 1000
LEAST = 500
MEDIAN_MS, P99_MS = 20.0, 100.0
LONGEST_LINES = 80
PACKAGES = ("skimage", "sklearn", "networkx", "scipy", "pandas", "dask")


def measure(place: Place | None, repeat: int) -> list[Row]:
    """Each cell alone, ``repeat`` times; the quickest of its times counts."""
    rows = []
    for name, told, cells in (
        ("others' functions", f"from {', '.join(map(_versioned, PACKAGES))}", _functions()),
        ("our corpus", "each program up to each of its statements", _corpus()),
    ):
        if len(cells) < LEAST:
            raise Missing(f"Only {len(cells)} cells of {told} were found; {LEAST} are needed.")
        judge(["for x in y:\n    print(x)"])  # what is loaded once is loaded now
        times = [_judged_ms(cell, repeat) for cell in cells]
        has_loop = sum(_has_loop(cell) for cell in cells)
        note = f"{len(cells)} cells, {has_loop} with a loop, {told}; longest {max(times):.1f} ms"
        last = quantiles(times, n=100)[98]
        rows += [
            Row(f"judge a cell, median; {name}", (median(times),), (MEDIAN_MS,), "ms", 1.0, note),
            Row(f"judge a cell, 99th percentile; {name}", (last,), (P99_MS,), "ms", 1.0, note),
        ]
    return rows


def _judged_ms(cell: str, repeat: int) -> float:
    """Milliseconds to judge one cell, the best of ``repeat`` times."""
    best = float("inf")
    for _ in range(max(1, repeat)):
        began = perf_counter()
        judge([cell])
        best = min(best, perf_counter() - began)
    return best * 1000


def _functions() -> list[str]:
    """Functions with a loop, of up to 80 lines, from packages of this environment: code of many authors."""
    root = Path(sysconfig.get_path("purelib"))
    found = []
    for package in PACKAGES:
        files = sorted((root / package).rglob("*.py"))
        random.Random(package).shuffle(files)
        mine = [cell for path in files[:400] for cell in _cells_of(path)]
        found.append(random.Random(package).sample(mine, min(len(mine), CELLS // len(PACKAGES) + 1)))
    return [cell for cells in found for cell in cells][:CELLS]


def _cells_of(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        for one in inner:
            if isinstance(one, ast.FunctionDef) and (one.end_lineno or 0) - one.lineno <= LONGEST_LINES:
                lines = text.splitlines()[one.lineno - 1 : one.end_lineno]
                cell = "\n".join(line[one.col_offset :] for line in lines)
                if _has_loop(cell):
                    yield cell


def _corpus() -> list[str]:
    """Each program of our corpus with all that is above each of its loops, as a notebook grows."""
    return [
        text
        for program in programs()
        for statement in ast.parse(program.text).body
        if len((text := "\n".join(program.text.splitlines()[: statement.end_lineno])).splitlines()) > 1
    ]


def _has_loop(cell: str) -> bool:
    try:
        nodes = ast.walk(ast.parse(cell))
    except SyntaxError:
        return False
    return any(isinstance(node, ast.For | ast.comprehension) for node in nodes)


def _versioned(package: str) -> str:
    project = {"skimage": "scikit-image", "sklearn": "scikit-learn"}.get(package, package)
    return f"{project} {importlib.metadata.version(project)}"
