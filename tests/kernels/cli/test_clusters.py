"""``funicular clusters`` with a real controller on this machine."""

from __future__ import annotations

import os
import signal

import pytest

from funicular.clusters import registry
from tests.kernels.cli.conftest import read
from tests.kernels.schedulers.conftest import until

KEYS = {"name", "site", "state", "nodes", "workers", "cores", "core_hours", "blocks"}


@pytest.fixture
def environment(monkeypatch, local):
    """A machine of two cores, a short lease, and whatever runs ended afterwards."""
    monkeypatch.setenv("FUNICULAR_LEASE_S", "30")
    yield
    for entry in registry.entries():
        if entry.process.is_alive:
            os.kill(entry.process.pid, signal.SIGTERM)
    until(lambda: not any(entry.process.is_alive for entry in registry.entries()))


def test_nothing_says_what_to_do(funicular):
    """Without clusters there is a sentence with a command, and JSON is an empty array."""
    assert "funicular clusters start" in funicular("clusters", "list").stdout
    assert read(funicular("clusters", "list", "--json")) == []


def test_a_cluster_is_started_scaled_listed_and_stopped(funicular, environment):
    """The life of a cluster from a terminal; its blocks are real jobs, and nothing is left."""
    started = read(funicular("clusters", "start", "mine", "--keep", "--json"))
    assert (started["name"], started["site"], started["nodes"]) == ("mine", "local", 0)

    read(funicular("clusters", "scale", "--cores", "1", "--json"))
    until(lambda: read(funicular("clusters", "list", "--json"))[0]["workers"] == 1, within_s=60)
    listed = read(funicular("clusters", "list", "--json"))[0]
    table = funicular("clusters", "list").stdout.splitlines()
    jobs = read(funicular("jobs", "--json"))

    assert set(listed) == KEYS
    assert {"job", "state", "reason", "nodes"} <= set(listed["blocks"][0])
    assert listed["blocks"][0]["job"] == jobs[0]["job"]
    assert (jobs[0]["is_ours"], jobs[0]["cluster"]) == (True, "mine")
    assert table[1].split()[:2] == ["mine", "local"]

    assert read(funicular("clusters", "stop", "--json")) == {"stopped": ["mine"], "silent": []}
    until(lambda: read(funicular("jobs", "--json")) == [])
    assert read(funicular("clusters", "list", "--json")) == []


def test_too_much_is_refused_with_the_limit(funicular, environment):
    """What this machine does not have is an error in words, and the cluster stays as it was."""
    funicular("clusters", "start", "mine", "--keep")
    answer = funicular("clusters", "scale", "mine", "--nodes", "7")

    assert answer.returncode == 1
    assert "7 nodes" in answer.stderr
    assert "Next:" in answer.stderr
    assert read(funicular("clusters", "list", "--json"))[0]["nodes"] == 0


def test_an_unknown_cluster_is_told(funicular):
    """Scaling a cluster that is not there says so."""
    answer = funicular("clusters", "scale", "nosuch", "--nodes", "1")

    assert answer.returncode == 1
    assert "There is no cluster nosuch." in answer.stderr
