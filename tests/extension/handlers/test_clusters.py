"""The clusters of this user over REST."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from funicular.messages import ClusterView, to_json
from funicular.processes import process_id


def view(name: str) -> ClusterView:
    return ClusterView(name, "local", "running", 4, 16, 16, 0.05, ())


def test_no_cluster_is_an_empty_list(ask: Callable[..., Any]) -> None:
    """Before the first use there is nothing, and the session has its name already."""
    answer = ask("GET", "api/clusters")

    assert answer.status == 200
    assert answer.body == {"session": os.environ["FUNICULAR_SESSION"], "clusters": []}


def test_the_clusters_of_the_session_are_marked(
    ask: Callable[..., Any], add_controller: Callable[..., Any], jp_serverapp: Any
) -> None:
    """All clusters are listed with what their controllers say; the server's own are marked."""
    ours = f"{os.environ['FUNICULAR_SESSION']}-ab12"
    add_controller("other", view("other"))
    add_controller(ours, view(ours))
    found = {each["name"]: each for each in ask("GET", "api/clusters").body["clusters"]}

    assert set(found) == {"other", ours}
    assert (found["other"]["is_session"], found[ours]["is_session"]) == (False, True)
    assert found[ours]["view"] == to_json(view(ours))
    assert found[ours]["problem"] is None


def test_a_silent_controller_is_a_problem_of_its_own(
    ask: Callable[..., Any], add_controller: Callable[..., Any]
) -> None:
    """One controller that is gone does not hide the others, and says why."""
    add_controller("gone", listens=False)
    add_controller("here", view("here"))
    found = {each["name"]: each for each in ask("GET", "api/clusters").body["clusters"]}

    assert found["here"]["problem"] is None
    assert found["gone"]["view"] is None
    assert found["gone"]["problem"]["status"] == 503
    assert "gone" in found["gone"]["problem"]["title"]


def test_stop_reaches_the_controller(ask: Callable[..., Any], add_controller: Callable[..., Any]) -> None:
    """Stop is handed to the controller, once."""
    controller = add_controller("mine", view("mine"))
    answer = ask("POST", "api/clusters/mine/stop")

    assert answer.status == 200
    assert controller.asked == [("stop", {})]


def test_stop_of_no_cluster_names_those_there_are(
    ask: Callable[..., Any], add_controller: Callable[..., Any]
) -> None:
    """A name that does not exist is answered with the ones that do."""
    add_controller("mine", view("mine"))
    answer = ask("POST", "api/clusters/other/stop")

    assert answer.status == 404
    assert answer.kind == "application/problem+json"
    assert "mine" in answer.body["detail"]


def test_scale_hands_over_the_wish(ask: Callable[..., Any], add_controller: Callable[..., Any]) -> None:
    """The wish arrives as it was sent, and the new state comes back."""
    controller = add_controller("mine", view("mine"))
    answer = ask("POST", "api/clusters/mine/scale", {"nodes": 4, "hours": 1})

    assert answer.body == to_json(view("mine"))
    [(verb, fields)] = controller.asked
    assert verb == "scale"
    assert {key: item for key, item in fields["wish"].items() if item is not None} == {
        "nodes": 4,
        "hours": 1.0,
    }


def test_scale_with_an_ill_typed_wish_asks_nobody(
    ask: Callable[..., Any], add_controller: Callable[..., Any]
) -> None:
    """A wish that cannot be read stops at the door."""
    controller = add_controller("mine", view("mine"))
    answer = ask("POST", "api/clusters/mine/scale", {"nodes": "four"})

    assert answer.status == 400
    assert controller.asked == []


def test_the_controllers_own_words_come_through(
    ask: Callable[..., Any], add_controller: Callable[..., Any]
) -> None:
    """What the controller says went wrong is what the browser gets."""
    controller = add_controller("mine", view("mine"))
    controller.answers["scale"] = (
        400,
        {"title": "Too many nodes.", "detail": "8 exist.", "next_step": "Ask 8."},
    )
    answer = ask("POST", "api/clusters/mine/scale", {"nodes": 100})

    assert answer.status == 502
    assert (answer.body["title"], answer.body["detail"], answer.body["next_step"]) == (
        "Too many nodes.",
        "8 exist.",
        "Ask 8.",
    )


async def _look(lease: Any) -> None:
    await lease.look()


def test_the_server_holds_its_own_clusters_once(
    add_controller: Callable[..., Any], jp_asyncio_loop: Any
) -> None:
    """Each controller of the session is told that this process needs it; others are left alone."""
    from funicular_lab.clusters import Clusters
    from funicular_lab.lease import Lease

    other = add_controller("other", view("other"))
    ours = add_controller("lab-1-ab12", view("lab-1-ab12"))
    lease = Lease(Clusters("lab-1"))
    jp_asyncio_loop.run_until_complete(_look(lease))
    jp_asyncio_loop.run_until_complete(_look(lease))
    me = process_id()

    assert ours.asked == [("hold", {"pid": me.pid, "started": me.started})]
    assert other.asked == []


def test_a_hold_that_failed_is_tried_again(add_controller: Callable[..., Any], jp_asyncio_loop: Any) -> None:
    """A controller that does not listen yet is held as soon as it does."""
    from funicular_lab.clusters import Clusters
    from funicular_lab.lease import Lease

    add_controller("lab-1-ab12", listens=False)
    lease = Lease(Clusters("lab-1"))
    jp_asyncio_loop.run_until_complete(_look(lease))
    held_before = lease.held
    add_controller("lab-1-ab12", view("lab-1-ab12"))
    jp_asyncio_loop.run_until_complete(_look(lease))

    assert held_before == frozenset()
    assert lease.held == {process_id()}


def test_a_controller_on_another_host_is_told_again(
    add_controller: Callable[..., Any], jp_asyncio_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot see whether this process lives, so each hold lasts a while only."""
    from funicular.clusters import leases
    from funicular_lab.clusters import Clusters
    from funicular_lab.lease import Lease

    add_controller("lab-1-ab12", view("lab-1-ab12"))
    told: list[str] = []

    def hold(entry: Any) -> float:
        told.append(entry.name)
        return 0.0

    monkeypatch.setattr(leases, "hold", hold)
    lease = Lease(Clusters("lab-1"))
    jp_asyncio_loop.run_until_complete(_look(lease))
    jp_asyncio_loop.run_until_complete(_look(lease))

    assert told == ["lab-1-ab12"] * 2
