"""A thread that looks every 10 ms at what runs, and charges the time since its last look to it.

Samples are never counted: a call that lets nobody run for a second is one sample of a second. No look may
cost more than a hundredth of the time between two: it looks less often where stacks are deep or threads many.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from time import perf_counter, sleep, thread_time
from types import CodeType, FrameType

from funicular.profiling.readings import resident_bytes, runnable_threads
from funicular.profiling.stacks import ENDED, Raw, fold

EVERY_S = 0.01
COUNT_EVERY_S = 0.25
COST = 0.01  # of the time
MOST_STACKS = 1000


class Tally:
    """Seconds by raw stack: of the main thread, and of all others together."""

    def __init__(self) -> None:
        self.main: dict[Raw, float] = {}
        self.others: dict[Raw, float] = {}
        self.codes: dict[int, CodeType] = {}
        self.samples = 0
        self.memory_bytes = 0
        self.runnable: list[int] = []
        self.cpu_s = 0.0
        self.last: Raw = ()  # what the main thread did when it was last looked at

    def take(
        self, frames: Mapping[int, FrameType], seconds: float, *, main: int, own: int, stops: frozenset[int]
    ) -> None:
        """Charge these seconds to what each thread does."""
        self.samples += 1
        for thread, frame in frames.items():
            if thread == main:
                key = self._stack(frame, stops, is_main=True)
                self.main[key] = self.main.get(key, 0.0) + seconds
                self.last = key
            elif thread != own:
                key = self._stack(frame, stops, is_main=False)
                self.others[key] = self.others.get(key, 0.0) + seconds
        if len(self.main) > 2 * MOST_STACKS:
            self.main = fold(self.main, MOST_STACKS)
        if len(self.others) > 2 * MOST_STACKS:
            self.others = fold(self.others, MOST_STACKS)

    def _stack(self, frame: FrameType | None, stops: frozenset[int], *, is_main: bool) -> Raw:
        found: list[int] = []
        while frame is not None:
            code = frame.f_code
            name = id(code)
            if is_main and name in stops:
                if not found and isinstance(ended := frame.f_locals.get("code_obj"), CodeType):
                    self.codes.setdefault(id(ended), ended)
                    return id(ended), ENDED
                return tuple(found)
            self.codes.setdefault(name, code)
            found += (name, frame.f_lasti)
            frame = frame.f_back
        return () if is_main else tuple(found)


class Sampler:
    """One thread for all cells; it sleeps in between.   stops: ids of the codes that run a cell's own."""

    def __init__(self, stops: frozenset[int]) -> None:
        self._stops = stops
        self._running, self._lock = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._tally, self._main, self._last = Tally(), 0, 0.0

    def begin(self) -> None:
        """Measure the thread that calls, from now on."""
        with self._lock:
            self._tally, self._main, self._last = Tally(), threading.get_ident(), perf_counter()
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._look, name="funicular-monitor", daemon=True)
            self._thread.start()
        self._running.set()

    def end(self) -> Tally:
        """What was seen; the rest of the time is charged to what was seen last."""
        self._running.clear()
        with self._lock:
            tally, self._tally = self._tally, Tally()
        rest = perf_counter() - self._last
        if tally.samples and rest > 0:
            tally.main[tally.last] = tally.main.get(tally.last, 0.0) + rest
        return tally

    def _look(self) -> None:
        own, system_id = threading.get_ident(), threading.get_native_id()
        next_count = 0.0
        while True:
            self._running.wait()
            pause = EVERY_S
            while self._running.is_set():
                sleep(pause)
                begun = thread_time()
                with self._lock:
                    now, tally = perf_counter(), self._tally
                    frames = sys._current_frames()
                    tally.take(frames, now - self._last, main=self._main, own=own, stops=self._stops)
                    self._last = now
                    del frames
                tally.memory_bytes = max(tally.memory_bytes, resident_bytes())
                looked = thread_time()
                pause = max(EVERY_S, (looked - begun) / COST)
                if now >= next_count:
                    if (count := runnable_threads(system_id)) is not None:
                        tally.runnable.append(count)
                    next_count = now + max(COUNT_EVERY_S, (thread_time() - looked) / COST)
                tally.cpu_s += thread_time() - begun
