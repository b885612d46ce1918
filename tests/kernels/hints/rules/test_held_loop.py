"""Every held loop says what would let it run in parallel."""

from __future__ import annotations

import pytest

from funicular.hints.instead import WORDS
from funicular.loops.words import HELD
from tests.kernels.hints.rules.promises import Promises

the = Promises("held-loop", parallel=False)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("shared-random-state", "SeedSequence"),
        ("output", "print it after"),
        ("plotting", "draw in a second"),
        ("file-output", "write it after"),
        ("search", "pick the first after"),
        ("unknown-call", "funicular.map"),
        ("one-shot-iterator", "Make a list"),
        ("aliasing", "new array or list"),
        ("await", "results.append"),
        ("never-heard-of", "results.append"),
    ],
)
def test_words_for_each_reason(reason, words):
    """What could be changed."""
    held = the.holds("for x in xs:\n    f(x)", hazard="held", reason=reason)

    assert words in held.say


def test_every_reason_of_the_engine_has_words():
    """Those that are left out say what always helps."""
    assert set(HELD) - set(WORDS) <= {"await", "unknown-statement"}


def test_it_is_told_only_when_all_is_asked_for():
    """A notebook has many such loops."""
    assert the.rule.quiet


def test_what_may_run_in_parallel_is_left_alone():
    """The engine's word counts."""
    the.leaves("for x in xs:\n    out.append(x)", parallel=True)
    the.leaves("[f(x) for x in xs]", parallel=True)
