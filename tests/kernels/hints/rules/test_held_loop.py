"""Every held loop says what would let it run in parallel."""

from __future__ import annotations

import pytest

from tests.kernels.hints.rules.promises import Promises

the = Promises("held-loop", parallel=False)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("random-state", "SeedSequence"),
        ("printing", "print it after"),
        ("plotting", "draw in a second"),
        ("file-output", "write it after"),
        ("search", "pick the first after"),
        ("unknown-call", "funicular.map"),
        ("one-shot-iterator", "make a list"),
        ("aliasing", "new array or list"),
        ("never-heard-of", "results.append"),
    ],
)
def test_words_for_each_reason(reason, words):
    """What could be changed."""
    held = the.holds("for x in xs:\n    f(x)", hazard="held", reason=reason)

    assert words in held.say


def test_it_is_told_only_when_all_is_asked_for():
    """A notebook has many such loops."""
    assert the.rule.quiet


def test_what_may_run_in_parallel_is_left_alone():
    """The engine's word counts."""
    the.leaves("for x in xs:\n    out.append(x)", parallel=True)
    the.leaves("[f(x) for x in xs]", parallel=True)
