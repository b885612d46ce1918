"""``funicular.map`` gives what ``list(map(...))`` gives, from wherever it ran."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import pytest

import funicular
from funicular.clusters.lives import ItemTooLong
from funicular.routing import summary
from funicular.routing.troubles import CannotTravel, ClusterLost, WorkerLost
from tests.kernels.routing.conftest import CountedSession

HERE = os.getpid()


def test_results_are_those_of_a_serial_map(session: CountedSession) -> None:
    """Order, length and values are those of ``list(map(...))``, from other processes."""
    square = lambda x: (x * x, os.getpid())  # noqa: E731

    found = funicular.map(square, range(1000))

    assert [value for value, _ in found] == [x * x for x in range(1000)]
    assert HERE not in {process for _, process in found}


def test_several_iterables_end_with_the_shortest(session: CountedSession) -> None:
    """Arguments are zipped, as the builtin does, generators included."""
    assert funicular.map(lambda a, b: a + b, [1, 2, 3], (x for x in (10, 20))) == [11, 22]


def test_nothing_to_do_starts_nothing(session: CountedSession) -> None:
    """An empty iterable gives an empty list without a cluster."""
    starts = session.starts

    assert funicular.map(len, []) == []
    assert session.starts == starts


def test_short_work_stays_in_the_kernel(session: CountedSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that gains less than a second runs here, and the reason can be read."""
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "1")

    found = funicular.map(lambda x: os.getpid(), range(100))

    assert set(found) == {HERE}
    assert "stayed in the kernel" in summary.why()[-1]


def test_first_calls_run_here_and_are_kept(session: CountedSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """With work worth the trip no call runs twice: each leaves one mark, here or there."""
    session.client()
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "0.5")

    def call(x: int) -> tuple[int, int]:
        time.sleep(0.02)
        return x, os.getpid()

    found = funicular.map(call, range(200))

    assert [x for x, _ in found] == list(range(200))
    assert HERE in {process for _, process in found}
    assert len({process for _, process in found}) == 3


def test_a_long_first_call_gets_company(session: CountedSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first call runs here for long, the others already run on the cluster."""
    session.client()
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "1")

    def call(x: int) -> tuple[int, int, float]:
        time.sleep(2.5 if x == 0 else 0.9)
        return x, os.getpid(), time.time()

    begun = time.time()
    found = funicular.map(call, list(range(4)))
    took = time.time() - begun

    assert [x for x, _, _ in found] == [0, 1, 2, 3]
    assert [process == HERE for _, process, _ in found] == [True, False, False, False]
    assert min(end for _, _, end in found[1:]) < found[0][2]
    assert took < 5


def test_first_error_is_the_one_a_serial_run_meets(session: CountedSession) -> None:
    """Of several failing calls the lowest counts, with its type, its text and the user's own line."""

    def call(x: int) -> int:
        if x in (37, 90):
            raise KeyError(f"number {x}")
        time.sleep(0.02 if x < 37 else 0)
        return x

    with pytest.raises(KeyError, match="number 37") as caught:
        funicular.map(call, range(100))

    trace = caught.traceback[-1]
    assert trace.path == __import__("pathlib").Path(__file__)
    assert 'raise KeyError(f"number {x}")' in str(trace.statement)


def test_error_with_its_cause_comes_home(session: CountedSession) -> None:
    """``raise ... from`` survives the way back, a class defined in the notebook included."""

    class Mine(Exception):
        pass

    def call(x: int) -> None:
        try:
            int("x")
        except ValueError as error:
            raise Mine("no number") from error

    with pytest.raises(Mine, match="no number") as caught:
        funicular.map(call, range(3))
    assert isinstance(caught.value.__cause__, ValueError)


def test_iterable_that_raises(session: CountedSession) -> None:
    """An error of the user's generator is raised here, after earlier failing calls."""

    def numbers() -> Any:
        yield from range(5)
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        funicular.map(lambda x: x, numbers())
    with pytest.raises(ZeroDivisionError):
        funicular.map(lambda x: 1 // (x - 3), numbers())


def test_what_cannot_be_pickled_is_named(session: CountedSession) -> None:
    """A lock in a closure or among the items: an error in words that names it."""
    lock = threading.Lock()

    def call(x: int) -> None:
        with lock:
            pass

    with pytest.raises(CannotTravel, match="`lock`"):
        funicular.map(call, range(3))
    with pytest.raises(CannotTravel, match="item 2 "):
        funicular.map(str, [1, lock])
    with pytest.raises(CannotTravel, match="cannot be sent back"):
        funicular.map(lambda x: __import__("threading").Lock(), range(2))


def test_lost_worker_is_an_error_in_words(session: CountedSession) -> None:
    """A call that kills its worker each time ends with the reason; the next map works."""

    def call(x: int) -> None:
        os._exit(1)

    with pytest.raises(WorkerLost, match="died") as caught:
        funicular.map(call, [1])

    assert caught.value.__cause__ is not None
    assert funicular.map(abs, [-1, -2]) == [1, 2]


def test_captured_array_travels_once(session: CountedSession) -> None:
    """A large global is sent to each worker once, not with each chunk, and not again for the next map."""
    import numpy

    table = numpy.arange(2_000_000.0)
    from funicular.routing.shipping import depot_of

    depot = depot_of(session.client())
    before = len(depot._placed)

    found = funicular.map(lambda x: float(table[x]) + (time.sleep(0.005) or 0), range(200))
    again = funicular.map(lambda x: float(table[x]) + 1, range(50))

    assert found == [float(x) for x in range(200)]
    assert again == [x + 1.0 for x in range(50)]
    assert len(depot._placed) == before + 1


def test_large_items_and_results(session: CountedSession) -> None:
    """Arrays above a megabyte go and come back bit for bit, writable."""
    import numpy

    tables = [numpy.full((400, 400), float(n)) for n in range(4)]

    found = funicular.map(lambda table: table + 1, tables)

    assert all((table + 1 == back).all() for table, back in zip(tables, found, strict=True))
    found[0][0, 0] = 5


def test_interrupt_leaves_nothing_behind(session: CountedSession) -> None:
    """Ctrl-C stops the wait at once; the cluster forgets the rest and takes the next map."""
    import _thread

    timer = threading.Timer(1.0, _thread.interrupt_main)
    timer.start()
    begun = time.time()
    with pytest.raises(KeyboardInterrupt):
        funicular.map(lambda x: time.sleep(0.3), range(100))

    assert time.time() - begun < 3
    assert funicular.map(abs, [-1]) == [1]


def test_worker_prints_and_warnings_arrive(
    session: CountedSession, capsys: pytest.CaptureFixture[str]
) -> None:
    """What calls print is written here before the map ends; warnings are warnings here."""
    from funicular.clusters import output

    def call(x: int) -> int:
        import warnings

        print("hello from", x)
        if x == 2:
            warnings.warn("too hot", RuntimeWarning, stacklevel=1)
        return x

    with pytest.warns(RuntimeWarning, match="too hot"):
        funicular.map(call, range(3))
        output.flush()
        time.sleep(0)

    assert sorted(capsys.readouterr().out.splitlines()) == [f"hello from {x}" for x in range(3)]


def test_map_on_a_worker_runs_there(session: CountedSession) -> None:
    """A map inside a mapped function does not wait for the cluster it runs on."""

    def outer(x: int) -> list[int]:
        import funicular as inner

        return inner.map(lambda y: y + x, range(3))

    assert funicular.map(outer, range(4)) == [[x, x + 1, x + 2] for x in range(4)]


def test_calls_that_no_job_can_hold_are_refused_beforehand(session: CountedSession) -> None:
    """With the user's hint, before anything is sent; odd hints are refused too."""
    with pytest.raises(ItemTooLong, match="longer than a job lives") as caught:
        funicular.map(abs, [-1, -2], hours_each=100)
    with pytest.raises(TypeError, match="not a number of hours"):
        funicular.map(abs, [-1], hours_each=0)

    assert "funicular.scale(hours=125)" in caught.value.next_step
    assert funicular.map(abs, [-1, -2], hours_each=0.01) == [1, 2]


def test_many_short_calls_are_quick(session: CountedSession) -> None:
    """A hundred thousand short calls take seconds, since they go in chunks and come back as bytes."""
    begun = time.perf_counter()
    found = funicular.map(lambda x: x + 1, range(100_000))
    took = time.perf_counter() - begun

    assert found == list(range(1, 100_001))
    assert took < 5


def test_odd_arguments_are_refused_in_words() -> None:
    """No iterable, or no function: a ``TypeError`` that says so."""
    with pytest.raises(TypeError, match="two arguments or more"):
        funicular.map(abs)
    with pytest.raises(TypeError, match="needs a function first"):
        funicular.map(3, [1])  # type: ignore[arg-type]


def test_what_calls_cost_is_remembered(session: CountedSession) -> None:
    """The second map of a function cuts its chunks right from the start; other data are no harm."""
    from funicular.routing.shipping import depot_of

    def call(x: float) -> float:
        time.sleep(x)
        return x

    funicular.map(call, [0.01] * 50)
    paces = depot_of(session.client()).paces
    known = len(paces)
    slow = funicular.map(call, [0.2] * 6)

    assert slow == [0.2] * 6
    assert len(paces) == known
    assert any(pace.call_s is not None and pace.call_s > 0.1 for pace in paces.values())


def test_cluster_stopped_meanwhile_is_an_error_in_words(session: CountedSession) -> None:
    """``stop()`` from elsewhere ends a running map with the reason and the next step."""
    session.client()
    timer = threading.Timer(1.0, session.stop)
    timer.start()
    with pytest.raises(ClusterLost, match="were cut off") as caught:
        funicular.map(time.sleep, [0.2] * 1000)
    timer.join()

    assert "Run the cell again" in caught.value.next_step
