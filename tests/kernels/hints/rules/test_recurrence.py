"""A stop sign says what to do instead."""

from __future__ import annotations

import pytest

from tests.kernels.hints.rules.promises import Promises

the = Promises("recurrence", parallel=False, reason="recurrence")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("s[i] = s[i - 1] + x[i]", "np.cumsum"),
        ("s[i] = x[i] + s[i - 1] - x[i - 1]", "np.cumsum"),
        ("s[i] = x[i] * s[i - 1]", "np.cumprod"),
        ("s[i] = c * s[i - 1] + x[i]", "lfilter"),
        ("s[i] = max(s[i - 1], x[i])", "np.maximum.accumulate"),
        ("s[i] = (s[i - 1] + s[i + 1]) / 2", "second array"),
        ("s[i] = f(s[i - 1])", "several starting values"),
        ("s[i] = x[i] - s[i - 1]", "several starting values"),
        ("state = step(state)", "several starting values"),
    ],
)
def test_what_to_do_instead(line, words):
    """The one call that does the same, or what else runs in parallel."""
    held = the.holds(f"for i in range(1, n):\n    {line}", hazard="recurrence")

    assert words in held.say


def test_time_stepping_is_a_recurrence():
    """Whatever the engine calls it."""
    the.holds("for t in range(n):\n    u = step(u)", hazard="recurrence", reason="time-stepping")


def test_a_cheap_one_without_a_better_call_is_left_alone():
    """Nothing can be gained there."""
    the.leaves("for x in xs:\n    state = step(state)", worth="low")


@pytest.mark.parametrize("reason", ["print", "random-state", "unknown-call"])
def test_other_reasons_are_left_alone(reason):
    """They have other words."""
    the.leaves("for i in range(n):\n    s[i] = s[i - 1] + f(i)", reason=reason)


@pytest.mark.parametrize("text", ["[f(x) for x in xs]", "while x:\n    s += x", "s[i] = s[i - 1]"])
def test_what_is_no_for_loop_is_left_alone(text):
    """Only for loops."""
    the.leaves(text)


def test_what_may_run_in_parallel_is_left_alone():
    """The engine's word counts."""
    the.leaves("for i in range(n):\n    s[i] = s[i - 1] + f(i)", parallel=True)
