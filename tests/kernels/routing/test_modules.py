"""The user's own modules work on workers, edited or not, without any action of theirs."""

from __future__ import annotations

import gc
import importlib
import itertools
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
import pytest
from joblib import Parallel, delayed

import funicular
from funicular.routing import dask_collections, freshness, joblib_backend, modules
from tests.kernels.routing.conftest import CountedSession


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: CountedSession) -> Iterator[Path]:
    """A notebook's folder that only this process can see, with two modules that use each other."""
    session.client()  # its workers start elsewhere
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "slopes.py").write_text("import ropes\n\ndef climb(x):\n    return ropes.pull(x) + 1\n")
    (tmp_path / "ropes.py").write_text(
        "class Rope:\n    def __init__(self, n):\n        self.n = n\n\ndef pull(x):\n    return 10 * x\n"
    )
    joblib_backend.install()
    dask_collections.install()
    modules.install()
    yield tmp_path
    modules.remove()
    dask_collections.remove()
    joblib_backend.remove()
    for name in ("slopes", "ropes", "locked"):
        sys.modules.pop(name, None)


def load(name: str) -> Any:
    """The user's module, as a cell would import it."""
    importlib.invalidate_caches()
    return importlib.import_module(name)


def test_own_modules_travel_on_every_route(folder: Path) -> None:
    """map, joblib, Dask and the executor run functions of modules that import each other."""
    slopes = load("slopes")

    assert funicular.map(slopes.climb, [1, 2]) == [11, 21]
    assert funicular.map(lambda x: slopes.climb(x), [1, 2]) == [11, 21]
    assert Parallel(n_jobs=2)(delayed(slopes.climb)(x) for x in [1, 2]) == [11, 21]
    assert dask.delayed(slopes.climb)(3).compute() == 31
    with funicular.Executor() as executor:
        assert executor.submit(slopes.climb, 4).result() == 41


def test_instances_come_back_as_the_same_class(folder: Path) -> None:
    """An object made on a worker is an instance of the class here."""
    load("slopes")
    ropes = load("ropes")

    found = funicular.map(lambda n: ropes.Rope(n), [1, 2])

    assert all(isinstance(each, ropes.Rope) for each in found)
    assert [each.n for each in found] == [1, 2]


def test_edit_and_reload_reaches_the_workers(folder: Path) -> None:
    """After an edit and a reload workers run the new text; before the reload the old, as here."""
    ropes, slopes = load("ropes"), load("slopes")
    assert funicular.map(slopes.climb, [1]) == [11]

    (folder / "ropes.py").write_text("def pull(x):\n    return 1000 * x\n")
    assert funicular.map(slopes.climb, [1]) == [11]
    importlib.reload(ropes)

    assert slopes.climb(1) == 1001
    assert funicular.map(slopes.climb, [1]) == [1001]


def test_only_the_users_own_are_registered(folder: Path) -> None:
    """Modules below the folder, never installed ones; all are forgotten at the end."""
    import cloudpickle

    load("slopes")
    inside = folder / "env" / "lib" / "site-packages"
    inside.mkdir(parents=True)
    (inside / "installed.py").write_text("x = 1\n")
    sys.path.insert(0, str(inside))
    try:
        load("installed")
        assert modules.register() == ["ropes", "slopes"]
    finally:
        sys.path.remove(str(inside))
        sys.modules.pop("installed", None)
    modules.remove()
    assert not cloudpickle.list_registry_pickle_by_value()


def test_error_shows_the_line_of_the_module(folder: Path) -> None:
    """A traceback from a worker names the user's file and line, in Dask's tasks too."""
    (folder / "ropes.py").write_text("def pull(x):\n    raise ValueError('rope broke')\n")
    slopes = load("slopes")

    for run in (lambda: funicular.map(slopes.climb, [1]), lambda: dask.delayed(slopes.climb)(1).compute()):
        with pytest.raises(ValueError, match="rope broke") as caught:
            run()
        assert str(caught.traceback[-1].path) == str(folder / "ropes.py")


def test_a_module_with_a_lock_is_left_to_import(folder: Path) -> None:
    """What cannot go by value goes by name: the pickle is small and holds no lock."""
    (folder / "locked.py").write_text(
        "import threading\nlock = threading.Lock()\n\ndef guarded(x):\n    with lock:\n        return x\n"
    )
    from funicular.routing import pickling

    blob = pickling.dumps(load("locked").guarded)

    assert b"locked" in blob and len(blob) < 100


def test_edited_modules_are_forgotten_on_workers(folder: Path) -> None:
    """On a worker that imported a module itself, an edit drops it and its neighbours; else nothing is."""
    load("slopes")

    assert freshness.forget_edited(str(folder), every_s=0) == []
    assert freshness.forget_edited(str(folder), every_s=0) == []
    later = time.time() + 10
    os.utime(folder / "ropes.py", (later, later))

    assert freshness.forget_edited(str(folder), every_s=0) == ["ropes"]
    assert "slopes" not in sys.modules and "pytest" in sys.modules


def test_an_import_elsewhere_does_not_disturb_the_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread of a worker may import meanwhile: it gets its turn when Dask's own hook of the
    garbage collector runs, in the middle of a plain loop over ``sys.modules``."""
    loaded: dict[str, Any] = dict(sys.modules) | {f"filler{number}": None for number in range(6000)}
    monkeypatch.setattr(sys, "modules", loaded)
    turns = itertools.count()

    def import_elsewhere(phase: str, info: dict[str, int]) -> None:
        loaded[f"late{next(turns)}"] = None

    gc.callbacks.append(import_elsewhere)
    threshold = gc.get_threshold()
    gc.set_threshold(20)
    try:
        assert freshness.forget_edited(str(tmp_path), every_s=0) == []
    finally:
        gc.set_threshold(*threshold)
        gc.callbacks.remove(import_elsewhere)

    assert next(turns) > 0


def test_looking_for_modules_is_cheap(folder: Path) -> None:
    """Nothing is looked at again while no module was loaded."""
    modules.register()
    begun = time.perf_counter()
    for _ in range(100):
        modules.register()

    assert (time.perf_counter() - begun) / 100 < 0.001
