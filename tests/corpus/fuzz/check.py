"""Judges a random program, tries every loop that is called parallel, and makes a failing program small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from funicular.loops import judge
from tests.corpus.cases import places
from tests.corpus.fuzz.generate import program
from tests.corpus.oracle import OracleError, observe

TIME_LIMIT_S = 10.0


@dataclass
class Tally:
    """Counts over many programs; untried: called parallel, but the program fails or does not reach them."""

    programs: int = 0
    loops: int = 0
    parallel: int = 0
    untried: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.programs += other.programs
        self.loops += other.loops
        self.parallel += other.parallel
        self.untried += other.untried
        self.wrong += other.wrong

    @property
    def tried_share(self) -> float:
        """Of all loops, the share that was called parallel and tried."""
        return (self.parallel - self.untried) / self.loops if self.loops else 0.0

    def __str__(self) -> str:
        return (
            f"{self.programs} programs, {self.loops} loops, {self.parallel} called parallel "
            f"({self.untried} of them not tried), {len(self.wrong)} wrong"
        )


def check(seed: int) -> Tally:
    """Judge and try the program of one seed; a wrong "may" is made small and told."""
    text = program(seed)
    tally = Tally(programs=1)
    for said, seen in _verdicts(text, tally):
        if seen:
            small = minimised(text)
            tally.wrong.append(f"seed {seed}: {said}: {seen}\n{small}")
            break
    return tally


def _verdicts(text: str, tally: Tally) -> Iterator[tuple[str, str]]:
    """(what the engine says, why it is wrong or nothing) for each loop that is called parallel."""
    verdicts = sorted(judge([text]), key=lambda one: (one.line, one.col))
    there = [(line, place) for line, place, _ in places(text)]
    for (line, place), verdict in zip(there, verdicts, strict=True):
        tally.loops += 1
        if not verdict.parallel:
            continue
        tally.parallel += 1
        try:
            seen = observe(
                text, line, place, entries=2, seeds=(1,), is_permuted=False, time_limit_s=TIME_LIMIT_S
            )
        except OracleError:
            tally.untried += 1
            continue
        yield (
            f"line {line}: {text.splitlines()[line - 1].strip()} ({verdict.kind})",
            "" if seen.may else seen.why,
        )


def is_wrong(text: str) -> bool:
    """Whether some loop is called parallel and is not."""
    try:
        return any(why for _, why in _verdicts(text, Tally()))
    except Exception:
        return False


def minimised(text: str) -> str:
    """The program without every statement that its failure does not need."""
    tree = ast.parse(text)
    is_smaller = True
    while is_smaller:
        is_smaller = False
        for body in [body for node in ast.walk(tree) for body in _bodies(node)]:
            for statement in list(reversed(body)):
                where = body.index(statement)
                body.remove(statement)
                if body and is_wrong(ast.unparse(tree)):
                    is_smaller = True
                else:
                    body.insert(where, statement)
    return ast.unparse(tree)


def _bodies(node: ast.AST) -> list[list[ast.stmt]]:
    return [body for name in ("body", "orelse") if isinstance(body := getattr(node, name, None), list)]
