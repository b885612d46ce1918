"""The labelled programs: read from ``fields/*.py``, cut into programs, cells and loops."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.corpus.labels import HAZARDS, KINDS

FIELDS = Path(__file__).parent / "fields"
HEAD = re.compile(r"^# === ([a-z0-9-]+): (.+)$")
CELL = re.compile(r"^# %%")
LABEL = re.compile(r"\b(may|not): ([a-z-]+)")


@dataclass(frozen=True, slots=True)
class Loop:
    """One labelled loop. line: 1-based, in its program; place: how many loops of that line are before it."""

    line: int
    place: int
    may: bool
    why: str


@dataclass(frozen=True)
class Program:
    """One small program of a newcomer, as cells. text: what is run; its first line is line 1."""

    name: str
    field: str
    told: str
    text: str

    @cached_property
    def loops(self) -> tuple[Loop, ...]:
        """Its loops in the order of their ``for``. Raises ``ValueError`` where labels and loops differ."""
        found: list[Loop] = []
        for number, line in enumerate(self.text.splitlines(), 1):
            comment = line.rpartition("#")[2] if "#" in line else ""
            for place, (verdict, why) in enumerate(LABEL.findall(comment)):
                if why not in (KINDS if verdict == "may" else HAZARDS):
                    raise ValueError(f"{self.name}, line {number}: no reason {why!r} for {verdict!r}")
                found.append(Loop(number, place, verdict == "may", why))
        there = [(line, place) for line, place, _ in places(self.text)]
        if there != (named := [(loop.line, loop.place) for loop in found]):
            raise ValueError(f"{self.name}: loops at {there}, labels at {named}")
        return tuple(found)

    @cached_property
    def cells(self) -> tuple[tuple[int, str], ...]:
        """(line before the cell, its source), as a notebook would hold them."""
        lines = self.text.splitlines(keepends=True)
        starts = [0, *(number for number, line in enumerate(lines) if number and CELL.match(line))]
        return tuple(
            (start, "".join(lines[start:end]))
            for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
        )

    def show(self, loop: Loop) -> str:
        """The program with its line numbers and an arrow at ``loop``."""
        return "\n".join(
            f"{'->' if number == loop.line else '  '}{number:3} {line}"
            for number, line in enumerate(self.text.splitlines(), 1)
        )


@cache
def programs() -> tuple[Program, ...]:
    """Every program, by field and in the order of the file."""
    return tuple(
        program
        for path in sorted(FIELDS.glob("*.py"))
        for program in read(path.stem, path.read_text("utf-8"))
    )


def read(field: str, text: str) -> Iterator[Program]:
    """The programs of one field; each begins with a line ``# === name: what it shows``."""
    head: re.Match[str] | None = None
    body: list[str] = []
    for line in [*text.splitlines(keepends=True), "# === end: of the field\n"]:
        if match := HEAD.match(line):
            if head is not None:
                yield Program(head[1], field, head[2], "".join(body).strip("\n") + "\n")
            head, body = match, []
        else:
            body.append(line)


def places(text: str) -> list[tuple[int, int, ast.AST]]:
    """(line, place on that line, node) of every ``for`` of a source, comprehensions too, in reading order."""
    lines = text.encode().splitlines()
    found: list[tuple[int, int, ast.AST]] = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.For() | ast.AsyncFor():
                found.append((node.lineno, node.col_offset, node))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                target = node.generators[0].target
                before = lines[target.lineno - 1][: target.col_offset]
                found.append((target.lineno, before.rfind(b"for"), node))
    found.sort(key=lambda entry: entry[:2])
    on_line: dict[int, int] = {}
    placed = []
    for line, _, node in found:
        placed.append((line, on_line.get(line, 0), node))
        on_line[line] = on_line.get(line, 0) + 1
    return placed
