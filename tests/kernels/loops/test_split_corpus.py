"""Plans of the corpus and of random programs leave what the plain loops leave, and values are taken."""

from __future__ import annotations

from collections import Counter

from tests.corpus.cases import programs
from tests.corpus.fuzz.generate import program
from tests.corpus.oracle import OracleError
from tests.kernels.loops.shadowing import same

RANDOM = 150
LIMIT_S = 1.0  # some random programs never end


def test_the_corpus_ends_as_without_plans() -> None:
    """Every program, with a plan in the place of each loop that has one: the same in every bit."""
    seen: Counter[str] = Counter()
    for one in programs():
        kernel = same([text for _, text in one.cells])
        seen += Counter(plans=len(kernel.plans), entered=len(kernel.entered), taken=len(kernel.taken))

    assert seen["taken"] >= 120, seen  # measured: 146
    assert seen["taken"] >= 0.9 * seen["entered"], seen


def test_random_programs_end_as_without_plans() -> None:
    """Names, order, types, bits, who is one with whom, output, exception and its lines."""
    seen: Counter[str] = Counter()
    for seed in range(RANDOM):
        try:
            kernel = same([program(seed)], LIMIT_S)
        except OracleError:
            seen["endless"] += 1
            continue
        seen += Counter(plans=len(kernel.plans), programs=bool(kernel.taken), loops=len(kernel.taken))

    assert seen["programs"] >= 40, seen
    assert seen["endless"] < 10, seen
