"""Dask collections: the right values, from the right place, no task twice."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import dask
import dask.array
import dask.bag
import dask.dataframe
import numpy
import pandas
import pytest

from funicular.routing import dask_collections, summary
from tests.kernels.routing.conftest import CountedSession

HERE = os.getpid()


@pytest.fixture(autouse=True)
def routed(session: CountedSession) -> Iterator[CountedSession]:
    """Dask computes with ours; everything goes."""
    dask_collections.install()
    yield session
    dask_collections.remove()


@dask.delayed
def where(x: int) -> int:
    """The process it ran in."""
    return os.getpid()


def test_collections_give_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrays, bags, tables and delayed calls, with and without the cluster."""
    numbers = dask.array.arange(1000, chunks=100)
    words = dask.bag.from_sequence(["a", "b", "a"], npartitions=2)
    table = dask.dataframe.from_pandas(
        pandas.DataFrame({"k": [1, 2, 1, 2], "v": [1.0, 2, 3, 4]}), npartitions=2
    )

    for gain in ("0", "1"):
        monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", gain)
        assert int(numbers.sum().compute()) == 499500
        assert dict(words.frequencies().compute()) == {"a": 2, "b": 1}
        assert table.groupby("k").v.sum().compute().to_dict() == {1: 4.0, 2: 6.0}
        assert table.sort_values("v").v.compute().tolist() == [1.0, 2.0, 3.0, 4.0]
        assert table.merge(table, on="k").v_x.sum().compute() == 20.0
        assert dask.compute(where(1), [where(2)], 3)[2] == 3
        assert numpy.array_equal(numbers.compute(), numpy.arange(1000))


def test_large_work_runs_on_workers_and_small_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """With 0 all goes; with a second a short graph stays, and the reason can be read."""
    assert where(1).compute() != HERE

    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "1")
    assert where(1).compute() == HERE
    assert "Dask tasks stayed in the kernel" in summary.why()[-1]


def test_building_a_graph_starts_nothing(routed: CountedSession) -> None:
    """Only computing asks for a cluster."""
    starts = routed.starts

    dask.array.ones((100, 100), chunks=10).sum()

    assert routed.starts == starts


def test_no_task_runs_twice(routed: CountedSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A graph that leaves the kernel half way: each task leaves one mark, here or there."""
    routed.client()
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "0.3")

    @dask.delayed
    def load(x: int) -> numpy.ndarray:
        time.sleep(0.05)
        (tmp_path / f"load-{x}-{os.getpid()}-{time.time_ns()}").touch()
        return numpy.full(200_000, float(x))

    @dask.delayed
    def total(tables: list[numpy.ndarray]) -> float:
        return float(sum(table.sum() for table in tables))

    value = total([load(x) for x in range(30)]).compute()

    marks = sorted(path.name.split("-")[1] for path in tmp_path.iterdir())
    places = {path.name.split("-")[2] for path in tmp_path.iterdir()}
    assert value == sum(range(30)) * 200_000
    assert marks == sorted(str(x) for x in range(30))
    assert str(HERE) in places and len(places) == 3


def test_error_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of a task keeps its type, from here and from there."""

    @dask.delayed
    def bad() -> None:
        raise KeyError("no such key")

    for gain in ("0", "1"):
        monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", gain)
        with pytest.raises(KeyError, match="no such key"):
            bad().compute()


def test_persist_keeps_data_on_the_cluster(routed: CountedSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Persisted data are futures; what is built on them runs there."""
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "1")

    kept = dask.array.ones(1000, chunks=100).persist()

    from distributed import futures_of

    assert len(futures_of(kept)) == 10
    assert float(kept.sum().compute()) == 1000.0


def test_explicit_scheduler_overrides() -> None:
    """``scheduler="threads"`` stays on this machine."""
    assert where(1).compute(scheduler="threads") == HERE


def test_still_ours_after_a_new_client(routed: CountedSession) -> None:
    """A Dask client makes itself Dask's scheduler; ours stands before it again."""
    from funicular.routing import modules, switch

    routed.client().close()
    routed.client()
    assert dask.config.get("scheduler") == "dask.distributed"

    switch._is_on = True
    try:
        switch.keep()
    finally:
        switch._is_on = False
        modules.remove()
    assert isinstance(dask.config.get("scheduler"), dask_collections.SessionClient)


def test_remove_gives_dask_its_choice_back() -> None:
    """Nothing of ours stays in the configuration."""
    dask_collections.remove()

    assert not isinstance(dask.config.get("scheduler", None), dask_collections.SessionClient)
    assert dask.config.get(dask_collections.SHUFFLE, None) is None


def test_a_large_global_travels_once(routed: CountedSession) -> None:
    """Tasks whose function holds a large array carry a token, not the array; results are the same."""
    from dask._task_spec import convert_legacy_graph

    from funicular.routing.dask_code import lighten
    from funicular.routing.pickling import dumps
    from funicular.routing.shipping import depot_of

    table = numpy.arange(500_000.0)
    client = routed.client()
    before = len(depot_of(client)._placed)

    def look(x: int, *, more: int = 0) -> float:
        return float(table[x]) + more

    tasks = [dask.delayed(look)(x, more=1) for x in range(20)]
    graph = convert_legacy_graph(dict(tasks[0].__dask_graph__()))
    light = lighten(graph, client)

    assert dask.compute(tasks)[0] == [x + 1.0 for x in range(20)]
    assert sum(map(len, map(dumps, light.values()))) < 10_000
    assert len(depot_of(client)._placed) == before + 1
