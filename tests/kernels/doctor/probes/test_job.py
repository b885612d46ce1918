"""What is said of the tiny job."""

from __future__ import annotations

from dataclasses import replace

import pytest

from funicular.doctor.finding import State
from funicular.doctor.probes.job import judge
from funicular.doctor.trial import Ended, Trial
from tests.kernels.doctor.making import only, place, seen, trial


@pytest.mark.parametrize(
    ("tried", "state", "words"),
    [
        (trial(waited_s=3.0), State.OK, "ran on n1"),
        (Trial(Ended.REFUSED, "No.", "Invalid account"), State.FAIL, "No."),
        (Trial(Ended.NO_ANSWER, "Slurm did not answer."), State.UNKNOWN, "fell silent"),
        (
            Trial(Ended.NOT_STARTED, job="7", why="others are before it", waited_s=120),
            State.UNKNOWN,
            "taken back",
        ),
        (trial(Ended.NOT_DONE), State.WARN, "did not finish"),
        (Trial(Ended.NO_WORD, job="7"), State.FAIL, "did not come back"),
        (Trial(Ended.NO_WORD, job="7", has_log=True, words="no module"), State.FAIL, "before it could say"),
    ],
)
def test_each_end_has_its_words(tried: Trial, state: State, words: str) -> None:
    """Waiting and silence are no failures; a refusal and a lost log are."""
    found = only(judge(seen(trial=tried)))

    assert (found.state, words in found.what) == (state, True)


def test_every_end_that_is_not_good_has_a_next_step() -> None:
    """Nobody is left with the bad news alone."""
    for ended in Ended:
        found = only(judge(seen(trial=trial(ended))))
        assert found.state is State.OK or found.next_step


def test_without_a_job_it_is_a_note() -> None:
    """By choice, or since there is no queue."""
    assert "--no-job" in only(judge(seen())).meaning
    assert "no queue" in only(judge(seen(place=replace(place(), queues=())))).meaning
