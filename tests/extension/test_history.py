"""Deaths, waits, costs and holders as the browser gets them."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from funicular.clusters import graveyard
from funicular.clusters.ledger import COMMITTED, STARTED, SUBMITTED, Line, charges
from funicular.clusters.obituary import Obituary
from funicular.messages import BlockView, ClusterView
from funicular_lab import obituaries
from funicular_lab.ledger import Ledger, budget_of, held_now
from funicular_lab.notebooks import name_holder
from funicular_lab.obituaries import action_of
from funicular_lab.waits import LONG_S, Waits

DEATH = Obituary("worker", "b1-0 on n1", "why", 1.0, limit_bytes=1000)


@pytest.mark.parametrize(
    ("death", "is_alive", "action"),
    [
        (replace(DEATH, signal=9), True, "scale"),
        (replace(DEATH, peak_bytes=900), True, "scale"),
        (replace(DEATH, signal=11, peak_bytes=100), True, None),
        (replace(DEATH, signal=9), False, None),
        (replace(DEATH, kind="block", state="FAILED"), True, "retry"),
        (replace(DEATH, kind="block", state="OUT_OF_MEMORY"), True, "scale"),
        (replace(DEATH, kind="node"), True, None),
        (replace(DEATH, kind="controller"), False, "start"),
    ],
)
def test_what_can_be_done_about_a_death(death: Obituary, is_alive: bool, action: str | None) -> None:
    """More memory where it ran out, another try where a job failed, a new cluster; else nothing."""
    assert action_of(death, is_alive=is_alive) == action


def test_the_latest_deaths_come_first_and_old_ones_are_counted() -> None:
    """Of all clusters, those that are gone too."""
    for number in range(obituaries.SHOWN + 3):
        graveyard.bury(f"c-{number % 2}", replace(DEATH, when_s=float(number)))
    found = obituaries.read()

    assert found.more == 3
    assert [each.when_s for each in found.obituaries[:2]] == [obituaries.SHOWN + 2, obituaries.SHOWN + 1]
    assert {each.cluster for each in found.obituaries} == {"c-0", "c-1"}


def view(state: str, workers: int, since_s: float = 0.0) -> ClusterView:
    block = BlockView("b1", "1", "pending", "", 1, since_s=since_s)
    return ClusterView("a", "slurm", state, 1, workers, workers, 0.0, (block,))  # type: ignore[arg-type]


def test_only_a_long_wait_ends_with_a_word() -> None:
    """Workers after more than half a minute: said once; a short wait, or none: never."""
    waits = Waits()

    assert waits.step(view("waiting", 0), 0.0) is None
    assert waits.step(view("running", 2), LONG_S / 2) is None
    assert waits.step(view("waiting", 0), 100.0) is None
    assert waits.step(view("waiting", 0), 120.0) is None
    assert waits.step(view("running", 2), 160.0) == 60.0
    assert waits.step(view("running", 2), 260.0) is None


def test_a_wait_that_began_before_we_looked_counts_whole() -> None:
    """A page that was opened in the middle of a wait knows from the job since when it lasts."""
    waits = Waits()
    waits.step(view("waiting", 0, since_s=500.0), 1000.0)

    assert waits.step(view("running", 1), 1010.0) == 510.0


def test_what_is_held_now_is_what_runs() -> None:
    """A job that waits holds nothing; one whose limit has passed for sure neither."""
    committed = Line(COMMITTED, 100.0, "a", "r", "j1", "slurm", nodes=2, cores=16, gpus=1, walltime_s=3600.0)
    started = replace(committed, event=STARTED, since_s=200.0)
    waits = replace(committed, name="j2")
    found = charges([committed, waits, started, replace(waits, event=SUBMITTED)])

    assert (held_now(found, 300.0).cores, held_now(found, 300.0).jobs) == (16, 1)
    assert held_now(found, 99999.0).jobs == 0


def test_an_empty_ledger_is_all_zero() -> None:
    """Before the first job there is nothing to pay, and no project."""
    found = Ledger().read([])

    assert (found.today.core_hours, found.now.cores, found.projects, found.budget) == (0.0, 0, (), None)


@pytest.mark.parametrize(
    ("text", "limit", "left"), [("10 core-h", 10.0, 8.0), ("2 node-h", None, None), ("1 core-h", 1.0, 0.0)]
)
def test_a_budget_says_what_is_left(text: str, limit: float | None, left: float | None) -> None:
    """Of core-hours, what is not committed; of other units only the words."""
    found = budget_of(replace(view("running", 1), budget=text, core_hours_committed=2.0))

    assert found is not None
    assert (found.text, found.core_hours, found.core_hours_left) == (text, limit, left)


def test_holders_are_named_by_what_the_server_knows() -> None:
    """A notebook by its path, a console by its name, the server as itself, all else by its number."""
    by_pid = {11: "k1", 12: "k2"}
    by_kernel = {
        "k1": {"path": "work/one.ipynb", "type": "notebook", "name": "one"},
        "k2": {"path": "console-1", "type": "console", "name": "Console 1"},
    }

    def kind(pid: int, host: str = "") -> tuple[str, str, str | None]:
        found = name_holder({"pid": pid, "started": 0, "host": host}, by_pid, by_kernel, own=10)
        return found.kind, found.name, found.path

    assert kind(10) == ("server", "this Jupyter server", None)
    assert kind(11) == ("notebook", "one.ipynb", "work/one.ipynb")
    assert kind(11, socket.gethostname())[0] == "notebook"
    assert kind(12) == ("console", "Console 1", "console-1")
    assert kind(11, "elsewhere") == ("program", "process 11", None)
