"""Random numbers in a loop: a stream of its own for each iteration, so that they may run in parallel.

Trigger   a loop over ``range(n)`` that draws from one generator in every iteration: ``rng.normal(...)`` of a
          ``np.random.default_rng()``, or ``np.random.normal(...)`` and its like.
Evidence  with streams of its own the engine finds the loop to be independent: that is tried first.
Rewrite   ``np.random.SeedSequence(seed).spawn(n)`` before the loop; each iteration has its own generator.
Hazards   numbers-change   told      the numbers are others than before, though as random. Compare means and
                                     spreads, not digits.
          other-generator  held      draws from ``random`` or ``RandomState``: take ``default_rng`` first.
          odd-loop         held      not a loop over ``range(n)`` with a plain name.
          no-counterpart   held      a function of ``np.random`` that generators do not have.
          still-dependent  held      even with streams of its own the loop is held, for another reason.
          same-each-run    verified  with a seed, two runs of the new loop give the same numbers.
Source    https://numpy.org/doc/stable/reference/random/parallel.html
"""

from __future__ import annotations

import ast

from funicular.hints import edits
from funicular.hints.cell import Cell
from funicular.hints.edits import CannotEdit, Edit
from funicular.hints.rule import Answer, Held, Rewrite, Rule

rule = Rule(name="monte-carlo", title="Random numbers from one stream tie the iterations together", rank=15)

SAME = ("binomial", "choice", "exponential", "gamma", "beta", "lognormal", "multivariate_normal", "normal",
        "permutation", "poisson", "shuffle", "standard_normal", "uniform", "laplace")  # fmt: skip
RENAMED = {"random_sample": "random", "random": "random", "ranf": "random", "randint": "integers"}
SHAPED = {"rand": "random", "randn": "standard_normal"}
SAY = (
    "Each iteration gets a stream of its own, so they may run in parallel and give the same numbers in any "
    "order. The numbers are others than before, though as random; compare means and spreads, not digits."
)
OTHER = (
    "Use rng = np.random.default_rng(seed) and draw from rng; then each iteration can have its own stream."
)
ODD = "Loop over range(n), and give each iteration a generator: np.random.default_rng(seeds[i])."


@rule.proposes
def propose(loop: ast.AST, cell: Cell) -> Answer:
    """A held loop that draws random numbers."""
    if not isinstance(loop, ast.For) or cell.verdict(loop).parallel:
        return None
    body = [each for statement in loop.body for each in ast.walk(statement)]
    origins = {each: cell.origin(each.func) or "" for each in body if isinstance(each, ast.Call)}
    legacy = [
        each
        for each, origin in origins.items()
        if origin.startswith("numpy.random.") and origin.count(".") == 2
    ]
    if any(cell.origin(each.func) in MAKERS for each in legacy):
        return None  # it makes its generators itself
    generator = _generator({each.id for each in body if isinstance(each, ast.Name)}, loop, cell)
    if not legacy and generator is None:
        other = any(origin.startswith("random.") for origin in origins.values())
        return Held("other-generator", OTHER) if other else None
    if any(True for _ in cell.outer_loops(loop)) and cell.verdict(loop).depth > 0:
        return None
    match loop:
        case ast.For(ast.Name(place), ast.Call(ast.Name("range"), [count], []), orelse=[]):
            pass
        case _:
            return Held("odd-loop", ODD)
    numpy = _numpy(cell)
    if (legacy and generator) or numpy is None:
        return Held("other-generator", OTHER)
    renamed: list[Edit] = []
    if place == "_" and not any(isinstance(each, ast.Name) and each.id == "_" for each in body):
        place = cell.fresh_name("trial")
        renamed = [edits.replace(loop.target, place)]
    name, seed = generator or (cell.fresh_name("rng"), _seed(cell))
    streams = cell.fresh_name("streams")
    made: list[Edit] = [
        *renamed,
        edits.before(loop, f"{streams} = {numpy}.random.SeedSequence({seed}).spawn({cell.source(count)})"),
        edits.before(loop.body[0], f"{name} = {numpy}.random.default_rng({streams}[{place}])"),
    ]
    for call in legacy:
        if (edit := _drawn_from(call, name, cell)) is None:
            return Held("no-counterpart", OTHER)
        made.append(edit)
    return _if_independent(loop, cell, made)


MAKERS = {f"numpy.random.{name}" for name in ("default_rng", "Generator", "RandomState", "SeedSequence")}


def _if_independent(loop: ast.For, cell: Cell, made: list[Edit]) -> Answer:
    """The rewrite, if the engine lets the new loop run in parallel."""
    try:
        text = edits.apply(cell, made)
    except CannotEdit as problem:
        return Held(problem.hazard, ODD)
    changed = cell.program.with_text(cell.number, text).cells[cell.number]
    place = [each for each in cell.loops if isinstance(each, ast.For)].index(loop)
    after = changed.verdict([each for each in changed.loops if isinstance(each, ast.For)][place])
    if after.parallel:
        return Rewrite(*made, say=SAY)
    return Held(
        "still-dependent", f"Random numbers are not all that ties the iterations together. {after.message}"
    )


def _generator(read: set[str], loop: ast.For, cell: Cell) -> tuple[str, str] | None:
    """Name and seed of the one generator that is read, if it is bound once in the program."""
    found = []
    for name in read:
        match cell.program.bindings.get(name):
            case [(place, ast.Call(function, args, []) as made)] if (
                cell.origin(function) == "numpy.random.default_rng"
                and len(args) < 2
                and place.function_of(made) in (None, cell.function_of(loop))  # its seed can be named here
            ):
                found.append((name, place.source(args[0]) if args else ""))
    return found[0] if len(found) == 1 else None


def _numpy(cell: Cell) -> str | None:
    """The name that NumPy has in this program."""
    return next((name for name, what in cell.program.imported.items() if what == "numpy"), None)


def _seed(cell: Cell) -> str:
    """What ``np.random.seed`` was called with, if it was called once with a number."""
    found = [
        place.source(call.args[0])
        for place, call in cell.program.calls
        if place.origin(call.func) == "numpy.random.seed"
        and len(call.args) == 1
        and isinstance(call.args[0], ast.Constant)
    ]
    return found[0] if len(found) == 1 else ""


def _drawn_from(call: ast.Call, generator: str, cell: Cell) -> Edit | None:
    """``np.random.normal(...)`` as ``rng.normal(...)``; the old names of a few are mended."""
    old = (cell.origin(call.func) or "").rpartition(".")[2]
    if old in SAME or old in RENAMED:
        return edits.replace(call.func, f"{generator}.{RENAMED.get(old, old)}")
    if old in SHAPED and not call.keywords and not any(isinstance(each, ast.Starred) for each in call.args):
        sizes = ", ".join(cell.argument(each) for each in call.args)
        shape = f"({sizes})" if len(call.args) > 1 else sizes
        return edits.replace(call, f"{generator}.{SHAPED[old]}({shape})")
    return None
