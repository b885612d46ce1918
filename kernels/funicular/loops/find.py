"""All loops and comprehensions of a tree, in the order of the text, and where their ``for`` stands."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

type_of_loop = (ast.For, ast.AsyncFor, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Loop = ast.For | ast.AsyncFor | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

FORMS: dict[type[ast.AST], str] = {
    ast.For: "for",
    ast.AsyncFor: "for",
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.DictComp: "dict",
    ast.GeneratorExp: "generator",
}


def loops(tree: ast.AST) -> Iterator[Loop]:
    """Every ``for`` and comprehension at any depth; an outer loop comes before those inside of it."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, type_of_loop):
            yield child
        yield from loops(child)


def parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """The node that each node stands in."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def for_keyword(loop: Loop, lines: list[str]) -> tuple[int, int]:
    """Line (1-based) and column (0-based, characters) of the loop's first ``for``.

    lines: of the cell's source. A comprehension's tree does not say where its ``for`` is: it is the last one
    between the end of the element and the start of the first target.
    """
    if isinstance(loop, ast.For | ast.AsyncFor):
        return loop.lineno, _characters(lines, loop.lineno, loop.col_offset)
    element = loop.value if isinstance(loop, ast.DictComp) else loop.elt
    target = loop.generators[0].target
    first, last = element.end_lineno or loop.lineno, target.lineno
    start = _characters(lines, first, element.end_col_offset or 0)
    stop = _characters(lines, last, target.col_offset)
    text = (
        "\n".join([lines[first - 1][start:], *lines[first:last]])
        if last > first
        else lines[first - 1][start:]
    )
    found = (loop.lineno, loop.col_offset)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            line, col = token.start[0] + first - 1, token.start[1] + (start if token.start[0] == 1 else 0)
            if (line, col) >= (last, stop):
                break
            if token.type == tokenize.NAME and token.string == "for":
                found = (line, col)
    except (tokenize.TokenError, SyntaxError):  # the piece begins inside brackets, so its end may look wrong
        pass
    return found


def _characters(lines: list[str], line: int, offset: int) -> int:
    """A column in characters from ``ast``'s column in UTF-8 bytes."""
    text = lines[line - 1] if line <= len(lines) else ""
    return offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))
