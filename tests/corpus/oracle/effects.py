"""What a program does besides computing: output, files, plots, the clock and the shared random states."""

from __future__ import annotations

import io
import logging
import os
import random
import sys
import time
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import numpy as np

CLOCKS = ("time", "perf_counter", "monotonic", "process_time", "time_ns")
WRITING = {
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "shutil.move",
    "shutil.copyfile",
    "shutil.rmtree",
}
STARTING = {"subprocess.Popen", "os.system", "socket.connect", "os.fork", "os.exec", "os.posix_spawn"}


class Effects:
    """Counts of each effect while a program runs; ``since`` says what happened after a mark."""

    def __init__(self) -> None:
        self.out = io.StringIO()
        self.counts = {"plot": 0, "writes-file": 0, "clock": 0}

    def mark(self) -> tuple[Any, ...]:
        """Where everything stands now."""
        numpy_state = np.random.get_state()
        drawn = (hash(random.getstate()), numpy_state[1].tobytes(), numpy_state[2:])  # type: ignore[union-attr,index]
        return (self.out.tell(), drawn, *self.counts.values())

    def since(self, mark: tuple[Any, ...]) -> set[str]:
        """The effects that happened after ``mark``, in the words of the labels."""
        names = ("output", "random-state", *self.counts)
        return {name for name, was, now in zip(names, mark, self.mark(), strict=True) if was != now}


_watching: list[Effects] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching:
        return
    if event == "open":
        path, mode, flags = arguments
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else flags & 3
        if writes and "__pycache__" not in str(path) and str(path) != os.devnull:
            _watching[-1].counts["writes-file"] += 1
    elif event in WRITING or event in STARTING:
        _watching[-1].counts["writes-file"] += 1


sys.addaudithook(_audit)


class Drawing:
    """Stands in for every object of matplotlib, which is not needed to see that something is drawn."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Drawing()

    def __call__(self, *_: Any, **__: Any) -> Any:
        if _watching:
            _watching[-1].counts["plot"] += 1
        return Drawing()

    def __getitem__(self, _: Any) -> Drawing:
        return self

    def __iter__(self) -> Iterator[Drawing]:
        return iter([Drawing() for _ in range(8)])


def _subplots(rows: int = 1, columns: int = 1, **_: Any) -> tuple[Drawing, Any]:
    axes = np.array([Drawing() for _ in range(rows * columns)], dtype=object)
    return Drawing(), axes if rows * columns > 1 else axes[0]


def _matplotlib() -> dict[str, types.ModuleType]:
    outer, pyplot = types.ModuleType("matplotlib"), types.ModuleType("matplotlib.pyplot")
    drawing = Drawing()
    pyplot.__getattr__ = lambda name: getattr(drawing, name)  # type: ignore[method-assign]
    pyplot.subplots = _subplots  # type: ignore[attr-defined]
    outer.pyplot = pyplot  # type: ignore[attr-defined]
    return {"matplotlib": outer, "matplotlib.pyplot": pyplot}


DOUBLES = _matplotlib()
REAL = {name: getattr(time, name) for name in (*CLOCKS, "sleep")}


def _ticking(effects: Effects) -> Any:
    def now() -> float:
        if sys._getframe(1).f_globals.get("__name__") == "__main__":
            effects.counts["clock"] += 1
            return float(effects.counts["clock"])
        return REAL["perf_counter"]()  # type: ignore[no-any-return]

    return now


@contextmanager
def watched() -> Iterator[Effects]:
    """Watch the effects of what runs inside; seeds are set, sleeping takes no time, plots are not drawn."""
    effects = Effects()
    before = {name: sys.modules.get(name) for name in DOUBLES}
    random.seed(0)
    np.random.seed(0)
    sys.modules.update(DOUBLES)
    _watching.append(effects)
    for name in CLOCKS:
        setattr(time, name, _ticking(effects))
    time.sleep = lambda _: None
    handlers, logging.root.handlers = logging.root.handlers, []  # so that logging speaks to stderr
    try:
        with redirect_stdout(effects.out), redirect_stderr(effects.out), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield effects
    finally:
        logging.root.handlers = handlers
        for name, real in REAL.items():
            setattr(time, name, real)
        _watching.remove(effects)
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
