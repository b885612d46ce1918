"""A sum is computed in parts, and added up in order."""

from __future__ import annotations

import pytest

from tests.kernels.hints.rules.promises import Promises

the = Promises("scalar-reduction", kind="reduction")


def test_parts_are_computed_and_added_in_order():
    """The loop that adds stays a loop."""
    the.rewrites(
        """
        total = 0.0
        for x in xs:
            y = f(x)
            total += y * y  # squares
        print(total)
        """,
        to="""
        import funicular
        total = 0.0
        def one_x(x):
            y = f(x)
            return y * y  # squares

        for value in funicular.map(one_x, xs):
            total += value
        print(total)
        """,
    )


GIVEN = "xs = [0.1, 1e16, -1e16, 3.3, 0.7]\nt = 0.25\nn = 0\n"


@pytest.mark.parametrize(
    "text",
    [
        "for x in xs:\n    t += x * 1.1",
        "for x in xs:\n    t -= x\n    n += 1",
        "for x in xs:\n    if x > 1:\n        t += x",
        "for x in xs:\n    for k in range(3):\n        t += x * k",
        "for x in xs:\n    t *= x",
        "for x in xs:\n    t += (x +  # one\n          1)  # two",
        "for x in xs:\n    t += x if x > 1 else 2",
    ],
)
def test_not_one_bit_changes(text):
    """Values are added in the order of the loop, not in parts of parts."""
    the.keeps(text, given=GIVEN, hazard="partial-sums")


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("for x in xs:\n    y = f(x)\n    t += y\nprint(y)", "name-read-later"),
        ("for x in xs:\n    if x:\n        y = f(x)\n    t += y", "carried-name"),
        ("for x in xs:\n    t /= f(x)", "keeps-elsewhere"),
        ("for x in xs:\n    t += f(x)\n    d[x].append(x)", "keeps-elsewhere"),
    ],
)
def test_what_it_keeps_its_hands_off(text, hazard):
    """Each hazard is seen in the text."""
    the.holds(text, hazard=hazard)


def test_a_cheap_sum_stays():
    """sum() is quicker."""
    the.holds("for x in xs:\n    t += x", hazard="too-cheap", worth="low")


def test_an_inner_sum_waits_for_the_outer_loop():
    """Bigger pieces are better."""
    cell = the.cell("for a in b:\n    for x in a:\n        t += f(x)")

    assert the.rule.answer(cell.loops[1], cell).hazard == "outer-first"


@pytest.mark.parametrize(
    "text",
    [
        "for x in xs:\n    out.append(f(x))",
        "for x in xs:\n    s = 0\n    s += f(x)\n    out.append(s)",
        "sum(f(x) for x in xs)",
    ],
)
def test_what_is_no_sum_is_left_alone(text):
    """A sum of one iteration is that iteration's own business."""
    the.leaves(text)


def test_what_stays_in_order_is_left_alone():
    """The engine's word counts."""
    the.leaves("for x in xs:\n    t += f(x)", parallel=False)
