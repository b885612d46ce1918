"""Finding loops and their ``for``."""

from __future__ import annotations

import ast

from funicular.loops import find, judge


def keywords(text: str) -> list[tuple[int, int]]:
    tree = ast.parse(text)
    return [find.for_keyword(loop, text.splitlines()) for loop in find.loops(tree)]


def test_loops_come_in_the_order_of_the_text():
    """An outer loop comes before those inside of it, and comprehensions are loops."""
    text = "for i in a:\n    for j in b:\n        x = [k for k in c]\ny = {k: 1 for k in d}\n"

    found = [type(loop).__name__ for loop in find.loops(ast.parse(text))]

    assert found == ["For", "For", "ListComp", "DictComp"]


def test_the_for_of_a_comprehension_is_found_over_lines_comments_and_accents():
    """Line and column are those of the keyword, counted in characters."""
    assert keywords("é = [é for é in range(3)]") == [(1, 7)]
    assert keywords("x = [(i,\n  j)\n  # for nobody\n  for j in y]") == [(4, 2)]
    assert keywords("x = {k: (v for v in k) for k in y}") == [(1, 23), (1, 11)]
    assert keywords("x = [a['for'] for a in b]") == [(1, 14)]


def test_a_verdict_says_where_its_loop_is():
    """Cell, line, end and depth are those of the loop, in its own cell."""
    first, outer, inner = judge(
        ["x = [i for i in range(3)]", "\nfor i in x:\n    for j in x:\n        y = 1\n"]
    )

    assert (first.cell, first.line, first.form) == (0, 1, "list")
    assert (outer.cell, outer.line, outer.end_line, outer.depth) == (1, 2, 4, 0)
    assert (inner.line, inner.col, inner.depth) == (3, 4, 1)


def test_a_cell_that_does_not_parse_is_named():
    """The error says which of the cells it was."""
    try:
        judge(["x = 1", "for in"])
    except SyntaxError as error:
        assert error.cell_index == 1  # type: ignore[attr-defined]
    else:
        raise AssertionError("no error")
