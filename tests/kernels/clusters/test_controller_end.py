"""A controller that was killed has an obituary, written once by whoever finds it; an orderly end has none."""

from __future__ import annotations

import os
import subprocess
import time

import pytest

from funicular.clusters import controller_end, graveyard, launch, registry
from funicular.clusters.registry import Entry
from funicular.clusters.security import Credentials
from funicular.messages import from_json
from funicular.processes import process_id


def enter(pid: int) -> Entry:
    """A cluster in the registry whose controller is this process."""
    names = Credentials.__dataclass_fields__
    entry = Entry(
        name="mine",
        site="local",
        host=os.uname().nodename,
        process=process_id(pid),
        socket="/tmp/no-such",
        scheduler="tls://127.0.0.1:1",
        created_s=time.time(),
        python="python",
        version="0",
        credentials=from_json(Credentials, dict.fromkeys(names, "x")),
    )
    registry.write(entry)
    (registry.cluster_folder("mine") / "controller.log").write_text("one\ntwo\n")
    return entry


@pytest.fixture
def controller(monkeypatch):
    """A process that stands for a controller which this process started."""
    with subprocess.Popen(["sleep", "60"]) as process:
        monkeypatch.setattr(launch, "_started", [process])
        yield process
        process.kill()


def test_a_killed_controller_is_buried_once_with_signal_log_and_next_step(controller):
    """Two kernels may find it; one obituary is written."""
    entry = enter(controller.pid)
    controller.kill()
    controller.wait()

    told = controller_end.notice(entry)

    assert told is not None
    assert (told.kind, told.signal, told.log) == ("controller", 9, ("one", "two"))
    assert "SIGKILL" in told.cause
    assert "again" in told.next_step
    assert controller_end.notice(entry) is None
    assert graveyard.read("mine") == (told,)


def test_a_living_or_an_orderly_ended_controller_has_none(controller):
    """What runs is not dead, and who said goodbye took the entry along."""
    entry = enter(controller.pid)

    assert controller_end.notice(entry) is None

    registry.forget("mine")
    controller.kill()
    controller.wait()

    assert controller_end.notice(entry) is None
    assert graveyard.read("mine") == ()


def test_one_that_somebody_else_started_is_gone_without_a_word(controller, monkeypatch):
    """Only the process that started it knows the signal; nothing is guessed."""
    entry = enter(controller.pid)
    controller.kill()
    controller.wait()
    monkeypatch.setattr(launch, "_started", [])

    told = controller_end.notice(entry)

    assert told is not None
    assert told.signal == 0
    assert "without a word" in told.cause
