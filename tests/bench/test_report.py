"""Promises of the benchmarks' report: ratios, verdicts and the table."""

from __future__ import annotations

import json

import pytest

from tests.bench.__main__ import found
from tests.bench.report import Row, number, table


def test_ratio_is_how_many_times_smaller_our_median_is():
    """One outlier on either side changes nothing."""
    row = Row("start", ours=(2.0, 2.0, 50.0), peer=(6.0, 8.0, 0.1))

    assert row.ratio == pytest.approx(3.0)


def test_a_target_is_met_from_the_very_ratio_on():
    """Exactly three times faster is three times faster; a little less is not."""
    assert Row("a", ours=(1.0,), peer=(3.0,), target=3).met is True
    assert Row("a", ours=(1.0,), peer=(2.99,), target=3).met is False


def test_a_target_without_a_measurement_is_missed():
    """A side that gave no value is no success."""
    assert Row("a", ours=(), peer=(3.0,), target=3).met is False
    assert Row("a", ours=(1.0,), peer=(), target=3).met is False


def test_a_row_without_target_gives_no_verdict():
    """What only informs is neither met nor missed."""
    row = Row("a", ours=(1.0,), peer=(0.5,))

    assert row.met is None
    assert table([row]).splitlines()[2].endswith("0.500 x")


def test_json_has_the_promised_fields_and_every_value():
    """Another program can draw its own conclusions."""
    row = json.loads(json.dumps(Row("a", ours=(1.0, 3.0, 2.0), peer=(8.0,), target=3, unit="s").as_json()))

    assert {key: row[key] for key in ("what", "ours", "peer", "ratio", "target", "unit", "met")} == {
        "what": "a", "ours": 2.0, "peer": 8.0, "ratio": 4.0, "target": 3, "unit": "s", "met": True,
    }  # fmt: skip
    assert row["values"] == {"ours": [1.0, 3.0, 2.0], "peer": [8.0]}


def test_columns_are_aligned_and_a_miss_is_seen():
    """Every line of the table is cut at the same places; a missed target says NO."""
    text = table(
        [
            Row("a long name", ours=(1.234,), peer=(123.4,), target=3),
            Row("b", ours=(10.0,), peer=(1.0,), target=3, note="why"),
        ]
    )
    head, rule, first, second = text.splitlines()[:4]

    places = [at for at, sign in enumerate(rule) if sign == " "]
    assert all(line.ljust(len(rule))[at] == " " for line in (head, first, second) for at in places)
    assert first.endswith("yes") and second.endswith("NO")
    assert "  why" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (1, "1"), (0.0512, "0.051"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1234")],
)
def test_numbers_are_short(value: float | None, text: str):
    """Three digits say enough."""
    assert number(value) == text


def test_benchmarks_are_found_by_being_there():
    """Each file has a measure function and a first line that says what it measures."""
    benchmarks = found()

    assert {"workers_ready", "map_short_calls", "controller_start"} <= set(benchmarks)
    for module in benchmarks.values():
        assert callable(module.measure)
        assert module.__doc__
