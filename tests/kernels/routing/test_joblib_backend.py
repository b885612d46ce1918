"""joblib and scikit-learn on the cluster: the results of a serial run, and joblib's own rules."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import joblib
import numpy
import pytest
from joblib import Parallel, delayed

from funicular.routing import joblib_backend, summary
from funicular.routing.troubles import CannotTravel, WorkerLost
from tests.kernels.routing.conftest import CountedSession

HERE = os.getpid()


@pytest.fixture(autouse=True)
def routed(session: CountedSession) -> Iterator[CountedSession]:
    """joblib's default backend is ours; everything goes."""
    joblib_backend.install()
    yield session
    joblib_backend.remove()


def where(x: int) -> tuple[int, int, str]:
    """Its argument, its process, its thread."""
    return x, os.getpid(), threading.current_thread().name


def test_parallel_gives_serial_results_from_workers() -> None:
    """Order and values are serial, from other processes; generators too."""
    found = Parallel(n_jobs=-1)(delayed(where)(x) for x in range(100))
    lazy = list(Parallel(n_jobs=2, return_as="generator")(delayed(abs)(-x) for x in range(20)))

    assert [x for x, _, _ in found] == list(range(100))
    assert HERE not in {process for _, process, _ in found}
    assert lazy == list(range(20))


def test_joblib_rules_keep_work_here(routed: CountedSession) -> None:
    """None, 1, threads and shared memory run in this process, as joblib defines them."""
    kept: list[int] = []
    calls: list[dict[str, Any]] = [
        {"n_jobs": None},
        {"n_jobs": 1},
        {"n_jobs": -1, "prefer": "threads"},
        {"n_jobs": 2, "require": "sharedmem"},
        {"n_jobs": 2, "backend": "threading"},
    ]

    for call in calls:
        found = Parallel(**call)(delayed(where)(x) for x in range(4))
        assert {process for _, process, _ in found} == {HERE}, call
    Parallel(n_jobs=2, require="sharedmem")(delayed(kept.append)(x) for x in range(3))
    assert sorted(kept) == [0, 1, 2]


def test_explicit_loky_is_respected() -> None:
    """``backend="loky"`` runs on this machine, beside the cluster's workers."""
    workers = {process for _, process, _ in Parallel(n_jobs=-1)(delayed(where)(x) for x in range(20))}
    loky = {
        process for _, process, _ in Parallel(n_jobs=2, backend="loky")(delayed(where)(x) for x in range(4))
    }

    assert not workers & loky


def test_n_jobs_is_a_limit() -> None:
    """With ``n_jobs=2`` on more workers' slots no three tasks overlap; with one slot fewer neither."""

    def spell(x: int) -> tuple[float, float]:
        begun = time.time()
        time.sleep(0.1)
        return begun, time.time()

    spells = Parallel(n_jobs=2)(delayed(spell)(x) for x in range(10))

    moments = [begun for begun, _ in spells]
    assert max(sum(begun <= at < end for begun, end in spells) for at in moments) <= 2


def test_short_work_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes milliseconds never leaves the kernel, nested parallel calls included."""
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "1")

    def outer(x: int) -> list[int]:
        return [process for _, process, _ in Parallel(n_jobs=2)(delayed(where)(y) for y in range(3))]

    found = Parallel(n_jobs=-1)(delayed(where)(x) for x in range(200))
    nested = Parallel(n_jobs=2)(delayed(outer)(x) for x in range(3))

    assert {process for _, process, _ in found} == {HERE}
    assert nested == [[HERE] * 3] * 3
    assert "stayed in the kernel" in summary.why()[-1]


def test_work_worth_it_overflows_to_the_cluster(
    routed: CountedSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first tasks run here, the others there; none twice."""
    routed.client()
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "0.5")

    def call(x: int) -> tuple[int, int]:
        time.sleep(0.1)
        return x, os.getpid()

    found = Parallel(n_jobs=-1)(delayed(call)(x) for x in range(40))

    assert [x for x, _ in found] == list(range(40))
    assert HERE in {process for _, process in found}
    assert len({process for _, process in found}) == 3


def test_exception_comes_with_the_remote_line() -> None:
    """Type and text as raised; the user's line is in the cause; what was under way is taken back."""

    def call(x: int) -> int:
        if x == 3:
            raise ValueError("three is too many")
        return x

    with pytest.raises(ValueError, match="three is too many") as caught:
        Parallel(n_jobs=2)(delayed(call)(x) for x in range(50))

    assert 'raise ValueError("three is too many")' in str(caught.value.__cause__)
    assert Parallel(n_jobs=2)(delayed(abs)(x) for x in [-1, -2]) == [1, 2]


def test_lost_worker_raises_from_joblib() -> None:
    """A task that kills its worker ends in an error in words, not in a hang."""
    with pytest.raises(WorkerLost):
        Parallel(n_jobs=2)(delayed(os._exit)(x) for x in [1, 1])


def test_what_cannot_be_unpacked_there_raises(tmp_path: Any) -> None:
    """A function that only this machine can import: an error in words, not a hang."""
    with pytest.raises(Exception, match="nowhere_to_be_found"):
        Parallel(n_jobs=2)(delayed(Unimportable())(x) for x in range(2))


class Unimportable:
    """Pickles here; cannot be unpacked anywhere else."""

    def __reduce__(self) -> Any:
        return _fetch, (HERE,)

    def __call__(self, x: int) -> int:
        return x


def _fetch(process: int) -> Any:
    if os.getpid() != process:
        import nowhere_to_be_found  # type: ignore[import-not-found]  # noqa: F401
    return Unimportable()


def test_unpicklable_argument_is_named() -> None:
    """A lock among the arguments is named."""
    with pytest.raises(CannotTravel, match="argument 0"):
        Parallel(n_jobs=2)(delayed(str)(threading.Lock()) for _ in range(3))


def test_large_argument_travels_once(routed: CountedSession) -> None:
    """X is sent once for all tasks and comes read-only, as from loky."""
    from funicular.routing.shipping import depot_of

    table = numpy.arange(500_000.0)
    depot = depot_of(routed.client())
    before = len(depot._placed)

    sums = Parallel(n_jobs=2)(
        delayed(lambda t, x: (t.sum() + x, t.flags.writeable))(table, x) for x in range(20)
    )

    assert sums == [(table.sum() + x, False) for x in range(20)]
    assert len(depot._placed) == before + 1


def test_long_list_travels_once(routed: CountedSession) -> None:
    """A large list of texts is pickled once and each task gets its own."""
    from funicular.routing.shipping import depot_of

    texts = [f"text number {x} " * 20 for x in range(20_000)]
    depot = depot_of(routed.client())
    before = len(depot._placed)

    found = Parallel(n_jobs=2)(delayed(lambda t, x: (len(t), t[x]))(texts, x) for x in range(10))

    assert found == [(20_000, texts[x]) for x in range(10)]
    assert len(depot._placed) == before + 1


def test_searches_equal_serial_ones() -> None:
    """Grid search, cross validation and a forest inside a grid give what they give without ``n_jobs``."""
    from sklearn.datasets import load_digits
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.svm import SVC

    digits, labels = load_digits(return_X_y=True)
    digits, labels = digits[:300], labels[:300]

    def search(n_jobs: int | None) -> Any:
        return GridSearchCV(SVC(), {"C": [0.1, 1, 10], "gamma": [0.001, 0.01]}, cv=3, n_jobs=n_jobs).fit(
            digits, labels
        )

    def forests(n_jobs: int | None) -> Any:
        forest = RandomForestClassifier(n_estimators=10, random_state=0, n_jobs=n_jobs)
        return GridSearchCV(forest, {"max_depth": [2, 4]}, cv=2, n_jobs=n_jobs).fit(digits, labels)

    serial, routed = search(None), search(-1)
    keys = [key for key in serial.cv_results_ if "time" not in key]
    assert all(numpy.array_equal(serial.cv_results_[key], routed.cv_results_[key]) for key in keys)
    assert (cross_val_score(SVC(), digits, labels) == cross_val_score(SVC(), digits, labels, n_jobs=2)).all()
    assert forests(None).best_score_ == forests(-1).best_score_
    assert "fits" in summary.line(None)


def test_managed_parallel_runs_twice() -> None:
    """``with Parallel() as p`` serves several calls."""
    with Parallel(n_jobs=2) as run:
        assert run(delayed(abs)(x) for x in [-1, -2]) == [1, 2]
        assert run(delayed(abs)(x) for x in [-3]) == [3]


def test_nested_parallel_on_workers_does_not_deadlock() -> None:
    """As many outer tasks as cores, each with a Parallel of its own."""

    def outer(x: int) -> int:
        return sum(Parallel(n_jobs=-1)(delayed(abs)(-y) for y in range(x)))

    assert Parallel(n_jobs=-1)(delayed(outer)(x) for x in range(6)) == [0, 0, 1, 3, 6, 10]


def test_cluster_that_cannot_start_raises_its_reason(
    routed: CountedSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason the cluster gives is what joblib raises."""
    from funicular.errors import FunicularError

    monkeypatch.setattr(
        routed, "problem", FunicularError("The queue is closed.", next_step="Ask for another.")
    )

    with pytest.raises(FunicularError, match="The queue is closed"):
        Parallel(n_jobs=2)(delayed(abs)(x) for x in range(3))


def test_interrupt_stops_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends the wait within a second, also while the kernel's own lane works."""
    import _thread

    for gain in ("0", "1000"):
        monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", gain)
        threading.Timer(0.7, _thread.interrupt_main).start()
        begun = time.time()
        with pytest.raises(KeyboardInterrupt):
            Parallel(n_jobs=2)(delayed(time.sleep)(0.2) for _ in range(100))
        assert time.time() - begun < 2.5


def test_remove_gives_joblib_its_default_back() -> None:
    """After ``remove`` nothing of ours is left in joblib."""
    joblib_backend.remove()

    assert joblib.parallel.DEFAULT_BACKEND == "loky"
    assert "funicular" not in joblib.parallel.BACKENDS
    joblib_backend.install()


def test_parallel_inside_any_task_is_a_plain_loop() -> None:
    """A mapped function or a Dask task that asks joblib for all cores gets its own one, no pool."""
    import dask

    import funicular
    from funicular.routing.dask_collections import SessionClient

    def outer(x: int) -> bool:
        found = Parallel(n_jobs=-1)(delayed(where)(y) for y in range(3))
        return {process for _, process, _ in found} == {os.getpid()}

    assert funicular.map(outer, range(3)) == [True] * 3
    with dask.config.set(scheduler=SessionClient()):
        assert dask.compute(*[dask.delayed(outer)(x) for x in range(3)]) == (True,) * 3


def test_unordered_generators() -> None:
    """``return_as="generator_unordered"`` gives every result once."""
    found = Parallel(n_jobs=2, return_as="generator_unordered")(delayed(abs)(-x) for x in range(30))

    assert sorted(found) == list(range(30))
