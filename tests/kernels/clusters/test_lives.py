"""Calls that no job lives long enough for are refused or warned about, with the call that helps."""

from __future__ import annotations

import pytest

from funicular.clusters.lives import ItemTooLong, Lives, check_hint, check_measured, longer

HALF_HOUR = Lives(1800, most_s=86400, left_s=(1500,))


def test_hint_beyond_a_job_is_refused() -> None:
    """With the hint, the jobs' life, and a life that would do."""
    with pytest.raises(ItemTooLong) as caught:
        check_hint(HALF_HOUR, "simulate", 7200)

    assert "up to 2 h" in caught.value.why and "jobs live 30 min" in caught.value.why
    assert "funicular.scale(hours=2.5) (1 d is the most here)" in caught.value.next_step


def test_hint_that_fits_says_nothing() -> None:
    """And one that fits a new job, but none of those that run, says what will happen."""
    assert check_hint(HALF_HOUR, "simulate", 1200) == ""
    assert "begins anew" in check_hint(Lives(1800, left_s=(300, 600)), "simulate", 1200)


def test_measured_calls_are_told_not_refused() -> None:
    """A node may be quicker than this machine."""
    assert "took 40 min here, and jobs live 30 min" in check_measured(HALF_HOUR, "simulate", 2400)
    assert check_measured(HALF_HOUR, "simulate", 600) == ""


def test_no_longer_life_is_promised_than_there_is() -> None:
    """The wish stays within the longest queue; where there is none longer, that is said."""
    assert "hours=1)" in longer(7200, 1800, 3600)
    assert "No queue here lets a job live longer than 1 h" in longer(7200, 3600, 3600)
    assert longer(7200, 3600, 0.0).startswith("Let jobs live longer: funicular.scale(hours=2).")
