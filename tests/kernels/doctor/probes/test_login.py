"""What is said of this machine's limits and rules."""

from __future__ import annotations

import pytest

from funicular.doctor.finding import State
from funicular.doctor.probe import Errand
from funicular.doctor.probes.login import Limits, gather, judge
from funicular.sites.policy import Policy
from tests.kernels.doctor.making import only, place, seen, states

FREE = Limits(None, None, None, 4096)


def test_no_limits_are_fine() -> None:
    """A notebook can live here."""
    assert only(judge(seen(FREE))).state is State.OK


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(1800, None, None, 4096), "30 min of processor time"),
        (Limits(None, 10**9, None, 4096), "1 GB of memory"),
        (Limits(None, None, 50, 4096), "50 processes"),
        (Limits(None, None, None, 256), "256 open files"),
    ],
)
def test_each_tight_limit_is_named(limits: Limits, words: str) -> None:
    """With the way out: a job."""
    found = only(judge(seen(limits)))

    assert found.state is State.WARN and words in found.what and "job" in found.next_step


def test_wide_limits_are_fine() -> None:
    """Much is not tight."""
    assert only(judge(seen(Limits(None, 8 * 10**9, 1000, 1024)))).state is State.OK


def test_a_site_that_forbids_servers_says_so() -> None:
    """Not inside a job: that is no login node."""
    policy = Policy(controller_placement="block")

    assert states(judge(seen(FREE, place=place(policy=policy)))) == [State.NOTE, State.OK]
    assert states(judge(seen(FREE, place=place(policy=policy, job="3")))) == [State.OK]


def test_it_gathers_our_own() -> None:
    """Some number of open files there is always, or none."""
    found = gather(Errand())

    assert found.files is None or found.files > 0
