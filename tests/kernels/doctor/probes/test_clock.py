"""What is said of clocks."""

from __future__ import annotations

import pytest

from funicular.doctor import doorbell
from funicular.doctor.finding import State
from funicular.doctor.probe import Errand
from funicular.doctor.probes.clock import Clock, by_bounds, gather, judge
from tests.kernels.doctor.making import LOCAL, only, seen, trial


@pytest.mark.parametrize(
    ("ahead_s", "state", "words"),
    [
        (0.002, State.OK, "agree"),
        (-3.0, State.OK, "agree"),
        (40.0, State.WARN, "40 s ahead"),
        (-40.0, State.WARN, "40 s behind"),
        (7200.0, State.FAIL, "2 h"),
    ],
)
def test_how_far_is_how_bad(ahead_s: float, state: State, words: str) -> None:
    """In both directions."""
    found = only(judge(seen(node=Clock(ahead_s, 0.01))))

    assert (found.state, words in found.what) == (state, True), found.what


def test_what_cannot_be_measured_well_is_not_held_against_it() -> None:
    """Six seconds give or take four may be two."""
    assert only(judge(seen(node=Clock(6.0, 4.0)))).state is State.OK


def test_without_a_door_the_jobs_first_line_bounds_it() -> None:
    """It was written after the submission and before it was read."""
    right = trial(said={"time": "1010"}, before_s=1000.0, after_s=1020.0)
    wrong = trial(said={"time": "4610"}, before_s=1000.0, after_s=1020.0)

    assert only(judge(seen(trial=right))).state is State.OK
    assert only(judge(seen(trial=wrong))).state is State.FAIL


def test_without_a_time_nothing_is_said() -> None:
    """Nor on this machine itself, which has one clock."""
    assert by_bounds(trial(said={})) is None
    assert [*judge(seen(trial=trial(said={})))] == []
    assert [*judge(seen(node=Clock(99, 0), place=LOCAL))] == []


def test_it_asks_the_door() -> None:
    """The first address that answers counts."""
    with doorbell.opened() as door:
        found = gather(Errand(addresses=("localhost.invalid", "127.0.0.1"), port=door.port, token=door.token))

    assert abs(found.ahead_s) <= found.within_s + 0.1


def test_nobody_to_ask_is_an_error() -> None:
    """Which the caller says as such."""
    with pytest.raises(OSError):
        gather(Errand())
