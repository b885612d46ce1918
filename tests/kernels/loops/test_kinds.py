"""The kinds of loops that may run, and how heavy they look."""

from __future__ import annotations

import pytest

from funicular.loops import judge


@pytest.mark.parametrize(
    ("worth", "text"),
    [
        ("low", "for x in xs:\n    out.append(x + 1)"),
        ("low", "import math\nfor x in xs:\n    out.append(math.log(x))"),
        ("low", "for x in xs:\n    for n in (1, 2, 3):\n        out.append(x * n)"),
        ("low", "for x in xs:\n    out.append([0 for _ in range(x)])"),
        ("some", "for x in xs:\n    for n in ys:\n        out.append(x * n)"),
        ("some", "def f(x):\n    return x\nfor x in xs:\n    out.append(f(x))"),
        ("high", "def f(x):\n    return x\nfor x in xs:\n    out.append([f(y) for y in range(x)])"),
        ("high", "import pandas as pd\nfor x in xs:\n    out.append(pd.read_csv(x))"),
    ],
)
def test_worth_is_guessed_from_what_an_iteration_does(worth, text):
    """Additions are cheap, own functions and inner loops cost something, files and fits much."""
    found = judge([text])[0]

    assert found.parallel and found.worth == worth
