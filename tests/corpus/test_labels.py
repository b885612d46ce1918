"""The corpus is large, varied, and labelled with reasons."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.corpus.cases import Program, programs, read
from tests.corpus.labels import HAZARDS, KINDS

LOOPS = [(program, loop) for program in programs() for loop in program.loops]


def test_there_are_enough_loops_of_both_verdicts() -> None:
    """At least 150 loops may and at least 200 must not run in parallel."""
    verdicts = Counter(loop.may for _, loop in LOOPS)

    assert verdicts[True] >= 150
    assert verdicts[False] >= 200


def test_each_kind_and_each_hazard_has_loops() -> None:
    """Every word of a label is used."""
    assert {loop.why for _, loop in LOOPS} == {*KINDS, *HAZARDS}


def test_names_of_programs_are_their_own() -> None:
    """A program is found by its name."""
    names = [program.name for program in programs()]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("line", ["for x in [1]:", "for x in [1]:  # may: recurrence", "x = 1  # may: map"])
def test_a_loop_without_a_fitting_label_is_refused(line: str) -> None:
    """A label that is missing, misplaced or of the other verdict is an error."""
    text = f"{line}\n    pass\n" if line.startswith("for") else f"{line}\n"

    with pytest.raises(ValueError):
        _ = Program("one", "none", "nothing", text).loops


def test_a_field_is_cut_into_programs_and_cells() -> None:
    """``# ===`` begins a program, ``# %%`` a cell; lines count within the program."""
    text = "# words\n\n# === one: first\n# %%\na = 1\n# %%\nb = 2\n\n# === two: second\nc = 3\n"
    one, two = read("field", text)

    assert [cell for _, cell in one.cells] == ["# %%\na = 1\n", "# %%\nb = 2\n"]
    assert [start for start, _ in one.cells] == [0, 2]
    assert (two.name, two.told, two.text) == ("two", "second", "c = 3\n")
