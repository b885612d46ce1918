"""What the server tells by itself, from real controllers to Jupyter's own event stream."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from funicular.clusters import launch, registry
from funicular.clusters.session import Session
from funicular.messages import Wish
from funicular_lab import waits
from tests.extension.live.conftest import Heard

ON_ONE_HOST_S = 2.0


def is_about(name: str) -> Callable[[str, dict[str, Any]], bool]:
    return lambda kind, event: kind == "cluster-changed/v1" and event["cluster"]["name"] == name


def test_a_cluster_started_elsewhere_appears_and_vanishes(heard: Heard, run: Callable[..., Any]) -> None:
    """One that a terminal starts and stops is told within two seconds, both times."""
    there_at: list[float] = []

    def terminal() -> None:
        launch.find_or_start("terminal", site="local")
        there_at.append(time.monotonic())

    thread = threading.Thread(target=terminal)
    thread.start()
    event = heard.until(is_about("terminal"), 30)
    told_at = time.monotonic()
    run(asyncio.to_thread(thread.join))

    assert told_at - there_at[0] < ON_ONE_HOST_S
    assert event["cluster"]["view"]["state"] in ("idle", "waiting")
    assert event["cluster"]["is_session"] is False

    def stop() -> None:
        Session("terminal").stop()
        there_at.append(time.monotonic())

    thread = threading.Thread(target=stop)
    thread.start()
    heard.until(lambda kind, data: kind == "cluster-gone/v1" and data["name"] == "terminal", 30)
    told_at = time.monotonic()
    run(asyncio.to_thread(thread.join))

    assert told_at - there_at[-1] < ON_ONE_HOST_S


def test_work_and_deaths_are_told(heard: Heard, cluster: Session) -> None:
    """Tasks of a notebook are told as they run, and a worker that dies, with what to do about it."""
    client = cluster.client()
    futures = client.map(time.sleep, [0.5] * 4, pure=False)
    heard.until(
        lambda kind, event: is_about("shared")(kind, event) and event["cluster"]["view"]["cores_busy"]
    )
    client.gather(futures)
    os.kill(min(client.run(os.getpid).values()), signal.SIGKILL)
    event = heard.until(lambda kind, _: kind == "died/v1")

    assert event["obituary"]["kind"] == "worker"
    assert event["obituary"]["cluster"] == "shared"
    assert event["obituary"]["action"] == "scale"


def test_a_controller_that_is_killed_is_told_as_dead(heard: Heard, run: Callable[..., Any]) -> None:
    """Nobody but the server is there to say so: the death, and that the cluster does not answer."""
    entry = run(asyncio.to_thread(launch.find_or_start, "killed", site="local"))
    heard.until(is_about("killed"))
    os.kill(entry.process.pid, signal.SIGKILL)
    event = heard.until(lambda kind, _: kind == "died/v1")

    assert (event["obituary"]["kind"], event["obituary"]["cluster"]) == ("controller", "killed")

    heard.until(lambda kind, data: is_about("killed")(kind, data) and data["cluster"]["problem"] is not None)
    registry.forget("killed")
    heard.until(lambda kind, data: kind == "cluster-gone/v1" and data["name"] == "killed")


def test_the_end_of_a_long_wait_is_told(
    heard: Heard, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the first workers of a cluster are there, with how long that took."""
    monkeypatch.setattr(waits, "LONG_S", 0.01)
    patient = Session("patient")
    try:
        run(asyncio.to_thread(patient.scale, Wish(nodes=1)))
        event = heard.until(lambda kind, _: kind == "wait-ended/v1", 30)
    finally:
        run(asyncio.to_thread(patient.stop))

    assert (event["cluster"], event["nodes"]) == ("patient", 1)
    assert event["workers"] >= 1
    assert event["waited_s"] > 0


def test_at_most_two_a_second(heard: Heard, cluster: Session) -> None:
    """However busy a cluster is, its front ends are not: two events a second."""
    client = cluster.client()
    futures = client.map(time.sleep, [0.01] * 400, pure=False)
    at: list[float] = []

    def count(kind: str, event: dict[str, Any]) -> bool:
        if is_about("shared")(kind, event):
            at.append(time.monotonic())
        return len(at) > 6

    heard.until(count, 20)
    client.gather(futures)

    assert at[-1] - at[0] >= 0.8 * (len(at) - 1) / 2


def test_nobody_is_asked_while_nobody_listens(
    heard: Heard, cluster: Session, run: Callable[..., Any]
) -> None:
    """When the last front end goes, the server hangs up at its controllers."""
    heard.until(is_about("shared"))
    threads = [each for each in threading.enumerate() if each.name == "funicular-shared"]
    assert threads

    heard.close()
    for each in threads:
        run(asyncio.to_thread(each.join, 5))

    assert not any(each.is_alive() for each in threads)
