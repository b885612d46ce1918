"""A controller tells whoever watches it what changes."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import pytest

from funicular.clusters import api_client
from funicular.clusters.session import Session
from funicular.clusters.stream import Stream
from funicular.clusters.watching import essence
from funicular.messages import BlockView, ClusterView, Wish, to_json
from tests.kernels.clusters.conftest import wait_until


def slow(number: int) -> int:
    time.sleep(0.05)
    return number


def view(**changes: Any) -> Any:
    block = BlockView("b1", "1", "running", "", 1, since_s=changes.pop("since_s", 0.0))
    shown = {"memory_bytes": 500, "memory_limit_bytes": 1000, "blocks": (block,), **changes}
    return to_json(ClusterView("a", "local", "running", 1, 2, 2, shown.pop("core_hours", 1.0), **shown))


@pytest.mark.parametrize("change", [{"core_hours": 2.0}, {"since_s": 9.0}, {"memory_bytes": 501}])
def test_what_flows_by_itself_is_no_news(change: dict[str, Any]) -> None:
    """Costs, times and a little memory change every moment: nobody is told for that alone."""
    assert essence(view()) == essence(view(**change))


@pytest.mark.parametrize("change", [{"tasks_done": 1}, {"memory_bytes": 600}, {"budget": "1 core-h"}])
def test_what_somebody_would_see_is_news(change: dict[str, Any]) -> None:
    """Tasks, a tenth more memory, a budget: that is told at once."""
    assert essence(view()) != essence(view(**change))


class Watch:
    """What came down the line, and when."""

    def __init__(self, session: Session) -> None:
        entry = session.entry()
        assert entry is not None
        self.stream = Stream(entry)
        self.lines: list[tuple[float, dict[str, Any]]] = []
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        for line in self.stream.lines():
            self.lines.append((time.monotonic(), line))

    @property
    def views(self) -> list[dict[str, Any]]:
        return [line["view"] for _, line in self.lines if "view" in line]

    @property
    def deaths(self) -> list[dict[str, Any]]:
        return [line["died"] for _, line in self.lines if "died" in line]


def test_a_watcher_sees_the_cluster_work_and_die(session: Session) -> None:
    """Its start, its tasks and the end of a worker are told, never more than two lines a second."""
    session.scale(Wish(nodes=1))
    watch = Watch(session)
    session.wait_for_workers(2)
    began = time.monotonic()
    client = session.client()
    client.gather(client.map(slow, range(100)))
    wait_until(lambda: watch.views and watch.views[-1]["tasks_done"] == 100)
    ended = time.monotonic()
    told = sum(1 for at, line in watch.lines if "view" in line and began < at < ended)

    assert told <= 2 * (ended - began) + 1

    os.kill(min(client.run(os.getpid).values()), signal.SIGKILL)
    wait_until(lambda: watch.deaths)

    assert watch.deaths[0]["kind"] == "worker"

    entry = session.entry()
    assert entry is not None
    live = api_client.call(entry, "live")
    planned = api_client.call(entry, "plan", wish=to_json(Wish(nodes=1, hours=1)))

    assert len(live["t_s"]) == len(live["busy"]) == len(live["memory_limit_bytes"]) > 1
    assert {each["name"]: each["done"] for each in live["functions"]}["slow"] >= 100
    assert [each["pid"] for each in live["holders"]] == [os.getpid()]
    assert (planned["nodes"], planned["cores"], planned["hours"]) == (1, 2, 1.0)
    assert session.view() is not None  # to plan does nothing

    watch.stream.close()
    watch.thread.join(5)
    assert not watch.thread.is_alive()
