"""What a profile holds, and what can be made of it."""

from __future__ import annotations

import json

import pytest

from funicular.profiling.compare import compare
from funicular.profiling.session import (
    CellProfile,
    Frame,
    GpuUse,
    ProfileSession,
    Stack,
    StatementTime,
    UnreadableProfile,
    Usage,
    as_record,
    merge,
    read_record,
    session_of,
)
from funicular.profiling.speedscope import as_speedscope
from funicular.profiling.words import sentence, table

GB = 10**9
CELL = CellProfile(
    title="cell 3",
    wall_s=9.1,
    used=Usage(cores=8, cpu_user_s=8.9, cpu_system_s=0.3, memory_peak_bytes=int(2.1 * GB),
               memory_limit_bytes=16 * GB, gpus=(GpuUse("H100", 0.35, GB, 80 * GB),)),
    statements=(
        StatementTime("cell 3", 2, 3, "for p in ps:", 8.5, is_loop=True, call="pd.concat", call_s=8.3),
        StatementTime("cell 3", 4, 4, "t.sum()", 0.5, call="t.sum", call_s=0.5),
        StatementTime("cell 3", 1, 1, "work()", 2.0, in_threads=True),
    ),
    frames=(Frame("<module>", "cell 3", 3), Frame("concat", "pandas/concat.py", 40)),
    stacks=(Stack((0, 1), 8.3), Stack((0,), 0.7), Stack((0,), 2.0, in_threads=True)),
    other_s=0.1,
)  # fmt: skip
SESSION = session_of("a.py", [CELL])


def test_json_gives_the_same_session_back() -> None:
    """Nothing is lost on the way, and the wall time stands at the top."""
    text = json.dumps(as_record(SESSION))

    assert text.startswith('{"wall_s": 9.1, "version": 1')
    assert read_record(json.loads(text)) == SESSION


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"wall_s": 1, "version": 2, "colour": 1}, "version 2"),
        ([], "not a profile"),
        ({"x": 1}, "not a profile"),
    ],
)
def test_what_is_no_profile_is_refused(record: object, told: str) -> None:
    """A later version and another file are told apart, in words."""
    with pytest.raises(UnreadableProfile, match=told):
        read_record(record)


def test_merged_time_is_the_sum() -> None:
    """Merging loses no cell and no second."""
    merged = merge(SESSION, ProfileSession(0.0), SESSION)

    assert merged.cells == (CELL, CELL)
    assert merged.wall_s == pytest.approx(18.2)


def test_compared_statements_are_found_by_their_text() -> None:
    """A statement that moved is the same; one that is gone or new has one side only."""
    new = CellProfile(
        "cell 3", 2.0, statements=(
            StatementTime("cell 3", 9, 10, "for p in ps:", 1.0, is_loop=True),
            StatementTime("cell 3", 11, 11, "t.mean()", 1.0),
        ),
    )  # fmt: skip
    found = compare(SESSION, session_of("a.py", [new]))

    assert [(c.text, c.before_s, c.after_s) for c in found.changes] == [
        ("for p in ps:", 8.5, 1.0), ("t.mean()", None, 1.0), ("t.sum()", 0.5, None),
    ]  # fmt: skip
    assert found.speedup == pytest.approx(4.55)


def test_a_cell_in_one_sentence() -> None:
    """Where the time went and what was used."""
    assert sentence(CELL) == "9.1 s: 8.3 s in pd.concat, 1 of 8 cores busy, 2.1 of 16 GB, GPU 35% busy"


def test_a_table_says_shares_of_the_wall_time() -> None:
    """Loops are named as wholes; other threads stand apart."""
    text = table(SESSION)

    assert " 93.4%      8.5 s        2-3  for p in ps: (the whole loop)  [8.3 s in pd.concat]" in text
    assert text.index("Other threads") < text.index("work()")


def test_speedscope_has_all_seconds() -> None:
    """Each stack is there with its weight; other threads are a profile of their own."""
    found = as_speedscope(merge(SESSION, SESSION))

    assert [each["endValue"] for each in found["profiles"]] == [9.0, 2.0, 9.0, 2.0]
    assert found["profiles"][2]["samples"] == [[2, 3], [2]]
    assert found["shared"]["frames"][3] == {"name": "concat", "file": "pandas/concat.py", "line": 40}
