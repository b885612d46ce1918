"""Arithmetic on rows becomes arithmetic on columns."""

from __future__ import annotations

import pytest

from funicular.hints import edits, verify
from tests.kernels.hints.rules.promises import Promises

the = Promises("row-loop", parallel=False)


@pytest.mark.parametrize(
    ("text", "to"),
    [
        (
            "for i, row in df.iterrows():\n    df.loc[i, 'c'] = row['a'] * (row['b'] + 1)  # product",
            "df['c'] = df['a'] * (df['b'] + 1)  # product",
        ),
        (
            "for _, r in df.iterrows():\n    out.append(-r['a'] / 2)",
            "out.extend((-df['a'] / 2).to_numpy())",
        ),
        (
            "for r in df.itertuples():\n    out.append(r.a - r.b)",
            "out.extend((df['a'] - df['b']).tolist())",
        ),
    ],
)
def test_one_line_for_all_rows(text, to):
    """Brackets and comments stay."""
    the.rewrites(text, to=to)


GIVEN = """
import pandas as pd
df = pd.DataFrame({"a": [1.5, float("nan"), 3.0], "b": [0.1, 0.2, 0.7], "c": [0.0, 0.0, 0.0]})
df.index = [7, 3, 5]
ints = pd.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})
mixed = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, 1.5, 2.5]})
out = []
"""


@pytest.mark.parametrize(
    "text",
    [
        "for i, row in df.iterrows():\n    df.loc[i, 'c'] = row['a'] * row['b'] + 0.1",
        "for i, row in df.iterrows():\n    out.append(row['a'] / row['b'])",
        "for i, row in ints.iterrows():\n    out.append(row['a'] * row['b'])",
        "for i, row in mixed.iterrows():\n    out.append(row['a'] * row['b'])",
        "for row in mixed.itertuples():\n    out.append(row.a * 2)",
    ],
)
def test_values_and_types_stay(text):
    """NaN beside NaN, integers where every column is of integers, floats in mixed rows."""
    the.keeps(text, given=GIVEN, hazard="row-dtype")


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("for i, row in df.iterrows():\n    df.loc[i, 'c'] = f(row['a'])", "needs-thought"),
        ("for i, row in df.iterrows():\n    out.append(row['a'] if row['b'] else 0)", "needs-thought"),
        ("for i, row in df.iterrows():\n    total += row['a']", "needs-thought"),
        ("for i, row in df.iterrows():\n    out.append(i)", "needs-thought"),
        ("for i, row in df.iterrows():\n    df.loc[i + 1, 'c'] = row['a']", "needs-thought"),
        ("for i, row in df.iterrows():\n    other.loc[i, 'c'] = row['a']", "needs-thought"),
        ("for i, row in df.iterrows():\n    out.append(row['a'] ** 2)", "needs-thought"),
        ("for i, row in df.head().iterrows():\n    out.append(row['a'])", "needs-thought"),
        ("for r in df.itertuples():\n    out.append(r.Index + 1)", "needs-thought"),
        ("for i, row in df.iterrows():\n    out.append(row['a'])\nprint(row)", "name-read-later"),
    ],
)
def test_what_it_keeps_its_hands_off(text, hazard):
    """More than arithmetic on columns: words say what to do."""
    held = the.holds(text, hazard=hazard)

    assert "columns" in held.say


def test_integers_that_iterrows_turned_into_floats_are_caught():
    """Nobody can see it in the text; running both shows it."""
    old = "for i, row in mixed.iterrows():\n    out.append(row['a'] * 2)"
    cell = the.cell(old)
    new = edits.apply(cell, the.rule.answer(cell.loops[0], cell).edits)

    assert verify.differences(old, new, given=GIVEN) == ["out: a float64 became a int64"]


@pytest.mark.parametrize(
    "text",
    [
        "for name, column in df.items():\n    out.append(column.sum())",
        "for row in rows:\n    out.append(row['a'])",
        "for i in range(len(df)):\n    out.append(i)",
        "[r for r in df.iterrows()]",
    ],
)
def test_what_walks_no_rows_is_left_alone(text):
    """Lists of dicts, places, comprehensions."""
    the.leaves(text)
