"""Random numbers get a stream of their own in each iteration."""

from __future__ import annotations

import pytest

from funicular.hints import edits, verify
from tests.kernels.hints.doubles import says
from tests.kernels.hints.rules.promises import Promises


def held_until_spawned(texts):
    """An engine that lets a loop run once each iteration makes its own generator."""
    return says(any("default_rng(streams[" in text for text in texts), reason="random-state")(texts)


the = Promises("monte-carlo", judge=held_until_spawned)
never = Promises("monte-carlo", parallel=False, reason="random-state")

LOOP = """
import numpy as np
rng = np.random.default_rng(42)
for i in range(n):
    x = rng.normal(size=100)  # a sample
    means.append(x.mean())
"""


def test_each_turn_gets_a_stream():
    """The seed stays; comments too."""
    the.rewrites(
        LOOP,
        to="""
        import numpy as np
        rng = np.random.default_rng(42)
        streams = np.random.SeedSequence(42).spawn(n)
        for i in range(n):
            rng = np.random.default_rng(streams[i])
            x = rng.normal(size=100)  # a sample
            means.append(x.mean())
        """,
    )


def test_the_old_functions_get_a_generator():
    """np.random.rand and its like have new names there; np.random.seed is taken over."""
    the.rewrites(
        """
        import numpy as np
        np.random.seed(7)
        for i in range(1000):
            x, y = np.random.rand(2), np.random.randn(3, k)
            hits[i] = np.random.randint(6) + np.random.uniform(0, 1)
        """,
        to="""
        import numpy as np
        np.random.seed(7)
        streams = np.random.SeedSequence(7).spawn(1000)
        for i in range(1000):
            rng = np.random.default_rng(streams[i])
            x, y = rng.random(2), rng.standard_normal((3, k))
            hits[i] = rng.integers(6) + rng.uniform(0, 1)
        """,
    )


def test_a_loop_that_does_not_count_gets_a_name():
    """``_`` is no name to read."""
    the.rewrites(
        "import numpy as np\nfor _ in range(9):\n    out.append(np.random.normal())",
        to="""
        import numpy as np
        streams = np.random.SeedSequence().spawn(9)
        for trial in range(9):
            rng = np.random.default_rng(streams[trial])
            out.append(rng.normal())
        """,
    )


def test_two_runs_give_the_same_numbers():
    """With a seed the new loop can be repeated; its numbers are others than the old loop's."""
    given = "n, means = 5, []"
    cell = the.cell(LOOP, [given])
    code = edits.apply(cell, the.rule.answer(cell.loops[0], cell).edits)
    hazard = "same-each-run"
    once, again = verify.left_by(code, given), verify.left_by(code, given)

    assert once["means"] == again["means"], hazard
    assert once["means"] != verify.left_by(LOOP, given)["means"]


def test_the_new_loop_is_other_numbers_and_nothing_else():
    """Names that are not random stay as they were."""
    text = "import numpy as np\nfor i in range(3):\n    np.random.rand()\n    out.append(i)"
    the.keeps(text, given="out = []", hazard="same-each-run")


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("import random\nfor i in range(n):\n    out.append(random.random())", "other-generator"),
        ("import numpy as np\nfor x in xs:\n    out.append(np.random.rand())", "odd-loop"),
        ("import numpy as np\nfor i in range(1, n):\n    out.append(np.random.rand())", "odd-loop"),
        ("import numpy as np\nfor i in range(n):\n    out.append(np.random.get_state())", "no-counterpart"),
        ("import numpy as np\nfor i in range(n):\n    out.append(np.random.rand(*shape))", "no-counterpart"),
        ("from numpy.random import rand\nfor i in range(n):\n    out.append(rand())", "other-generator"),
    ],
)
def test_what_it_keeps_its_hands_off(text, hazard):
    """Each hazard is seen in the text."""
    the.holds(text, hazard=hazard)


def test_a_loop_that_is_held_for_another_reason_too():
    """The engine is asked about the new loop before anything is said."""
    held = never.holds(LOOP, hazard="still-dependent")

    assert "A sentence." in held.say


@pytest.mark.parametrize(
    "text",
    [
        "for i in range(n):\n    s[i] = s[i - 1]",
        "import numpy as np\nfor i in range(n):\n    r = np.random.default_rng(i)\n    o.append(r.random())",
        "import numpy as np\ndef a(s):\n  r = np.random.default_rng(s)\nfor i in x:\n  o += r.random()",
        "import numpy as np\nx = np.random.rand(n)\nfor i in range(n):\n    out.append(x[i] + out[-1])",
        "import numpy as np\n[np.random.rand() for i in range(n)]",
    ],
)
def test_what_draws_nothing_from_one_stream_is_left_alone(text):
    """No random numbers, streams already, numbers drawn before."""
    never.leaves(text)
