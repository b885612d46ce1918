"""Of loops in each other the outer one runs in parallel."""

from __future__ import annotations

import pytest

from tests.kernels.hints.rules.promises import Promises

the = Promises("nested-outer", kind="nested")


def test_the_outer_body_returns_what_the_inner_loop_found():
    """Places and values travel together."""
    the.rewrites(
        """
        for i in range(n):
            for j in range(m):
                A[i, j] = f(i, j)
        """,
        to="""
        import funicular
        def one_i(i):
            found = []
            for j in range(m):
                found.append(((i, j), f(i, j)))
            return found

        for found in funicular.map(one_i, range(n)):
            for key, value in found:
                A[key] = value
        """,
    )


GIVEN = "import numpy as np\nA = np.zeros((3, 4))\nt = 0.1\nout = []\n"


@pytest.mark.parametrize(
    "text",
    [
        "for i in range(3):\n    for j in range(4):\n        A[i, j] = i * 0.3 + j",
        "for i in range(3):\n    for j in range(i):\n        out.append((i, j))",
        "for i in range(3):\n    s = 0\n    for j in range(4):\n        s += i * j\n    out.append(s)",
        "for i in range(3):\n  for j in range(4):\n    if j == 2:\n      continue\n    t += i / (j + 1)",
    ],
)
def test_the_order_of_both_loops_stays(text):
    """Old and new code leave the same."""
    the.keeps(text, given=GIVEN, hazard="inner-order")


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("for i in a:\n    for j in b:\n        A[i, j] = f(i, j)\nprint(j)", "name-read-later"),
        ("for i in a:\n    for j in b:\n        A[i, j] = 1\n        B[i, j] = 2", "keeps-elsewhere"),
        ("for i in a:\n    for j in b:\n        A[i, j] = A[i, j - 1] + 1", "reads-kept"),
        ("for i in a:\n    for j in b:\n        A[i, :] = f(j)", "keeps-elsewhere"),
        ("for i in a:\n    for j in b:\n        A[i][j] = f(j)", "keeps-elsewhere"),
    ],
)
def test_what_it_keeps_its_hands_off(text, hazard):
    """Each hazard is seen in the text."""
    the.holds(text, hazard=hazard)


def test_cheap_loops_stay():
    """NumPy is quicker than any cluster."""
    the.holds("for i in a:\n    for j in b:\n        A[i, j] = 1", hazard="too-cheap", worth="low")


def test_of_three_loops_the_outermost():
    """The middle one waits."""
    cell = the.cell("for i in a:\n    for j in b:\n        for k in c:\n            A[i, j, k] = f(i)")

    assert the.rule.answer(cell.loops[1], cell).hazard == "outer-first"


@pytest.mark.parametrize("text", ["for i in a:\n    out.append(f(i))", "[[f(i) for j in b] for i in a]"])
def test_what_has_no_loop_inside_is_left_alone(text):
    """One loop, or comprehensions: other rules."""
    the.leaves(text)


def test_what_stays_in_order_is_left_alone():
    """The engine's word counts."""
    the.leaves("for i in a:\n    for j in b:\n        A[i, j] = f(i, j)", parallel=False)
