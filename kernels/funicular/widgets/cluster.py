"""The cluster as an anywidget, for hosts without our panel: numbers while a cell runs, buttons when it ends.

A thread asks the controller once a second, so a busy cell stops nothing. What the front end sends waits in
Jupyter until the running cell is over, and the widget says so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from funicular.errors import FunicularError
from funicular.messages import ClusterView, Wish
from funicular.routing import api, reach
from funicular.routing.cards import sentences
from funicular.units import format_bytes, format_core_hours, format_count

EVERY_S = 1.0


class ClusterWidget(anywidget.AnyWidget):
    """What ``cluster.js`` draws: words and numbers, which the browser cannot change."""

    _esm = Path(__file__).with_suffix(".js")
    sentences = traitlets.List(traitlets.Unicode()).tag(sync=True)
    meters = traitlets.List(traitlets.Dict()).tag(sync=True)
    nodes = traitlets.Int(0).tag(sync=True)
    is_there = traitlets.Bool(False).tag(sync=True)
    answered = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self._views = 0
        self._thread: threading.Thread | None = None
        self.on_msg(self._hear)
        self.look()

    def look(self) -> None:
        """Ask for the numbers and show them, as one message."""
        try:
            view = reach.session().view()
        except FunicularError as error:
            view, told = None, [str(error)]
        else:
            told = [api.NO_CLUSTER] if view is None else sentences(view)
        with self.hold_sync():
            self.sentences = told
            self.meters = [] if view is None else meters(view)
            self.nodes = 0 if view is None else view.nodes_wished
            self.is_there = view is not None

    def _hear(self, _: object, asked: Mapping[str, Any], buffers: object = None) -> None:
        match asked:
            case {"verb": "seen"}:
                self._views += 1
                self._begin()
            case {"verb": "hidden"}:
                self._views = max(0, self._views - 1)
            case {"verb": "scale", "id": number, "nodes": int(nodes)} if nodes > 0:
                self._act(number, lambda: reach.session().scale(Wish(nodes=nodes)))
            case {"verb": "stop", "id": number}:
                self._act(number, api.stop)

    def _act(self, number: object, do: Callable[[], object]) -> None:
        try:
            do()
            said = ""
        except FunicularError as error:
            said = str(error)
        self.answered = {"id": number, "said": said}
        self.look()

    def _begin(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._watch, name="funicular-widget", daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        while self._views > 0 and self.comm is not None:
            self.look()
            time.sleep(EVERY_S)


def meters(view: ClusterView) -> list[dict[str, Any]]:
    """What is drawn as bars: a name, how much of how much, and the sentence that reads it."""
    tasks = view.tasks_done + view.tasks_running + view.tasks_waiting
    memory, limit = view.memory_bytes, view.memory_limit_bytes
    busy = min(view.tasks_running, view.cores)
    cost, wished = format_core_hours(view.core_hours), format_core_hours(view.core_hours_committed)
    return [
        _meter("Cores", busy, view.cores, f"{format_count(busy)} of {format_count(view.cores)} cores busy"),
        _meter("Memory", memory, limit, f"{format_bytes(memory)} of {format_bytes(limit)} in use"),
        _meter(
            "Tasks",
            view.tasks_done,
            tasks,
            f"{format_count(view.tasks_done)} of {format_count(tasks)} done, "
            f"{format_count(view.tasks_running)} running, {format_count(view.tasks_waiting)} waiting",
        ),
        _meter("Cost", view.core_hours, view.core_hours_committed, f"{cost} used of {wished} promised"),
    ]


def _meter(name: str, value: float, most: float, words: str) -> dict[str, Any]:
    return {"name": name, "part": min(1.0, round(value / most, 3)) if most else 0.0, "words": words}


@lru_cache(maxsize=1)
def widget() -> ClusterWidget:
    """The one of this process: every cell that shows it shows the same, and one thread asks for all."""
    return ClusterWidget()
