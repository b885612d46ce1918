"""What is said of looking into processes."""

from __future__ import annotations

import pytest

from funicular.doctor.finding import State
from funicular.doctor.probe import Errand
from funicular.doctor.probes.ptrace import Sight, gather, judge
from tests.kernels.doctor.making import only, seen


@pytest.mark.parametrize(
    ("sight", "state"),
    [
        (Sight(0, True), State.OK),
        (Sight(None, True), State.OK),
        (Sight(1, True), State.NOTE),
        (Sight(2, False), State.NOTE),
        (Sight(3, False), State.NOTE),
        (Sight(None, None), State.UNKNOWN),
    ],
)
def test_each_setting_has_its_words(sight: Sight, state: State) -> None:
    """None of them stands in the way of notebooks."""
    found = only(judge(seen(sight)))

    assert found.state is state
    assert sight.scope is None or f"ptrace_scope = {sight.scope}" in found.what


def test_the_node_counts() -> None:
    """Where it differs from this machine."""
    assert "n1" in only(judge(seen(Sight(0, True), Sight(2, False)))).what


def test_it_is_tried() -> None:
    """The answer is a yes or a no, and agrees with the setting where that forbids all."""
    found = gather(Errand())

    assert found.may_see_child in (True, False)
    if found.scope == 3:
        assert found.may_see_child is False
