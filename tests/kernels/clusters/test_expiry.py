"""The end of a cluster's certificates is told in time, and the cluster ends in order before it."""

from __future__ import annotations

import time

import pytest

from funicular.clusters import graveyard, registry
from funicular.clusters.expiry import MARGIN_S, Expiry
from funicular.clusters.security import VALID_DAYS, end_of, make_credentials
from funicular.clusters.session import Session
from funicular.messages import Wish
from tests.kernels.clusters.conftest import wait_until

DAY = 86400.0


def test_end_is_read_from_the_certificates() -> None:
    """Sixty days unless told otherwise."""
    usual = make_credentials("a", ("worker",))["worker"]
    short = make_credentials("a", ("worker",), valid_days=1 / 24)["worker"]

    assert end_of(usual) == pytest.approx(time.time() + VALID_DAYS * DAY, abs=60)
    assert end_of(short) == pytest.approx(time.time() + 3600, abs=60)


def test_it_is_told_in_time_and_not_too_often() -> None:
    """Three days, a day, six hours, an hour and ten minutes before; once each, with what to do."""
    expiry = Expiry(100 * DAY + MARGIN_S)
    told = [at / 144 for at in range(96 * 144, 101 * 144) if expiry.due(at / 144 * DAY)]

    assert [round(100 - at, 2) for at in told] == [3.0, 1.0, 0.25, 0.04, 0.01]
    assert "funicular.stop()" in Expiry(100 * DAY).due(99.5 * DAY)


def test_late_look_tells_once() -> None:
    """A controller that begins shortly before the end says it once, not five times."""
    expiry = Expiry(100 * DAY + MARGIN_S)

    assert "ends in 9 min" in expiry.due(100 * DAY - 540)
    assert expiry.due(100 * DAY - 530) == ""
    assert expiry.due(101 * DAY) == ""


def test_node_whose_clock_is_ahead_still_trusts_it() -> None:
    """The cluster ends a quarter of an hour before its certificates do."""
    assert not Expiry(10_000.0).is_over(10_000 - MARGIN_S - 1)
    assert Expiry(10_000.0).is_over(10_000 - MARGIN_S)


def test_short_lived_cluster_ends_in_order(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """It works, says when it will end, ends without a job left, and the next work has a new cluster."""
    monkeypatch.setenv("FUNICULAR_CERTIFICATE_DAYS", str((MARGIN_S + 15) / DAY))
    session.scale(Wish(nodes=1))
    session.wait_for_workers(2)
    assert session.client().submit(sum, [1, 2]).result() == 3
    entry = session.entry()

    wait_until(lambda: session.entry() is None, within_s=40)

    told = graveyard.read(session.name)
    log = registry.state_home() / "log" / f"{session.name}-controller.log"
    assert "nearly over: it ends in" in log.read_text()
    assert [each.cause for each in told] == ["Its certificates are over, so it ended in order."]
    monkeypatch.delenv("FUNICULAR_CERTIFICATE_DAYS")
    assert session.client().submit(sum, [1, 3]).result(timeout=60) == 4
    assert session.entry() != entry
