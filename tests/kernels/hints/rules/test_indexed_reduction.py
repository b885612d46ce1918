"""A histogram is computed in parts, and added up in order."""

from __future__ import annotations

import pytest

from tests.kernels.hints.rules.promises import Promises

the = Promises("indexed-reduction", kind="histogram")


def test_places_and_amounts_are_returned():
    """A short loop adds them where they belong."""
    the.rewrites(
        "for x in xs:\n    h[place(x)] += weight(x)",
        to="""
        import funicular
        def one_x(x):
            return place(x), weight(x)

        for key, value in funicular.map(one_x, xs):
            h[key] += value
        """,
    )


GIVEN = (
    "import numpy as np\nfrom collections import Counter\nxs = [3, 1, 2, 1]\nh = np.zeros(5)\nc = Counter()\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "for x in xs:\n    h[x] += 0.1 * x",
        "for x in xs:\n    c['ab'[x % 2]] += x",
        "for x in xs:\n    for k in range(x):\n        h[k] += 0.1",
        "for x in xs:\n    if x > 1:\n        h[x % 2] += x / 3",
    ],
)
def test_not_one_bit_changes(text):
    """Amounts are added in the order of the loop."""
    the.keeps(text, given=GIVEN, hazard="partial-sums")


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("for x in xs:\n    h[x] += h[0]", "reads-kept"),
        ("for x in xs:\n    h[x:x + 2] += f(x)", "sliced-place"),
        ("for x in xs:\n    y = f(x)\n    h[y] += 1\nprint(y)", "name-read-later"),
        ("for x in xs:\n    h[x] += 1\n    g(x)", "keeps-elsewhere"),
    ],
)
def test_what_it_keeps_its_hands_off(text, hazard):
    """Each hazard is seen in the text."""
    the.holds(text, hazard=hazard)


def test_cheap_counting_stays():
    """np.bincount and Counter are quicker."""
    the.holds("for x in xs:\n    h[x] += 1", hazard="too-cheap", worth="low")


def test_an_inner_histogram_waits_for_the_outer_loop():
    """Bigger pieces are better."""
    cell = the.cell("for a in b:\n    for x in a:\n        h[x] += f(x)")

    assert the.rule.answer(cell.loops[1], cell).hazard == "outer-first"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("for x in xs:\n    h[x] = f(x)", "map"), ("for x in xs:\n    t += f(x)", "reduction")],
)
def test_what_adds_nowhere_is_left_alone(text, kind):
    """Slots and plain sums have rules of their own."""
    the.leaves(text, kind=kind)


def test_what_stays_in_order_is_left_alone():
    """The engine's word counts."""
    the.leaves("for x in xs:\n    h[x] += f(x)", parallel=False)
