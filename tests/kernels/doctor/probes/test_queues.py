"""What is said of queues and accounts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from funicular.doctor.finding import State
from funicular.doctor.place import Trouble
from funicular.doctor.probes.queues import judge
from tests.kernels.doctor.making import CPU, GPU, LOCAL, only, place, seen, states


def test_usual_queues_are_fine() -> None:
    """The default one's limits, and the only account."""
    found = [*judge(seen(place=place(CPU, GPU)))]

    assert states(found) == [State.OK, State.OK]
    assert "cpu, gpu" in found[0].what and "1 d at most" in found[0].meaning
    assert "physics" in found[1].what


def test_no_queue_is_a_failure() -> None:
    """The user has no way in."""
    none = replace(place(), queues=())

    assert only(judge(seen(place=none))).state is State.FAIL


def test_a_list_that_did_not_come_is_unknown() -> None:
    """With the words of the error."""
    found = only(judge(seen(place=place(queues=None, trouble=Trouble("Slurm did not answer scontrol.")))))

    assert found.state is State.UNKNOWN and "scontrol" in found.meaning


@pytest.mark.parametrize(
    ("queue", "state", "words"),
    [
        (replace(CPU, is_open=False), State.WARN, "Closed now: cpu"),
        (replace(CPU, max_walltime_s=3600), State.NOTE, "lives 1 h"),
        (replace(CPU, is_shared=False), State.NOTE, "whole nodes"),
    ],
)
def test_what_is_unusual_is_told(queue, state: State, words: str) -> None:
    """A closed default queue, a short one, one that bills whole nodes."""
    found = [*judge(seen(place=place(queue)))]

    assert [each.state for each in found if words in each.what] == [state]


def test_another_queue_that_is_closed_is_a_note() -> None:
    """It is in nobody's way."""
    assert states(judge(seen(place=place(CPU, replace(GPU, is_open=False))))) == [
        State.OK,
        State.NOTE,
        State.OK,
    ]


def test_several_accounts_and_none_are_notes() -> None:
    """The first is asked for, the second may be refused."""
    several = [*judge(seen(place=place(replace(CPU, accounts=("a", "b")))))]
    none = [*judge(seen(place=place(replace(CPU, accounts=()))))]

    assert several[-1].state is none[-1].state is State.NOTE
    assert "a, b" in several[-1].what and "refused" in none[-1].meaning


def test_a_slip_in_the_queue_is_a_failure() -> None:
    """With the names there are."""
    found = [*judge(seen(place=place(CPU, queue="nosuch")))]

    assert found[0].state is State.FAIL and "cpu" in found[0].meaning


def test_this_machine_is_one_queue() -> None:
    """Its size is enough."""
    assert only(judge(seen(place=LOCAL))).state is State.OK
