"""Polynomials of subscripts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from funicular.loops.polynomial import Poly, constant, symbol

i, n = symbol("i"), symbol("n")
small = st.integers(-5, 5)


def at(poly: Poly, **names: int) -> int:
    total = 0
    for factors, times in poly.terms:
        for name in factors:
            times *= names[name]
        total += times
    return total


@given(small, small, small, small)
def test_arithmetic_is_that_of_numbers(a: int, b: int, x: int, y: int) -> None:
    """Adding, subtracting and multiplying polynomials does so to their values."""
    one, other = constant(a) * i + n, constant(b) - i * n

    assert at(one + other, i=x, n=y) == at(one, i=x, n=y) + at(other, i=x, n=y)
    assert at(one - other, i=x, n=y) == at(one, i=x, n=y) - at(other, i=x, n=y)
    assert at(one * other, i=x, n=y) == at(one, i=x, n=y) * at(other, i=x, n=y)


def test_equal_polynomials_are_equal_however_they_were_written():
    """``(i+1)*2 - 2`` is ``2*i``."""
    assert (i + constant(1)) * constant(2) - constant(2) == i + i
    assert (i - i).number == 0


def test_split_gives_factor_and_rest_of_a_name():
    """``n*i + 3`` is n times i, and 3; a square has no factor."""
    assert (n * i + constant(3)).split("i") == (n, constant(3))
    assert (i * i).split("i") is None


def test_half_a_size_is_at_most_half():
    """``n - 2*(n // 2)`` is never negative, ``n - 3*(n // 2)`` may be."""
    half = symbol("n // 2")

    assert (n - half - half).never_negative()
    assert not (n - half - half - half).never_negative()
