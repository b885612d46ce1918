"""What the panel asks and does, on a real cluster."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from funicular.clusters import registry
from funicular.clusters.session import Session
from funicular_lab import starting

HOLD = "from funicular.clusters import leases, registry; leases.hold(registry.read('shared'))"


def until(ask: Callable[[], Any], holds: Callable[[Any], bool], within_s: float = 20) -> Any:
    """The first answer of which this holds."""
    deadline = time.monotonic() + within_s
    while not holds(answer := ask()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.1)
    return answer


@pytest.fixture
def sessions_clusters_end(ask: Callable[..., Any]) -> Iterator[None]:
    """Whatever this server's session has started is stopped."""
    yield
    for entry in registry.entries():
        if entry.name.startswith(os.environ["FUNICULAR_SESSION"]):
            ask("POST", f"api/clusters/{entry.name}/stop")


def test_start_scale_keep_and_stop_the_sessions_cluster(ask: Callable[..., Any]) -> None:
    """From nothing to a cluster that works, by the panel alone; a second start scales it."""
    began = time.monotonic()
    started = ask("POST", "api/clusters", {})
    took_s = time.monotonic() - began

    assert started.status == 200
    assert took_s < 10  # nobody waits for workers
    name = started.body["name"]
    assert started.body["is_session"] is True
    assert name.startswith(os.environ["FUNICULAR_SESSION"])

    def mine() -> Any:
        return {each["name"]: each for each in ask("GET", "api/clusters").body["clusters"]}.get(name)

    try:
        there = until(mine, lambda each: each["view"] is not None and each["view"]["workers"] > 0)
        assert there["view"]["nodes_wished"] == 1
        assert any("nothing was asked for" in each for each in there["view"]["because"])

        again = ask("POST", "api/clusters", {"nodes": 1, "budget_core_hours": 50})
        assert (again.body["name"], again.body["view"]["budget"]) == (name, "50 core-h")

        kept = ask("POST", f"api/clusters/{name}/keep", {"keep": True})
        assert kept.body == {"keep": True, "note": ""}
        assert mine()["view"]["keep"] is True

        assert ask("POST", f"api/clusters/{name}/retry").body["name"] == name

        planned = ask("POST", f"api/clusters/{name}/plan", {"nodes": 1, "hours": 1}).body
        assert planned["budget"] == "50 core-h"
        small = ask("POST", f"api/clusters/{name}/plan", {"nodes": 1, "cores": 1, "budget_core_hours": 0.001})
        assert small.status == 400
        assert small.body["type"].endswith("budget-too-small.md")
        assert planned["core_hours"] >= planned["core_hours_per_node"] > 0

        ledger = ask("GET", "api/ledger").body
        assert ledger["now"]["jobs"] >= 1
        assert ledger["budget"]["cluster"] == name
        assert 0 < ledger["budget"]["core_hours_left"] < 50
        assert ledger["today"]["core_hours_committed"] > 0
        assert [each["site"] for each in ledger["projects"]] == ["local"]
    finally:
        ask("POST", f"api/clusters/{name}/stop")
    until(mine, lambda each: each is None)


def test_a_start_that_fails_says_why(
    ask: Callable[..., Any], sessions_clusters_end: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wish that no queue can hold is refused with the next step, in the one shape."""
    monkeypatch.setattr(starting, "PATIENCE_S", 30.0)
    answer = ask("POST", "api/clusters", {"nodes": 100000})

    assert answer.status == 400
    assert "funicular.scale(" in answer.body["next_step"]


def test_a_start_that_fails_later_says_why_in_the_list(
    ask: Callable[..., Any], sessions_clusters_end: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who did not wait for it finds the reason with the cluster; another start forgets it."""
    monkeypatch.setattr(starting, "PATIENCE_S", 0.0)
    name = ask("POST", "api/clusters", {"nodes": 100000}).body["name"]

    def problem() -> Any:
        found = {each["name"]: each for each in ask("GET", "api/clusters").body["clusters"]}
        view = found.get(name, {}).get("view")
        return view and view["problem"]

    assert "funicular.scale(" in until(problem, bool)["next_step"]

    monkeypatch.setattr(starting, "PATIENCE_S", 30.0)
    assert ask("POST", "api/clusters", {}).status == 200
    assert problem() is None


def test_a_plan_costs_nothing(ask: Callable[..., Any], cluster: Session) -> None:
    """A wish is priced and bounded; no cluster and no job more than before."""
    clusters = {entry.name for entry in registry.entries()}
    planned = ask("POST", "api/plan", {"nodes": 1, "hours": 2, "budget_core_hours": 4})

    assert planned.status == 200
    assert planned.body["hours"] == 2
    assert planned.body["nodes_max"] >= planned.body["nodes"] == 1
    assert planned.body["queue"] == "local"
    assert {entry.name for entry in registry.entries()} <= clusters
    assert {job["cluster"] for job in ask("GET", "api/jobs").body["jobs"]} <= clusters

    refused = ask("POST", "api/plan", {"nodes": 100000})
    assert refused.status == 400
    assert refused.body["type"].endswith("request-refused.md")


def test_queues_are_offered(ask: Callable[..., Any]) -> None:
    """Where one can wait, with its limits and what is idle."""
    answer = ask("GET", "api/queues").body

    assert answer["site"] == "local"
    assert [each["name"] for each in answer["queues"]] == ["local"]
    assert answer["queues"][0]["cores_per_node"] == 2
    assert answer["queues"][0]["nodes_idle"] is not None


def test_two_notebooks_on_one_cluster_are_shown_as_such(
    ask: Callable[..., Any], cluster: Session, jp_serverapp: Any, jp_fetch: Any, run: Callable[..., Any]
) -> None:
    """The processes that hold the cluster are named by the notebooks whose kernels they are."""
    for path in ("one.ipynb", "work/two.ipynb"):
        body = json.dumps({"path": path, "type": "notebook", "name": path, "kernel": {"name": "python3"}})
        made = json.loads(run(jp_fetch("api", "sessions", method="POST", body=body)).body)
        client = jp_serverapp.kernel_manager.get_kernel(made["kernel"]["id"]).client()
        client.start_channels()
        run(client.wait_for_ready(timeout=30))
        run(client.execute_interactive(HOLD, timeout=30, output_hook=lambda _: None))
        client.stop_channels()
    holders = ask("GET", "api/clusters/shared/live").body["holders"]
    run(jp_serverapp.kernel_manager.shutdown_all(now=True))

    assert {each["path"] for each in holders if each["kind"] == "notebook"} == {"one.ipynb", "work/two.ipynb"}
    assert {each["kind"] for each in holders} == {"notebook", "server"}  # this test is the server's process


def test_the_last_minutes_come_with_the_functions(ask: Callable[..., Any], cluster: Session) -> None:
    """Tasks are counted by function, and the numbers come as columns of the same length."""
    client = cluster.client()
    client.gather(client.map(pow, range(50), range(50), pure=False))
    live = ask("GET", "api/clusters/shared/live").body

    assert {each["name"]: each["done"] for each in live["functions"]}["pow"] >= 50
    assert (
        len({len(live[each]) for each in ("t_s", "busy", "cores", "memory_bytes", "memory_limit_bytes")}) == 1
    )
    assert abs(live["t_s"][-1] - time.time()) < 5


def test_jobs_of_ours_are_marked_and_can_be_read_and_ended(
    ask: Callable[..., Any], cluster: Session, jp_serverapp: Any
) -> None:
    """A cluster's job has its name and script; one that is not ours is listed too, read, and ended."""
    view = cluster.view()
    assert view is not None
    ours = view.blocks[0].job
    other = subprocess.run(
        ["python3", "-c", OTHER],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()

    def jobs() -> Any:
        jp_serverapp.web_app.settings["funicular_parts"].jobs.nudge()
        return {each["job"]: each for each in ask("GET", "api/jobs").body["jobs"]}

    found = until(jobs, lambda each: other in each)

    assert found[ours]["cluster"] == "shared"
    assert found[ours]["state"] == "running"
    assert found[other]["cluster"] is None
    kept = ask("GET", f"api/jobs/{ours}/script").body
    assert kept["source"] == "kept"
    assert "funicular.clusters.node" in kept["script"]
    asked = ask("GET", f"api/jobs/{other}/script").body
    assert asked["source"] == "scheduler"
    assert "sleep 300" in asked["script"]

    assert ask("POST", f"api/jobs/{other}/cancel").status == 200
    until(jobs, lambda each: other not in each)
    gone = ask("POST", f"api/jobs/{other}/cancel")
    assert gone.status == 404
    assert gone.body["type"].endswith("no-such-job.md")


OTHER = """
import sys
from pathlib import Path
from funicular.schedulers.base import JobSpec
from funicular.schedulers.local import LocalScheduler
print(LocalScheduler().submit(JobSpec("mine", ("sleep", "300"), Path("/tmp") / f"mine-{id(sys)}.log",
                                      cores_per_node=1, memory_per_node_bytes=2**28)))
"""


def test_the_loop_is_not_blocked_by_a_frozen_controller(
    ask: Callable[..., Any], jp_fetch: Any, add_controller: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """A controller that answers nothing for seconds keeps nobody else waiting."""
    frozen = Session("frozen")
    frozen.client().close()
    entry = frozen.entry()
    assert entry is not None
    os.kill(entry.process.pid, signal.SIGSTOP)

    async def both() -> float:
        slow = asyncio.ensure_future(jp_fetch("funicular", "api", "clusters"))
        await asyncio.sleep(0.1)
        began = time.monotonic()
        await jp_fetch("funicular", "api", "about")
        quick = time.monotonic() - began
        assert not slow.done()
        await slow
        return quick

    try:
        assert run(both()) < 1
    finally:
        os.kill(entry.process.pid, signal.SIGCONT)
        frozen.stop()
