"""The engine against the corpus: never a wrong "may", and most of what may is found."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.corpus.cases import Program, programs
from tests.corpus.verdicts import verdicts

LEAST_RECALL = 0.85


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.name)
def test_no_loop_is_wrongly_called_parallel(program: Program) -> None:
    """Of the loops that must not run in parallel, none is said to; and every loop has a verdict."""
    wrong = [
        f"{program.name}, line {loop.line} ({loop.why}): {verdict or 'no verdict'}\n{program.show(loop)}"
        for loop, verdict in verdicts(program).items()
        if verdict is None or (verdict.parallel and not loop.may)
    ]

    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.name)
def test_each_refusal_says_why(program: Program) -> None:
    """A held loop has a reason, a sentence and a witness; a parallel one has no reason."""
    for loop, verdict in verdicts(program).items():
        assert verdict is not None, program.show(loop)
        if verdict.parallel:
            assert verdict.reason == "", program.show(loop)
        else:
            assert verdict.reason and verdict.message and verdict.witness, f"{verdict}\n{program.show(loop)}"


def test_most_of_what_may_run_in_parallel_is_found() -> None:
    """At least 85 of 100 loops that may run in parallel are said to."""
    found = [
        (program, loop, verdict)
        for program in programs()
        for loop, verdict in verdicts(program).items()
        if loop.may
    ]
    missed = [entry for entry in found if entry[2] is None or not entry[2].parallel]
    told = "\n".join(
        f"{program.field} {program.name}, line {loop.line} ({loop.why}): {verdict and verdict.message}"
        for program, loop, verdict in missed
    )

    assert 1 - len(missed) / len(found) >= LEAST_RECALL, (
        f"{Counter(loop.why for _, loop, _ in missed)}\n{told}"
    )
