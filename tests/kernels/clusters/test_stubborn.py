"""Cancelled tasks that run on: their worker is ended after five seconds, and not before."""

import os
import time

from funicular.clusters.stubborn import PATIENCE_S, Stubborn
from tests.kernels.clusters.conftest import wait_until


def test_a_worker_has_five_seconds():
    """Each worker's time runs from when it was first seen; it is named once."""
    stubborn = Stubborn()

    assert stubborn.overdue({"a": 1, "b": 0}, now=0) == []
    assert stubborn.overdue({"a": 1, "b": 1}, now=PATIENCE_S) == ["a"]
    assert stubborn.overdue({"a": 1, "b": 1}, now=PATIENCE_S + 1) == []


def test_a_task_that_stops_in_time_costs_no_worker():
    """Its worker starts anew with all five seconds the next time."""
    stubborn = Stubborn()
    stubborn.overdue({"a": 1}, now=0)
    stubborn.overdue({"a": 0}, now=4)

    assert stubborn.overdue({"a": 1}, now=6) == []


def test_a_cancelled_task_gives_its_core_back(session):
    """A minute of sleep that nobody wants any more ends with its worker; the others and the block stay."""
    client = session.client()
    session.wait_for_workers(2)
    before = set(client.run(os.getpid).values())
    futures = [client.submit(time.sleep, 60 + n, pure=False) for n in range(2)]
    wait_until(lambda: all(client.processing().values()))
    client.cancel(futures)

    assert client.submit(sum, [1, 2]).result(timeout=20) == 3

    wait_until(lambda: len(set(client.run(os.getpid).values()) - before) == 2, within_s=20)
    assert [block.block for block in session.view().blocks] == ["b1"]
