"""The oracle agrees with every label, and tells apart what only looks alike."""

from __future__ import annotations

import pytest

from tests.corpus.cases import Program, programs
from tests.corpus.labels import DOES_NOT_PERMUTE
from tests.corpus.oracle import OracleError, observe


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.name)
def test_the_oracle_agrees_with_the_labels(program: Program) -> None:
    """Run serially, permuted, and isolated and merged, each loop does what its label says."""
    wrong = []
    for loop in program.loops:
        seen = observe(program.text, loop.line, loop.place)
        is_idle = seen.may and (seen.iterations < 2 or not seen.changes)
        is_moved = seen.may and seen.permutes == (loop.why in DOES_NOT_PERMUTE)
        if seen.may != loop.may or is_idle or is_moved:
            wrong.append(f"{loop}: {seen}\n{program.show(loop)}")

    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize(
    ("loop", "may"),
    [
        ("for i in range(3):\n    b[i] = a[i]", True),
        ("for i in range(1, 3):\n    a[i] = a[i - 1]", False),
        ("for x in a:\n    s += x", True),
        ("for x in a:\n    s += x\n    out.append(s)", False),
        ("for x in a:\n    s = x - s", False),
        ("for x in a:\n    if x > s:\n        s = x", True),
        ("for x in a:\n    if x > s:\n        s = x\n        out.append(x)", False),
        ("for x in a:\n    print(x)", False),
        ("for x in a:\n    open('f', 'w').close()", False),
        ("for x in a:\n    import random\n    out.append(random.random())", False),
        ("for _ in range(4):\n    s = 0.5 * s + 1", False),
        ("for x in a:\n    out.append(x)\n    if x > 2:\n        break", False),
        ("for x in out:\n    if len(out) < 9:\n        out.append(x)", False),
    ],
)
def test_small_loops_are_seen_for_what_they_are(loop: str, may: bool) -> None:
    """One loop of each sort, over plain lists."""
    start = "a, b, out, s = [1.5, 3.0, 2.5], [0.0] * 3, [7], 1.0\n"

    assert observe(start + loop, 2).may == may


def test_order_alone_proves_nothing() -> None:
    """A loop that does the same in every step passes any order, and is still refused."""
    seen = observe("v, trail = 1.0, []\nfor _ in range(4):\n    v = v * 0.5\n    trail.append(v)", 2)

    assert not seen.may


def test_a_field_that_a_stencil_would_leave_alone_is_perturbed() -> None:
    """On equal values an in-place stencil changes nothing; the oracle tries other values too."""
    text = "import numpy as np\na = np.ones(6)\nfor i in range(1, 5):\n    a[i] = (a[i - 1] + a[i + 1]) / 2"

    assert not observe(text, 3).may


def test_a_loop_that_is_never_reached_is_an_error() -> None:
    """What was not run is not called anything."""
    with pytest.raises(OracleError, match="never entered"):
        observe("for x in []:\n    pass\nif False:\n    for y in [1]:\n        pass", 4)


def test_a_program_that_fails_is_an_error() -> None:
    """The oracle does not take a broken program for a loop that must not run in parallel."""
    with pytest.raises(OracleError, match="ZeroDivisionError"):
        observe("for x in [1]:\n    x / 0", 1)
