"""Subscripts of different iterations: who meets whom."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from funicular.loops.dependence import meeting
from funicular.loops.polynomial import constant, symbol
from funicular.loops.values import SOMEWHERE, Step
from tests.kernels.loops.marks import check

P = symbol("#0")


def index(factor: int, rest: int) -> tuple[Step, ...]:
    return (Step("index", constant(factor) * P + constant(rest), varies=True),)


@given(st.integers(-3, 3), st.integers(-6, 6), st.integers(-3, 3), st.integers(-6, 6), st.integers(1, 8))
def test_no_meeting_is_overlooked(a: int, b: int, c: int, d: int, turns: int) -> None:
    """Whatever the factors: if a later iteration meets an earlier write, it is said that values may flow."""
    write, read = index(a, b), index(c, d)
    flows = any(a * p + b == c * q + d for p in range(turns) for q in range(p + 1, turns))
    meets = any(a * p + b == c * q + d for p in range(turns) for q in range(turns) if p != q)

    for count in (None, constant(turns)):
        found = meeting(write, read, "#0", count)
        assert found.flows or not flows
        assert found.how not in ("never", "same") or not meets


@example(1, 1, 1, -3, 2)
@given(st.integers(-2, 2), st.integers(-4, 6), st.integers(-2, 2), st.integers(-4, 6), st.integers(1, 6))
def test_places_below_zero_count_from_the_end(a: int, b: int, c: int, d: int, turns: int) -> None:
    """However long the list is: a flow through ``x[-1]`` and its kin is not overlooked."""
    found = meeting(index(a, b), index(c, d), "#0", constant(turns))
    for length in range(1, 12):
        written = [(a * p + b) for p in range(turns)]
        looked_up = [(c * q + d) for q in range(turns)]
        if any(not -length <= place < length for place in (*written, *looked_up)):
            continue  # it ends in an IndexError
        flows = any(
            written[p] % length == looked_up[q] % length for p in range(turns) for q in range(p + 1, turns)
        )
        assert found.flows or not flows


def test_neighbours_flow_forward_only():
    """``a[i-1]`` is a recurrence; ``a[i+1]`` sees what was there before the loop."""
    check("""
        a = [0] * 9
        for i in range(1, 9):  # not: recurrence
            a[i] = a[i - 1] + 1
        for i in range(8):  # may
            a[i] = a[i + 1] + 1
        for i in range(8, 0, -1):  # may
            a[i] = a[i - 1] + 1
        for i in reversed(range(8)):  # not: recurrence
            a[i] = a[i + 1] + 1
    """)


def test_strides_offsets_and_halves():
    """Even and odd, first and second half, block by block never meet; the mirror image does."""
    check("""
        import numpy as np
        n = int(input())
        a, b = np.zeros(n), np.zeros(2 * n)
        for i in range(n):  # may
            b[2 * i] = b[2 * i + 1]
        for i in range(n):  # may
            b[i] = b[i + n]
        for i in range(n):  # may
            b[i * 2:(i + 1) * 2] = b[i * 2:(i + 1) * 2].mean()
        for i in range(n - 1):  # not: overlapping-write
            b[i:i + 2] = b[i:i + 2].mean()
        for i in range(n // 2):  # may
            a[i], a[n - 1 - i] = a[n - 1 - i], a[i]
        for i in range(n):  # not: recurrence
            a[i] = a[n - 1 - i]
        for i in range(n):  # not: recurrence
            a[i] = a[i // 2] + 1
        for i in range(n):  # not: indirect-write
            a[(i + 3) % n] = a[i]
        for i in range(1, n):  # may
            a[i] = a[0] + b[i]
        for i in range(n):  # not: recurrence
            a[i] = a[0] + b[i]
    """)


def test_rows_and_columns():
    """A table may be filled by rows or columns; what looks at the row above must wait for it."""
    check("""
        import numpy as np
        m = np.zeros((5, 6))
        for i in range(5):  # may
            m[i, :] = np.arange(6) * i
        for j in range(6):  # may
            m[:, j] = m[:, j] / m[:, j].sum()
        for i in range(1, 5):  # not: recurrence
            for j in range(6):  # may
                m[i, j] = m[i - 1, j] + 1
        for i in range(5):  # may
            for j in range(1, 6):  # not: recurrence
                m[i, j] = m[i, j - 1] + 1
        for k in range(3):  # not: recurrence
            for i in range(k + 1, 5):  # may
                for j in range(k + 1, 6):  # may
                    m[i, j] -= m[i, k] * m[k, j]
                for j in range(k, 6):  # not: recurrence
                    m[i, j] -= m[i, k] * m[k, j]
    """)


def test_a_view_meets_everything_but_itself():
    """What goes through another view of the same memory is never compared step by step."""
    view, other = Step("view", text="1"), Step("view", text="2")

    assert meeting((view, *index(1, 0)), (view, *index(1, 0)), "#0", None).how == "same"
    assert meeting((view, *index(1, 0)), (other, *index(1, 0)), "#0", None).how == "any"
    assert meeting((SOMEWHERE,), index(1, 0), "#0", None).flows


def test_beyond_a_reference_objects_may_be_the_same():
    """Elements differ, but what they refer to may be one object."""
    path = (*index(1, 0), Step("field", text="account"), Step("reference"), Step("field", text="balance"))
    other = (*path[:-1], Step("field", text="owner"))

    assert meeting(path, path, "#0", None).flows
    assert meeting(path, other, "#0", None).how == "never"


def test_pieces_of_one_array_count_from_their_own_start():
    """``a[1:][k]`` is ``a[k + 1]``; the same piece is itself."""
    check("""
        import numpy as np
        a = np.arange(9.0)
        left, right, back = a[:-1], a[1:], np.flip(a)
        for k in range(8):  # not
            right[k] = left[k] + 1
        for k in range(8):  # not
            a[k] = back[k] + 1
        for k in range(8):  # may
            right[k] = right[k] + 1
        for k in range(8):  # not
            w = a[k:k + 2]
            w[0] = w[1] + a[k - 1]
        for k in range(9):  # not
            a[k] = a[-k] + 1
        for k in range(9):  # not
            if a[k] > 0:
                a[k - 1] = 0
    """)


def test_a_table_gets_its_length_from_what_is_put_in():
    """A new column or row may change what ``len`` and ``shape`` say; a cell by its number cannot."""
    check("""
        import pandas as pd
        table, other = pd.DataFrame(), pd.read_csv("other.csv")
        for k in "abc":  # not: recurrence
            table[k] = range(len(table) or 3)
        for k in ["a", "b"]:  # not: recurrence
            other[k] = other.shape[1]
        for i in range(3):  # not: recurrence
            other.loc[i, "a"] = len(other)
        for i in range(3):  # may
            other.iloc[i, 0] = len(other)
        for k in ["a", "b"]:  # may
            other[k] = other[k].fillna(0)
    """)
