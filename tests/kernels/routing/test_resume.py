"""``map(..., resume=...)`` goes on where an earlier call was cut off, and never mixes two calls."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import funicular
from funicular.clusters import registry
from funicular.clusters.private import NoSpace
from funicular.routing import resume, shelf, summary
from funicular.routing.resume import ResumeDiffers
from funicular.routing.store import Store
from tests.kernels.routing.conftest import CountedSession

SCRIPT = """
import os, sys, time
import funicular

class Point:
    def __init__(self, x): self.x = x
    def __eq__(self, other): return type(other) is Point and other.x == self.x

def call(x):
    with open({marks!r}, "a") as file:
        file.write(f"{{x}}\\n")
    time.sleep(0.1)
    return Point(x * x)

if __name__ == "__main__":
    found = funicular.map(call, (x for x in range(80)), resume="sweep")
    assert found == [Point(x * x) for x in range(80)]
    print("equal")
"""


@pytest.fixture(autouse=True)
def no_stores(state_home: Path) -> Iterator[None]:
    """Each test begins with none."""
    yield
    for each in shelf.stores():
        shelf.remove(each.name)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything stays in this process."""
    monkeypatch.setenv("FUNICULAR_MIN_GAIN_S", "1000")


@pytest.fixture
def own_state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A site of its own: the module's cluster has taken the cores of the other."""
    folder = Path(tempfile.mkdtemp(prefix="fun-"))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    yield folder
    subprocess.run([sys.executable, "-m", "funicular.cli", "clusters", "stop", "--all"], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def test_second_call_computes_nothing(here: None, capsys: pytest.CaptureFixture[str]) -> None:
    """All results come from the store, in order, and that is said."""

    def call(x: int) -> int:
        print("called", x)
        return x * x

    first = funicular.map(call, range(50), resume="a")
    capsys.readouterr()
    second = funicular.map(call, range(50), resume="a")

    assert first == second == [x * x for x in range(50)]
    assert capsys.readouterr().out == ""
    assert "50 results of `call` came from the store a" in summary.why()


def test_new_items_at_the_end_are_computed(here: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The store grows; generators may be resumed too."""

    def call(x: int) -> int:
        print(x)
        return x + 1

    funicular.map(call, (x for x in range(5)), resume="a")
    capsys.readouterr()
    found = funicular.map(call, (x for x in range(8)), resume="a")

    assert found == list(range(1, 9))
    assert capsys.readouterr().out.split() == ["5", "6", "7"]


def test_gaps_are_filled_in_order(here: None, capsys: pytest.CaptureFixture[str]) -> None:
    """Chunks that another process did not get to are computed, wherever they lie."""

    def call(x: int) -> int:
        print(x)
        return -x

    items = [(x,) for x in range(10)]
    begun = resume.Resumption("a", call, "call", (range(10),))
    begun.keep(7, items[7:9], [-7, -8])
    begun.keep(2, items[2:4], [-2, -3])
    begun.close()

    assert funicular.map(call, range(10), resume="a") == [-x for x in range(10)]
    assert [int(x) for x in capsys.readouterr().out.split()] == [0, 1, 4, 5, 6, 9]
    assert funicular.map(call, range(10), resume="a") == [-x for x in range(10)]
    assert capsys.readouterr().out == ""


def test_another_function_is_refused_with_the_way_out(here: None) -> None:
    """The part that changed is named; nothing is lost, and ``forget`` begins anew."""
    scale = 2

    def call(x: int) -> int:
        return x * scale

    funicular.map(call, range(5), resume="a")
    scale = 3
    with pytest.raises(ResumeDiffers, match=r"`scale`, which it uses") as caught:
        funicular.map(call, range(5), resume="a")

    assert "funicular.forget('a')" in caught.value.next_step
    scale = 2
    assert funicular.map(call, range(5), resume="a") == [0, 2, 4, 6, 8]
    funicular.forget("a")
    scale = 3
    assert funicular.map(call, range(5), resume="a") == [0, 3, 6, 9, 12]


@pytest.mark.parametrize("items", [[0, 1, 9, 3, 4], [0, 1, 2], ["0", 1, 2, 3, 4], [4, 3, 2, 1, 0]])
def test_other_items_are_refused(here: None, items: list[Any]) -> None:
    """A changed, a missing, a retyped and a moved item."""

    def call(x: Any) -> Any:
        return x

    funicular.map(call, range(5), resume="a")
    with pytest.raises(ResumeDiffers, match="What is there"):
        funicular.map(call, items, resume="a")
    assert funicular.map(call, range(5), resume="a") == list(range(5))


def test_an_item_that_its_call_changes_is_still_the_same(here: None) -> None:
    """What counts is the item as it was handed over."""

    def call(x: list[int]) -> int:
        x.append(1)
        return len(x)

    assert funicular.map(call, [[], [0]], resume="a") == [1, 2]
    assert funicular.map(call, [[], [0]], resume="a") == [1, 2]


def test_exceptions_are_not_stored(here: None, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Results before it are; the call that raised is made again, and the error says what is safe."""
    (tmp_path / "broken").touch()

    def call(x: int, place: Path) -> int:
        print(x)
        if x == 3 and (place / "broken").exists():
            raise OSError("the disk is away")
        return x

    arguments = (range(6), [tmp_path] * 6)
    with pytest.raises(OSError, match="away") as caught:
        funicular.map(call, *arguments, resume="a")
    (tmp_path / "broken").unlink()
    capsys.readouterr()

    assert any("3 results of `call` lie in the store a" in note for note in caught.value.__notes__)
    assert funicular.map(call, *arguments, resume="a") == list(range(6))
    assert capsys.readouterr().out.split() == ["3", "4", "5"]


def test_full_disk_is_told_and_the_map_goes_on(here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The results are there, a warning says that they are not stored, once."""

    def full(self: Store, record: object) -> None:
        raise NoSpace("results could not be written.", why=os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Store, "add", full)
    monkeypatch.setattr(resume, "GATHER_S", 0.0)
    with pytest.warns(RuntimeWarning, match="no results are stored") as warned:
        assert funicular.map(abs, range(-5, 0), resume="a") == [5, 4, 3, 2, 1]

    assert len(warned) == 1


def test_results_from_the_cluster_are_stored(session: CountedSession) -> None:
    """Chunks that workers send home are there for the next call, large arrays included."""
    import numpy

    def call(x: int) -> Any:
        return numpy.full(300_000, float(x)), os.getpid()

    first = funicular.map(call, range(8), resume="big")
    second = funicular.map(call, range(8), resume="big")

    assert {process for _, process in first} & {os.getpid()} == set()
    assert [process for _, process in second] == [process for _, process in first]
    assert all((a == b).all() for (a, _), (b, _) in zip(first, second, strict=True))
    second[0][0][0] = 5  # writable


def test_resume_inside_of_a_call_is_refused(session: CountedSession) -> None:
    """Workers keep no stores: said, not ignored."""

    def outer(x: int) -> Any:
        import funicular as inner

        return inner.map(abs, [x], resume="a")

    with pytest.raises(TypeError, match="notebook's own calls"):
        funicular.map(outer, [1])


@pytest.mark.parametrize("gain", ["1000", "0"])
def test_killed_process_is_continued(tmp_path: Path, own_state: Path, gain: str) -> None:
    """kill -9 midway, here or with a cluster: the next run makes only the calls that are missing."""
    marks = tmp_path / "marks"
    script = tmp_path / "sweep.py"
    script.write_text(SCRIPT.format(marks=str(marks)))
    environ = os.environ | {
        "FUNICULAR_MIN_GAIN_S": gain,
        "FUNICULAR_CLUSTER": "sweep",
        "FUNICULAR_LEASE_S": "2",
    }
    first = subprocess.Popen([sys.executable, str(script)], cwd=tmp_path, env=environ)
    results = own_state / "funicular" / "results" / "sweep" / "results"
    deadline = time.monotonic() + 60
    while not (results.exists() and results.stat().st_size > 1500):
        assert time.monotonic() < deadline and first.poll() is None
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    store = Store("sweep")
    safe = {x for record in store.records() for x in range(record.first, record.first + record.items)}
    store.close()

    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=90
    )

    called = [int(line) for line in marks.read_text().split()]
    assert (done.stdout, done.returncode) == ("equal\n", 0), done.stderr
    assert 0 < len(safe) < 80
    assert [x for x in safe if called.count(x) != 1] == []
    assert {*called} == {*range(80)}


def test_lost_cluster_is_continued(tmp_path: Path, own_state: Path) -> None:
    """The controller is killed: the error says what is safe, and the same call goes on with a new cluster."""
    script = tmp_path / "sweep.py"
    again = SCRIPT.replace(
        "    found =",
        "    try:\n        funicular.map(call, (x for x in range(80)), resume='sweep')\n"
        "    except funicular.FunicularError as error:\n        print(error.__notes__[-1])\n    found =",
    )
    script.write_text(again.format(marks=str(tmp_path / "marks")))
    environ = os.environ | {"FUNICULAR_MIN_GAIN_S": "0", "FUNICULAR_CLUSTER": "sweep"}
    first = subprocess.Popen(
        [sys.executable, str(script)], cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True
    )
    results = own_state / "funicular" / "results" / "sweep" / "results"
    deadline = time.monotonic() + 60
    while not (results.exists() and results.stat().st_size > 1500):
        assert time.monotonic() < deadline and first.poll() is None
        time.sleep(0.02)
    entry = registry.read("sweep")
    assert entry is not None
    os.kill(entry.process.pid, signal.SIGKILL)

    out, _ = first.communicate(timeout=90)

    called = [int(line) for line in (tmp_path / "marks").read_text().split()]
    assert "lie in the store sweep: the same call goes on from there" in out
    assert out.endswith("equal\n")
    assert {*called} == {*range(80)}
    assert len(called) < 120
