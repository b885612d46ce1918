"""Verdicts as a whole: kinds, comprehensions, worth, confidence, limits."""

from __future__ import annotations

from funicular.loops import judge
from tests.kernels.loops.marks import check


def test_generators_count_where_they_are_used_up():
    """In ``sum`` and its kin at once; kept for later they are no loop yet."""
    check("""
        import math
        xs = [1, 2]
        a = sum(x * x for x in xs)  # may: comprehension
        b = any(x > 1 for x in xs)  # may
        c = ", ".join(str(x) for x in xs)  # may
        d = math.fsum(x for x in xs)  # may
        e = next(x for x in xs if x > 1)  # not: search
        f = (x for x in xs)  # not: lazy-generator
        g = dict((x, 1) for x in xs)  # may
        h = {x: 1 for x in xs if x}  # may
        i = [y for x in xs if (y := x + 1) > 1]  # may
        t = 0
        j = [t := t + x for x in xs]  # not: recurrence
    """)


def test_names_of_the_language_may_mean_something_else():
    """What a name means at this place decides, not how it is called."""
    check("""
        xs, log = [1, 2], []
        a = [len(str(x)) for x in xs]  # may
        def len(x):
            log.append(x)
            return 1
        b = [len(x) for x in xs]  # not: global-state
        from mystery import *
        c = [process(x) for x in xs]  # not: unknown-call
        import mystery
        d = [mystery.f(x) for x in xs]  # not: unknown-call
    """)


def test_every_loop_is_judged_by_itself():
    """The outer loop may be held and the inner one free, or the other way round."""
    first, second = judge(["def f(a, n):\n for t in range(9):\n  for i in range(n):\n   a[i] = a[i] ** 2\n"])

    assert not first.parallel
    assert second.parallel and second.kind == "map" and second.depth == 1


def test_heavy_iterations_are_worth_more():
    """A fit or a nest of loops is worth more than an addition."""
    low, high = judge(
        [
            "for x in [1]:\n    y = x + 1\n",
            "from sklearn.linear_model import Ridge\nfor a in [1]:\n    m = Ridge(a).fit([[1]], [1])\n",
        ]
    )

    assert (low.worth, high.worth) == ("low", "high")


def test_parameters_make_a_verdict_less_certain():
    """What is taken for granted of parameters is said in the confidence."""
    seen, taken = judge(
        ["a = [0]\nfor i in range(1):\n    a[i] = i\n", "def f(b):\n for i in b:\n  b[0] += i\n"]
    )
    (taken,) = judge(["def f(b, c):\n for i in range(9):\n  b[i] = c[i]\n"])

    assert taken.parallel and taken.confidence < seen.confidence


def test_code_that_never_ends_is_given_up():
    """A program of functions that call each other in all ways takes a moment, not an hour."""
    functions = "\n".join(
        f"def f{i}(x):\n    return " + " + ".join(f"f{j}(x - {j})" for j in range(12)) for i in range(12)
    )

    (verdict,) = judge([functions + "\nr = [f0(x) for x in range(3)]\n"])

    assert verdict.parallel or verdict.reason == "too-complex"


def test_odd_separators_in_a_text_do_not_move_lines():
    """A form feed ends no line for the parser."""
    (verdict,) = judge(["x = '''a\x0cb'''\ny = [i for i in x]\n"])

    assert (verdict.line, verdict.col) == (2, 7)


def test_a_generator_in_the_head_runs_turn_by_turn():
    """It is part of the body: pure it is fine, with an effect or a look at what is written it holds."""
    first, second = judge(["w = [p for p in (x + 1 for x in [1, 2])]\n"])
    assert first.parallel and second.parallel

    outer, inner = judge(["a = [1, 2]\nfor x in (v for v in a):\n    a.append(x)\n"])
    assert not outer.parallel and not inner.parallel

    outer, inner = judge(["for x in (v for v in [1, 2]):\n    break\n"])
    assert not outer.parallel and not inner.parallel


def test_a_generator_that_any_may_leave_early_is_no_loop():
    """``any`` is a loop that stops; what feeds it through another generator is taken from bit by bit."""
    outer, inner = judge(["a = any(x > 3 for x in (q * 2 for q in [1, 2]))\n"])

    assert outer.parallel and not inner.parallel


def test_a_text_that_is_too_deep_is_an_error_of_its_cell():
    """An expression of thousands of terms is said to be unreadable, as a slip in the syntax is."""
    try:
        judge(["x = 1", "y = " + "+".join("x" * 20_000)])
    except SyntaxError as error:
        assert error.cell_index == 1  # type: ignore[attr-defined]


def test_other_line_ends_do_not_move_lines():
    """A carriage return ends a line as well."""
    (verdict,) = judge(["x = 1\r\ny = [i for i in z]\r\n"])

    assert (verdict.line, verdict.col) == (2, 7)
