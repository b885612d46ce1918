"""``funicular.Executor`` behaves as the standard library's executors do."""

from __future__ import annotations

import itertools
import os
import threading
import time
from concurrent.futures import BrokenExecutor, CancelledError, Future, as_completed, wait

import pytest

import funicular
from tests.kernels.routing.conftest import CountedSession

HERE = os.getpid()


def slow(x: int) -> tuple[int, int]:
    """Its argument and its process, after a while."""
    time.sleep(0.1)
    return x, os.getpid()


def test_futures_are_the_standard_ones(session: CountedSession) -> None:
    """submit, wait, as_completed, callbacks and keyword arguments; calls run elsewhere."""
    heard: list[int] = []
    with funicular.Executor() as executor:
        futures = [executor.submit(slow, x) for x in range(5)]
        futures[0].add_done_callback(lambda future: heard.append(future.result()[0]))
        named = executor.submit(dict, a=1)

        assert all(isinstance(future, Future) for future in futures)
        assert {future.result()[0] for future in as_completed(futures)} == set(range(5))
        assert not wait(futures).not_done
        assert named.result() == {"a": 1}
    assert heard == [0]
    assert HERE not in {future.result()[1] for future in futures}


def test_map_is_ordered_chunked_and_timed(session: CountedSession) -> None:
    """Results in order, in chunks too; a timeout raises ``TimeoutError``."""
    with funicular.Executor(max_workers=2) as executor:
        assert list(executor.map(pow, range(10), [2] * 10, chunksize=3)) == [x * x for x in range(10)]
        with pytest.raises(TimeoutError):
            list(executor.map(time.sleep, [3], timeout=0.2))


def test_max_workers_is_a_limit(session: CountedSession) -> None:
    """With one worker calls never overlap."""

    def spell(x: int) -> tuple[float, float]:
        begun = time.time()
        time.sleep(0.05)
        return begun, time.time()

    with funicular.Executor(max_workers=1) as executor:
        spells = sorted(executor.map(spell, range(5)))

    assert all(end <= begun for (_, end), (begun, _) in itertools.pairwise(spells))
    with pytest.raises(ValueError, match="greater than 0"):
        funicular.Executor(max_workers=0)


def test_exceptions_come_unchanged(session: CountedSession) -> None:
    """Type, text and the line that raised."""

    def bad() -> None:
        raise LookupError("not here")

    with funicular.Executor() as executor, pytest.raises(LookupError, match="not here") as caught:
        executor.submit(bad).result()
    assert 'raise LookupError("not here")' in str(caught.traceback[-1].statement)


def test_shutdown_refuses_and_cancels(session: CountedSession) -> None:
    """After shutdown no call is taken; with ``cancel_futures`` those not begun are cancelled."""
    executor = funicular.Executor(max_workers=1)
    futures = [executor.submit(slow, x) for x in range(10)]
    futures[0].result()
    executor.shutdown(cancel_futures=True)

    assert all(future.done() for future in futures)
    assert sum(future.cancelled() for future in futures) >= 6
    with pytest.raises(CancelledError):
        futures[-1].result()
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(slow, 1)


def test_cancel_before_it_begins(session: CountedSession) -> None:
    """A future that waits can be cancelled and its call never runs."""
    with funicular.Executor(max_workers=1) as executor:
        futures = [executor.submit(slow, x) for x in range(5)]
        cancelled = futures[-1].cancel()

    assert cancelled
    assert futures[-1].cancelled()


def test_lost_worker_is_a_broken_executor(session: CountedSession) -> None:
    """A call that kills its worker: an error in words that is a ``BrokenExecutor`` too."""
    with funicular.Executor() as executor:
        future = executor.submit(os._exit, 1)

        with pytest.raises(BrokenExecutor) as caught:
            future.result(timeout=30)
    assert isinstance(caught.value, funicular.FunicularError)


def test_short_calls_stay_in_the_kernel(session: CountedSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anything to gain, calls run in a thread of this process."""
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "1")
    with funicular.Executor() as executor:
        assert set(executor.map(lambda x: os.getpid(), range(20))) == {HERE}


def test_unpicklable_call_fails_alone(session: CountedSession) -> None:
    """One call that cannot travel fails in words; the others are done."""
    with funicular.Executor() as executor:
        bad = executor.submit(str, threading.Lock())
        good = executor.submit(abs, -3)

        assert good.result() == 3
        with pytest.raises(funicular.FunicularError, match="argument 0"):
            bad.result()


def test_executor_on_a_worker_runs_there(session: CountedSession) -> None:
    """A call that uses an executor itself does not wait for the cluster it runs on."""

    def outer(x: int) -> list[int]:
        import funicular as inner

        with inner.Executor() as executor:
            return list(executor.map(abs, [-x, x]))

    assert funicular.map(outer, [1, 2]) == [[1, 1], [2, 2]]


def test_large_arguments_are_the_calls_own(session: CountedSession) -> None:
    """A large array may be written to, as in a process of its own; the kernel's stays as it was."""
    import numpy

    table = numpy.zeros(500_000)

    def fill(mine: numpy.ndarray) -> float:
        mine += 1
        return float(mine.sum())

    with funicular.Executor() as executor:
        assert [executor.submit(fill, table).result() for _ in range(3)] == [500_000.0] * 3
    assert table.sum() == 0
