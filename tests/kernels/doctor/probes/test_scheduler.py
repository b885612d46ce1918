"""What is said of the scheduler."""

from __future__ import annotations

from funicular.doctor.finding import State
from funicular.doctor.probes.scheduler import judge, learn
from funicular.schedulers.base import Availability
from tests.kernels.doctor.making import LOCAL, only, place, seen, states


def test_one_that_answers_is_fine() -> None:
    """With its version and how long it took."""
    found = only(judge(seen(place=place(answered_in_s=0.2, cluster="hill"))))

    assert found.state is State.OK
    assert "slurm 25.05.1" in found.what and "hill" in found.what and "0.2 s" in found.what


def test_a_slow_one_is_a_warning() -> None:
    """It delays every cluster."""
    assert only(judge(seen(place=place(answered_in_s=4.0)))).state is State.WARN


def test_a_silent_one_is_unknown_not_gone() -> None:
    """Its own words are there, and that nothing is known of jobs."""
    silent = place(availability=Availability(False, why_not="sinfo said nothing for 6 s."), queues=None)
    found = only(judge(seen(place=silent)))

    assert found.state is State.UNKNOWN
    assert "sinfo said nothing" in found.meaning and "nothing is known" in found.meaning


def test_a_laptop_without_one_is_a_note() -> None:
    """Who expected a supercomputer learns where to look."""
    found = only(
        judge(seen(place=place(site="local", others=(("slurm", "sinfo was not found on this machine."),))))
    )

    assert found.state is State.NOTE and "log in" in found.next_step


def test_an_installed_but_silent_one_is_told_apart() -> None:
    """Notebooks would fall back to this machine: that must be known."""
    found = [*judge(seen(place=place(site="local", others=(("slurm", "Slurm did not answer."),))))]

    assert states(found) == [State.UNKNOWN, State.NOTE]


def test_local_by_choice_is_fine() -> None:
    """Nobody is sent elsewhere."""
    assert only(judge(seen(place=LOCAL))).state is State.OK


def test_inside_a_job_it_says_so() -> None:
    """What is found is a node's then."""
    assert states(judge(seen(place=place(job="12")))) == [State.OK, State.NOTE]


def test_the_version_is_learnt() -> None:
    """Not of this machine by itself."""
    assert learn(seen()) == {"scheduler.version": "slurm 25.05.1"}
    assert learn(seen(place=LOCAL)) == {}
