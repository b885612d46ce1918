"""A cluster's numbers over the last minutes."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field

from funicular.clusters.live import MOST_FUNCTIONS, FunctionView, Live, Sample, busy_cores, functions


@dataclass
class Prefix:
    """What is read of Dask's own counters."""

    name: str
    states: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    state_counts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class Worker:
    processing: dict[str, float]
    nthreads: int


def prefix(name: str, *, done: int = 0, erred: int = 0, **states: int) -> Prefix:
    counts = {"memory": done, "erred": erred, "waiting": done + erred + sum(states.values())}
    return Prefix(name, defaultdict(int, states), defaultdict(int, counts))


def test_samples_come_back_a_column_a_quantity() -> None:
    """What is drawn is one array for each quantity, oldest first."""
    live = Live()
    live.add(Sample(1, 2, 4, 10, 100))
    live.add(Sample(2, 3, 4, 20, 100))

    assert live.columns() == {
        "t_s": [1, 2],
        "busy": [2, 3],
        "cores": [4, 4],
        "memory_bytes": [10, 20],
        "memory_limit_bytes": [100, 100],
    }
    assert live.columns(since_s=1)["t_s"] == [2]


def test_a_second_has_one_sample_and_old_ones_go() -> None:
    """However often it is measured, and for however long, the memory it takes is bounded."""
    live = Live(kept=3)
    for half_second in range(20):
        live.add(Sample(half_second / 2, 0, 0, 0, 0))

    assert live.columns()["t_s"] == [7, 8, 9]


def test_a_worker_with_more_tasks_than_threads_is_full() -> None:
    """Tasks that a worker was given ahead of time are not counted as running."""
    assert busy_cores([Worker({"a": 1, "b": 1, "c": 1}, 2), Worker({"d": 1}, 2), Worker({}, 2)]) == 3


def test_what_runs_is_shared_out_among_functions() -> None:
    """Of 20 tasks handed out to 10 threads, half of each function's run, and the rest waits."""
    found = functions(
        {
            "fit": prefix("fit", done=5, processing=16, queued=100),
            "load": prefix("load", done=7, erred=1, processing=4),
        },
        busy=10,
    )

    assert found == (FunctionView("fit", 5, 8, 108, 0), FunctionView("load", 7, 2, 2, 1))


def test_only_the_latest_functions_are_named() -> None:
    """A session that has run hundreds of functions has a list that can be read."""
    many = {str(number): prefix(str(number), done=1) for number in range(300)}

    assert [each.name for each in functions(many, 0)] == [str(n) for n in range(300 - MOST_FUNCTIONS, 300)]


def test_the_cost_does_not_grow_with_the_tasks() -> None:
    """200 workers with 10 000 tasks are counted about as quickly as 200 workers with 200."""

    def took(tasks: int) -> float:
        workers = [Worker(dict.fromkeys(map(str, range(tasks // 200)), 1.0), 4) for _ in range(200)]
        prefixes = {"f": prefix("f", done=tasks, processing=tasks)}
        best = float("inf")
        for _ in range(20):
            began = time.perf_counter()
            functions(prefixes, busy_cores(workers))
            best = min(best, time.perf_counter() - began)
        return best

    assert took(100_000) < 5 * took(200) + 1e-4
