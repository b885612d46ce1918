"""A comprehension that calls something becomes funicular.map."""

from __future__ import annotations

import pytest

from tests.kernels.hints.rules.promises import Promises

the = Promises("comprehension-map", kind="comprehension")


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("y = [f(x) for x in xs]", "y = funicular.map(f, xs)"),
        ("y = [m.f(x, 3) for x in xs]", "y = funicular.map(lambda x: m.f(x, 3), xs)"),
        ("y = sum(f(x) for x in xs)", "y = sum(funicular.map(f, xs))"),
        ("y = {f(x) for x in xs}", "y = set(funicular.map(f, xs))"),
        ("y = {k: f(k) for k in ks}", "y = dict(zip(ks, funicular.map(f, ks)))"),
        ("y = [f(x) for x in xs if x > 0]", "y = funicular.map(f, [x for x in xs if x > 0])"),
        ("y = [f(a, b) for a, b in zip(p, q)]", "y = funicular.map(f, p, q)"),
        ("y = [x.f(x) for x in xs]", "y = funicular.map(lambda x: x.f(x), xs)"),
        ("y = max((f(x) for x in xs), key=g)", "y = max((funicular.map(f, xs)), key=g)"),
    ],
)
def test_the_call_is_mapped(text, to):
    """Lists, sets, dicts by key, and generators that are arguments."""
    the.rewrites(text, to="import funicular\n" + to)


GIVEN = "xs = [3, 1, 2, 1]\ndef f(x):\n    return x * 1.5\n"


@pytest.mark.parametrize(
    "text",
    [
        "y = sum(f(x) for x in xs)",
        "y = sorted((f(x) for x in xs), reverse=True)",
        "y = [f(x), x][0] if (x := 2) else [f(z) for z in xs]\ny = [f(z) for z in xs]",
        "y = [(x, f(x)) for x in xs if x - 1]",
        "y = {x: f(x) for x in xs}",
        "y = [[f(x)] for x in\n     xs]",
        "y = [f(x) for x in (xs if xs else [1]) if (x if x else 2)]",
        "y = [f(x) for x in xs if not x if x > 0 or x < 5]",
        "y = [(f(x) +\n      1) for x in (xs or\n  [1]) if (x ==\n 2)]",
        "y = sum((f(x), 1)[0] for x in xs)",
    ],
)
def test_brackets_stay_whole(text):
    """Old and new code leave the same."""
    the.keeps(text, given=GIVEN, hazard="brackets")


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("[f(x, y) for x in xs for y in ys]", "several-loops"),
        ("{g(k): f(k) for k in ks}", "several-loops"),
        ("{k: f(k) for k in get()}", "not-twice"),
        ("[f(i, x) for i, x in enumerate(xs)]", "odd-target"),
        ("[f(y := x) for x in xs]", "name-read-later"),
        ("class A:\n    y = [f(x) for x in xs]", "class-body"),
        ("funicular = 2\ny = [f(x) for x in xs]", "name-taken"),
    ],
)
def test_what_it_keeps_its_hands_off(text, hazard):
    """Each hazard is seen in the text."""
    the.holds(text, hazard=hazard)


def test_cheap_elements_stay():
    """The comprehension is quicker than any cluster; rows of an array would be no views of it any more."""
    the.holds("[image[i] for i in rows]", hazard="too-cheap", worth="high")
    the.holds("[x + 1 for x in xs]", hazard="too-cheap", worth="low")


def test_inside_a_loop_that_may():
    """The loop around it comes first."""
    cell = the.cell("for a in b:\n    out.append([f(x) for x in a])")

    assert the.rule.answer(cell.loops[1], cell).hazard == "outer-first"


@pytest.mark.parametrize("text", ["for x in xs:\n    out.append(f(x))", "f(x)", "while x:\n    f(x)"])
def test_what_is_no_comprehension_is_left_alone(text):
    """Loops have rules of their own."""
    the.leaves(text)


def test_what_stays_in_order_is_left_alone():
    """The engine's word counts."""
    the.leaves("[f(x) for x in xs]", parallel=False)
