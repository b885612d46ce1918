"""The shape of a loop: what its text alone forbids, and the value that stands for its judgement."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from funicular.loops import find
from funicular.loops.scope import targets
from funicular.loops.trail import Access

POSITION = "#0"  # the symbol of the position in the loop that is judged


@dataclass(frozen=True, slots=True)
class Judgement:
    """reason: "" when the loop may run in parallel. what, first, second: for the witness."""

    loop: find.Loop
    kind: str = "none"
    reason: str = ""
    what: str = ""
    node: ast.AST | None = None
    first: Access | None = None
    second: Access | None = None
    distance: int = 0
    worth: str = "low"
    confidence: float = 0.9


def refused(loop: find.Loop) -> Judgement | None:
    """What the text alone forbids: leaving the loop early, and code that waits or yields."""
    if isinstance(loop, ast.AsyncFor) or (
        not isinstance(loop, ast.For) and any(generator.is_async for generator in loop.generators)
    ):
        return Judgement(loop, reason="await", node=loop)
    if isinstance(loop, ast.For):
        if not isinstance(loop.target, ast.Name | ast.Tuple | ast.List):
            return Judgement(loop, reason="odd-target", node=loop)
        for node, inner in inside(loop.body):
            match node:
                case ast.Break() if not inner:
                    return Judgement(loop, reason="search", node=node)
                case ast.Return():
                    return Judgement(loop, reason="early-return", node=node)
                case ast.Yield() | ast.YieldFrom():
                    return Judgement(loop, reason="yield", node=node)
                case ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                    return Judgement(loop, reason="await", node=node)
    return None


def inside(body: Iterable[ast.AST], inner: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Nodes of a body without those of functions in it; and whether an inner loop is around them."""
    for node in body:
        yield node, inner
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            yield from inside(node.body, True)
            yield from inside(node.orelse, inner)
        else:
            yield from inside(ast.iter_child_nodes(node), inner)


def steps_in_time(loop: find.Loop) -> bool:
    """Whether the loop variable is not used: the loop only repeats."""
    if not isinstance(loop, ast.For):
        return False
    own = {one for one, _ in targets(loop.target)}
    read = {node.id for node in ast.walk(ast.Module(loop.body, [])) if isinstance(node, ast.Name)}
    return not own & read
