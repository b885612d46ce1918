"""When work leaves the kernel."""

from __future__ import annotations

import pytest

from funicular.routing import decide
from funicular.schedulers.settings import UnreadableSetting


def test_a_second_must_be_gained() -> None:
    """By default half a second of gain is not enough, two seconds are."""
    assert not decide.is_worth_it(0.8, cores=16, workers_ready=True, min_gain_s=1)
    assert decide.is_worth_it(3.0, cores=16, workers_ready=True, min_gain_s=1)


def test_a_cluster_that_must_start_first_costs_its_start() -> None:
    """The same work stays while there are no workers yet."""
    assert not decide.is_worth_it(3.0, cores=16, workers_ready=False, min_gain_s=1)
    assert decide.is_worth_it(10.0, cores=16, workers_ready=False, min_gain_s=1)


def test_one_core_never_gains() -> None:
    """A single core elsewhere is no gain, however long the work."""
    assert not decide.is_worth_it(1e6, cores=1, workers_ready=True, min_gain_s=1)


def test_zero_always_goes() -> None:
    """0 sends even nothing at all."""
    assert decide.is_worth_it(0.0, cores=1, workers_ready=False, min_gain_s=0)


def test_setting_is_read_and_nonsense_refused() -> None:
    """The setting counts in seconds; what is no number is refused in words."""
    assert decide.min_gain_s({}) == 1
    assert decide.min_gain_s({"FUNICULAR_MIN_GAIN_S": "0.25"}) == 0.25
    for text in ("soon", "-1", "nan"):
        with pytest.raises(UnreadableSetting, match=text):
            decide.min_gain_s({"FUNICULAR_MIN_GAIN_S": text})


def test_reason_is_a_sentence_with_figures() -> None:
    """Why it stayed names the work left and the gain."""
    told = decide.reason(0.5, cores=4, workers_ready=True, min_gain_s=1)

    assert told == "stayed in the kernel: 0.5 s of work was left; 4 cores would gain 0.3 s, less than 1.0 s"
