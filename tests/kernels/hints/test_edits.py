"""Edits of the text leave everything else as it is."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funicular.hints import edits
from funicular.hints.cell import program
from tests.kernels.hints.doubles import says


def cell_of(text):
    return program([text], says()).cells[0]


def test_text_is_counted_in_characters():
    """The tree counts bytes: umlauts and emoji before a node move nothing."""
    cell = cell_of("s = 'äöü🙂'; y = f('ü', x)\n")
    call = cell.tree.body[1].value

    assert cell.source(call) == "f('ü', x)"
    assert edits.apply(cell, [edits.replace(call, "g")]) == "s = 'äöü🙂'; y = g\n"


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("for i in 1, 2: pass", "(1, 2)"),
        ("for i in (1, 2): pass", "(1, 2)"),
        ("for i in (1), (2): pass", "((1), (2))"),
        ("for i in a if b else c: pass", "a if b else c"),
        ("for i in (x for x in y): pass", "(x for x in y)"),
        ("for i in lambda: 3, 4: pass", "(lambda: 3, 4)"),
    ],
)
def test_an_argument_stays_one(text, argument):
    """Brackets where commas would tear it apart."""
    cell = cell_of(text)

    assert cell.argument(cell.tree.body[0].iter) == argument


def test_lines_above_and_below():
    """As far to the right as the statement is, comments stay where they are."""
    cell = cell_of("if a:\n    for i in x:  # head\n        f(i)  # body\n    # tail\n")
    loop = cell.loops[0]

    assert edits.apply(cell, [edits.before(loop, "one\ntwo"), edits.after(loop, "three")]) == (
        "if a:\n    one\n    two\n    for i in x:  # head\n        f(i)  # body\n    three\n    # tail\n"
    )


def test_above_a_decorator():
    """A decorated function begins there."""
    cell = cell_of("import a\n@a.b\n@a.c(\n  1)\ndef f():\n    pass\n")

    assert edits.apply(cell, [edits.before(cell.tree.body[1], "x = 1")]).startswith("import a\nx = 1\n@a.b\n")


def test_inside_a_formatted_text_nothing_is_changed():
    """Places in there cannot be trusted."""
    cell = cell_of("print(f'{sum(f(x) for x in y)}')")

    with pytest.raises(edits.CannotEdit, match="inside-text"):
        edits.apply(cell, [edits.replace(cell.loops[0], "z")])


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("for i in (x):  # c\n    pass", "def f():  # c\n    pass"),
        ("for i in x[1:2]: pass", "def f(): pass"),
        ("for i in (\n    a, b\n): pass", "def f(): pass"),
        ("for i in {1: 2} :\n    pass", "def f():\n    pass"),
    ],
)
def test_a_header_ends_at_its_colon(text, to):
    """Not at a slice's, a dict's or a lambda's."""
    cell = cell_of(text)

    assert edits.apply(cell, [edits.header(cell.loops[0], "def f()")]) == to.replace(" :", ":")


def test_a_comment_inside_a_header_is_not_lost():
    """It would be: so nothing is done."""
    cell = cell_of("for i in (x  # why\n):\n    pass")

    with pytest.raises(edits.CannotEdit) as caught:
        edits.apply(cell, [edits.header(cell.loops[0], "def f()")])
    assert caught.value.hazard == "comment-in-header"


@pytest.mark.parametrize(
    "text", ["f(a)", "f(a,)", "f((a))", "f(a, # b\n)", "f(a, b='x' 'y')", "f(*a, **b)", "f()"]
)
def test_an_argument_more(text):
    """The call has what it had, and one more at its end."""
    cell = cell_of(text)
    call = cell.tree.body[0].value
    new = ast.parse(edits.apply(cell, [edits.argument(call, "new=1")])).body[0].value

    assert ast.unparse(new.keywords[-1]) == "new=1"
    assert [ast.dump(each) for each in (*new.args, *new.keywords[:-1])] == [
        ast.dump(each) for each in (*call.args, *call.keywords)
    ]


def test_edits_that_meet_are_refused():
    """Rather none than half of two."""
    cell = cell_of("f(g(x))")
    call = cell.tree.body[0].value

    with pytest.raises(edits.CannotEdit, match="edits-meet"):
        edits.apply(cell, [edits.replace(call, "a"), edits.replace(call.args[0], "b")])


def test_what_is_no_python_is_refused():
    """Whatever comes out can be run."""
    cell = cell_of("f(x)")

    with pytest.raises(edits.CannotEdit, match="no-python"):
        edits.apply(cell, [edits.replace(cell.tree.body[0], "f(")])


@given(
    st.lists(st.sampled_from(["x = 1  # ü", "", "\tif a: pass".strip(), "y = '🙂'", "# only"]), max_size=8)
)
def test_nothing_else_changes(lines):
    """Every line but the edited one is as it was."""
    text = "\n".join([*lines, "for i in x:  # é", "    out.append(i)", *lines])
    cell = cell_of(text)
    new = edits.apply(cell, [edits.replace(cell.loops[0].body[0], "done")])

    assert new == text.replace("out.append(i)", "done")
