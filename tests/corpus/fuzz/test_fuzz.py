"""Random loop programs: none that is called parallel turns out otherwise, and many are called so."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from time import process_time

import pytest

from funicular.loops import Verdict
from tests.corpus.fuzz import check as checking
from tests.corpus.fuzz.check import Tally, check, minimised
from tests.corpus.fuzz.generate import program

PROGRAMS = 500
MOST_CPU_S = 240.0  # measured: 17 s, 35 ms a program
LEAST_SHARE = 0.2


def test_no_random_loop_is_wrongly_called_parallel() -> None:
    """Five hundred programs, always the same: no wrong "may", within a fixed time of the processor."""
    began, total = process_time(), Tally()
    for seed in range(PROGRAMS):
        total.add(check(seed))
        assert process_time() - began < MOST_CPU_S, f"only {total} within {MOST_CPU_S} s"

    assert not total.wrong, "\n\n".join(total.wrong)
    assert total.tried_share >= LEAST_SHARE, str(total)


def test_programs_hold_what_a_judge_may_stumble_over() -> None:
    """Impure helpers, shadowed names, views, shared rows, aliases, early exits and the rest do occur."""
    texts = [program(seed) for seed in range(400)]
    wanted = [
        *[
            "global count",
            "nonlocal held",
            "kept=[]",
            "def sum(",
            "w = v[::-1]",
            "m = [[0] * 3] * 6",
            "c = a\n",
        ],
        *["break", "continue", "def ident(xs):\n    return xs\n", "% n]", "for j in", "total +=", "e.get("],
        *[
            "self.by += 1",
            "print(x)",
            "random.randint",
            "next(it",
            "partial(",
            "@property",
            "best = ",
            "iter(b)",
        ],
        *["s.add("],
    ]
    missing = [one for one in wanted if not any(one in text for text in texts)]

    assert not missing
    for text in texts:
        ast.parse(text)


def test_the_same_seed_gives_the_same_program() -> None:
    """A failing program can be had again."""
    assert program(7) == program(7) != program(8)


def test_a_failing_program_is_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements that a failure does not need are taken out."""
    monkeypatch.setattr(checking, "is_wrong", lambda text: "for x in xs" in text and "xs =" in text)

    small = minimised("xs = [1]\na = 2\nb = a\nfor x in xs:\n    a += 1\n    b += 2\n")

    assert small == "xs = [1]\nfor x in xs:\n    a += 1"


def test_a_wrong_verdict_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge that calls everything parallel is caught within a few programs."""
    real = checking.judge

    def careless(cells: Sequence[str]) -> list[Verdict]:
        return [_parallel(verdict) for verdict in real(cells)]

    monkeypatch.setattr(checking, "judge", careless)
    monkeypatch.setattr(checking, "minimised", lambda text: text)

    assert any(check(seed).wrong for seed in range(12))


def _parallel(verdict: Verdict) -> Verdict:
    return replace(verdict, parallel=True)
