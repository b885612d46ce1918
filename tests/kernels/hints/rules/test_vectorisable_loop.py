"""Element arithmetic becomes array arithmetic."""

from __future__ import annotations

import pytest

from tests.kernels.hints.rules.promises import Promises

the = Promises("vectorisable-loop", worth="low")
ARRAYS = """import numpy as np
n = 100
a = 3
x = np.linspace(0, 1, n)
y = np.zeros(n)
k = np.zeros(n, dtype=int)
"""


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("for i in range(len(y)):\n    y[i] = a * x[i] + 1.5  # line", "y[:] = a * x[:len(y)] + 1.5  # line"),
        ("for i in range(len(x)):\n    y[i] = -x[i] / a", "y[:len(x)] = -x / a"),
        ("for i in range(n):\n    y[i] = y[i] * x[i]", "y[:] = y * x[:len(y)]"),
    ],
)
def test_one_line_for_all_elements(text, to):
    """Into the array that is there."""
    the.rewrites(ARRAYS + text, to=ARRAYS + to)


@pytest.mark.parametrize(
    "text",
    [
        "for i in range(len(y)):\n    y[i] = a * x[i] + 1.5",
        "for i in range(n):\n    k[i] = x[i] * 1000 - a",
        "for i in range(len(x)):\n    y[i] = (x[i] + y[i]) / a",
    ],
)
def test_types_and_values_stay(text):
    """An array of integers stays one, cut off as before."""
    the.keeps(ARRAYS + text, given="", hazard="kept-dtype")


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("c = f()\nfor i in range(n):\n    y[i] = c * x[i]", "unknown-kind"),
        ("z = load()\nfor i in range(n):\n    y[i] = z[i]", "unknown-kind"),
        ("z = np.zeros((n, 2))\nfor i in range(n):\n    y[i] = z[i]", "unknown-kind"),
        ("for i in range(m):\n    y[i] = x[i]", "unknown-kind"),
        ("x = x + 1\nfor i in range(n):\n    y[i] = x[i]", "unknown-kind"),
        ("for i in range(n):\n    y[i] = np.sin(x[i])", "more-than-sums"),
        ("for i in range(n):\n    y[i] = x[i] ** 2", "more-than-sums"),
        ("for i in range(n):\n    y[i] = x[i] * i", "more-than-sums"),
        ("for i in range(n):\n    y[i] = x[i]\nprint(i)", "name-read-later"),
    ],
)
def test_what_it_keeps_its_hands_off(text, hazard):
    """Each hazard is seen in the text."""
    the.holds(ARRAYS + text, hazard=hazard)


@pytest.mark.parametrize(
    "text",
    [
        "for i in range(n):\n    z[i] = x[i]",
        ARRAYS + "z = np.zeros(n, dtype=object)\nfor i in range(n):\n    z[i] = x[i]",
        "z = {}\nfor i in range(n):\n    z[i] = x[i] * 2",
        ARRAYS + "for i in range(1, n):\n    y[i] = x[i]",
        ARRAYS + "for i in range(n):\n    y[i] = a",
        ARRAYS + "for i in range(n):\n    y[i] = x[i - 1]",
        ARRAYS + "for i in range(n):\n    y[i] += x[i]",
        ARRAYS + "for v in x:\n    y[v] = v",
    ],
)
def test_what_is_no_element_by_element_is_left_alone(text):
    """Lists, neighbours, sums, other loops."""
    the.leaves(text)


def test_what_stays_in_order_is_left_alone():
    """The engine's word counts."""
    the.leaves(ARRAYS + "for i in range(n):\n    y[i] = x[i]", parallel=False)
