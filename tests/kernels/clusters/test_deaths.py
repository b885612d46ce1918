"""What the controller makes of deaths: who is told, which tasks are named, and whom Dask may blame."""

from __future__ import annotations

from types import SimpleNamespace as Fake

import pytest

from funicular.clusters.deaths import Deaths, names_of
from funicular.clusters.obituary import in_words


@pytest.fixture
def told():
    return []


@pytest.fixture
def deaths(told):
    """Deaths of a cluster with two workers, each with one task."""
    workers = {name: worker(name) for name in ("b1-0", "b1-1")}
    return Deaths(Fake(overran=lambda *_: None), tell=told.append, find=workers.get)


def worker(name):
    return Fake(name=name, processing=[Fake(key=f"task_of_{name.replace('-', '_')}-{'0a1b2c3d' * 4}")])


def end(name, code=0, signal=0):
    """The message of an agent that a worker process ended."""
    return {
        "worker": name,
        "code": code,
        "signal": signal,
        "peak_bytes": 1,
        "limit_bytes": 2,
        "curve": [],
    }


def test_a_lost_node_names_the_tasks_that_run_again(deaths, told):
    """Those of workers that are still there, and of workers that Dask has removed already."""
    deaths.farewell(worker("b1-9"))

    deaths.node_lost("n1", "b1", "its connection broke", "7", deaths.tasks_of(["b1-0", "b1-9"]))

    assert told[0].rerun == ("task_of_b1_0", "task_of_b1_9")
    assert "job 7" in told[0].name


def test_tasks_of_a_lost_node_are_not_to_blame(deaths):
    """Dask counts the deaths over a task; a node's or a job's end is none of them, a crash is."""
    deaths.is_meant("b1-0")

    assert deaths.farewell(worker("b1-0")) is True
    assert deaths.farewell(worker("b1-1")) is False


def test_a_killed_worker_is_told_and_one_that_we_end_is_not(deaths, told):
    """The obituary names signal and tasks."""
    deaths.worker_exit(end("b1-0", signal=9), "n1")
    deaths.is_meant("b1-1")
    deaths.worker_exit(end("b1-1", signal=9), "n1")

    assert [each.name for each in told] == ["b1-0 on n1"]
    assert told[0].rerun == ("task_of_b1_0",)


def test_people_read_what_they_called(deaths, told):
    """Functions by name and counted, no keys of Dask's; of many different ones only the number."""
    tasks = [Fake(key=f"fit-{number:032x}") for number in range(3)]
    tasks += [Fake(key=("load-0123456789abcdef0123456789abcdef", 1))]
    assert names_of(tasks) == ("fit", "fit", "fit", "load")

    deaths.node_lost("n1", "b1", "it is gone", "7", names_of(tasks))
    assert "3 tasks of `fit` and 1 task of `load` are run again." in in_words(told[0])
    deaths.node_lost("n1", "b1", "it is gone", "7", ("a", "b", "c", "d"))
    assert "Then: 4 tasks are run again." in in_words(told[1])
