"""A notebook that leaves the cluster and comes back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import joblib
import pytest

from funicular.routing import attachment, decide, mapping, reach, summary, switch


class Claim:
    """A session that counts how often it was left, and starts nothing."""

    left = 0

    def leave(self) -> None:
        self.left += 1

    def client(self, *, tell: Any = None) -> Any:
        raise AssertionError("a detached notebook reached for the cluster")


@pytest.fixture
def claim(monkeypatch: pytest.MonkeyPatch) -> Iterator[Claim]:
    """Routing is on, as after ``%load_ext funicular``."""
    claim = Claim()
    monkeypatch.setattr(reach, "session", lambda: claim)
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "0")
    switch.on()
    yield claim
    attachment.cell_ends()
    attachment.attach()
    switch.off()


def test_a_detached_notebook_keeps_its_work(claim: Claim) -> None:
    """Not even a setting that always goes sends anything; joblib is its own again; the reason can be read."""
    attachment.detach()

    assert mapping.map(abs, [-1, -2]) == [1, 2]
    assert decide.min_gain_s() == math.inf
    assert joblib.parallel.get_active_backend()[0].__class__.__name__ == "LokyBackend"
    assert "detached" in summary.why()[-1]
    assert claim.left == 1


def test_coming_back_is_as_before(claim: Claim) -> None:
    """Attached again, routing is on and the setting counts; nothing was started for it."""
    attachment.detach()
    attachment.attach()

    assert switch.is_on() and attachment.is_attached()
    assert decide.min_gain_s() == 0


def test_a_running_cell_ends_with_its_cluster(claim: Claim) -> None:
    """Work on its way is not cut off: the claim goes when the cell ends, or not at all if one comes back."""
    attachment.cell_begins()
    attachment.detach()
    assert attachment.is_leaving() and claim.left == 0 and switch.is_on()

    attachment.attach()
    attachment.cell_ends()
    assert claim.left == 0 and switch.is_on()

    attachment.cell_begins()
    attachment.detach()
    attachment.cell_ends()
    assert claim.left == 1 and not switch.is_on() and not attachment.is_leaving()


def test_what_was_off_stays_off(claim: Claim) -> None:
    """A notebook without routing does not get it by leaving and coming back."""
    switch.off()
    attachment.detach()
    attachment.attach()

    assert not switch.is_on()
