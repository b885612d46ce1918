"""Changes to a cell's text that leave all else as it is: comments, layout, line ends.

An edit names a node; where that is in the text is looked up when it is applied. An edit that would tear
something apart raises ``CannotEdit`` with the hazard that was met.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from funicular.hints.cell import Cell


@dataclass(frozen=True, slots=True)
class Change:
    """Characters ``start`` to ``end`` become ``text``."""

    start: int
    end: int
    text: str


Edit = Callable[[Cell], Change | None]


class CannotEdit(Exception):
    """The text cannot be changed safely; ``hazard`` says what is in the way."""

    def __init__(self, hazard: str) -> None:
        super().__init__(hazard)
        self.hazard = hazard


def replace(node: ast.expr | ast.stmt, text: str) -> Edit:
    """The node's text becomes this."""

    def edit(cell: Cell) -> Change:
        if any(type(each).__name__ in ("JoinedStr", "TemplateStr") for each in cell.around(node)):
            raise CannotEdit("inside-text")  # the tree does not say where exactly it is
        return Change(*cell.span(node), text)

    return edit


def before(statement: ast.stmt, text: str) -> Edit:
    """Lines above a statement, as far to the right as it is."""

    def edit(cell: Cell) -> Change:
        decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
        first = min((each.lineno for each in decorators), default=0)
        start = cell.offset(first, 0) if first else cell.span(statement)[0]
        place = cell.line_start(start)
        indent = cell.text[place:start]
        if indent.strip():
            raise CannotEdit("shares-line")
        return Change(place, place, _indented(text, indent) + "\n")

    return edit


def after(statement: ast.stmt, text: str, *, like: ast.stmt | None = None) -> Edit:
    """Lines below a statement, as far to the right as it is, or as ``like`` is."""

    def edit(cell: Cell) -> Change:
        start, end = cell.span(like or statement)[0], cell.span(statement)[1]
        place = cell.line_end(end)
        indent = cell.text[cell.line_start(start) : start]
        rest = cell.text[end:place].strip()
        if indent.strip() or (rest and not rest.startswith("#")):
            raise CannotEdit("shares-line")
        return Change(place, place, "\n" + _indented(text, indent))

    return edit


def header(loop: ast.For, text: str) -> Edit:
    """From ``for`` to the colon, the colon excluded."""

    def edit(cell: Cell) -> Change:
        start, end = cell.span(loop)[0], cell.span(loop.iter)[1]
        for kind, string, place in _tokens(cell.text[end:]):
            if kind == tokenize.COMMENT:
                raise CannotEdit("comment-in-header")
            if string == ":":
                return Change(start, end + place, text)
        raise CannotEdit("comment-in-header")

    return edit


def argument(call: ast.Call, text: str) -> Edit:
    """One more argument at the end of a call."""

    def edit(cell: Cell) -> Change:
        _, end = cell.span(call)
        inside = [*call.args, *(each.value for each in call.keywords)]
        if not inside:
            return Change(end - 1, end - 1, text)
        last = max(cell.span(each)[1] for each in inside)
        place, comma = last, False
        for kind, string, at in _tokens(cell.text[last : end - 1]):
            if kind == tokenize.OP and string == ",":
                comma = True
            if kind == tokenize.OP:
                place = last + at + 1
        return Change(place, place, f" {text}" if comma else f", {text}")

    return edit


def importing(module: str) -> Edit:
    """An ``import`` line at the top of the cell, unless the program has it."""

    def edit(cell: Cell) -> Change | None:
        found = cell.program.imported.get(module)
        if found == module:
            return None
        if found is not None or module in cell.program.taken:
            raise CannotEdit("name-taken")
        body = cell.tree.body
        first = next(each for n, each in enumerate(body) if not _comes_first(each, n))
        return before(first, f"import {module}")(cell)

    return edit


def _comes_first(statement: ast.stmt, place: int) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())) if place == 0:
            return True
        case ast.ImportFrom(module="__future__"):
            return True
    return False


def apply(cell: Cell, edits: Sequence[Edit]) -> str:
    """The cell's text with all edits made. Raises ``CannotEdit`` if they meet, or no Python comes out."""
    changes = changes_of(cell, edits)
    text = changed(cell.text, changes)
    try:
        ast.parse(text)
    except SyntaxError as problem:
        raise CannotEdit("no-python") from problem
    return text


def changes_of(cell: Cell, edits: Iterable[Edit]) -> list[Change]:
    """Where the edits are, from top to bottom. Raises ``CannotEdit`` if two of them meet."""
    found = sorted((each for edit in edits if (each := edit(cell))), key=lambda each: (each.start, each.end))
    for one, other in pairwise(found):
        if other.start < one.end:
            raise CannotEdit("edits-meet")
    return found


def changed(text: str, changes: Sequence[Change]) -> str:
    """The text with these changes, which do not meet and are in order."""
    for change in reversed(changes):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def _indented(text: str, indent: str) -> str:
    return "\n".join(indent + line if line else "" for line in text.split("\n"))


def _tokens(text: str) -> Iterable[tuple[int, str, int]]:
    """Kind, text and place of each token, up to where the piece stops being readable."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            yield token.type, token.string, starts[token.start[0] - 1] + token.start[1]
    except (tokenize.TokenError, SyntaxError):
        return
