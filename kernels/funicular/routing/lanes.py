"""Calls that arrive one by one: first in one thread of the kernel while they are timed, then on the cluster.

When what waits is worth the trip the cluster starts beside the running call; calls not yet begun then go
there, at most ``limit`` at once. No call runs twice, and whatever happens each one is answered.
"""

from __future__ import annotations

import ctypes
import queue
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from funicular.errors import FunicularError
from funicular.routing import decide, reach, summary
from funicular.routing.progress import ProgressLine
from funicular.routing.remote import Answer
from funicular.routing.shipping import Parcel, collect, depot_of, send_once
from funicular.routing.troubles import comes_home, cut_off, in_words, is_trouble
from funicular.units import plural

if TYPE_CHECKING:
    from distributed import Client, Future

LOOK_S = 0.1
LONG_S = 0.5


class Call(Protocol):
    """One piece of work. Exactly one of ``done`` and ``failed`` is called, unless it was dropped."""

    name: str
    what: str  # such calls, for a reader: "fits", "calls of `f`"
    weight: int  # how many of the user's calls it holds
    owns_arrays: bool  # large arrays arrive writable, not shared

    def begins(self) -> bool:
        """It leaves the queue now; ``False``: nobody wants it any more."""

    def here(self) -> Any:
        """Run it in this process."""

    def packed(self) -> Parcel:
        """It, pickled, as something callable without arguments. Raises ``CannotTravel``."""

    def done(self, value: Any, seconds: float) -> None:
        """It gave ``value``."""

    def failed(self, error: BaseException) -> None:
        """It raised, or was lost."""


class Abandoned(BaseException):
    """Thrown into the kernel's own lane when nobody wants its call any more."""


class Lanes:
    """The queue, the kernel's lane, and the way to the cluster.

    limit: cores used at once; ``None``: all there are.   left: how many calls are still to come or to
    finish, ``None`` when nobody knows; without it what waits in the queue counts.
    """

    def __init__(self, *, limit: int | None = None, left: Callable[[], int | None] | None = None) -> None:
        self._limit = limit
        self._left = left
        self._min_gain_s = decide.min_gain_s()
        self._hopes = reach.Hopes()
        self._lock = threading.Lock()
        self._waiting: deque[Call] = deque()
        self._wake_here = threading.Condition(self._lock)
        self._events: queue.SimpleQueue[Future[Any] | None] = queue.SimpleQueue()
        self._running: tuple[Call, float] | None = None
        self._spent_s = 0.0
        self._done_here = 0
        self._done_there = 0
        self._flying: dict[Future[Any], Call] = {}
        self._client: Client | None = None
        self._broken: BaseException | None = None
        self._departed = self._min_gain_s == 0
        self._closed = self._dropped = False
        self._threads: list[threading.Thread] = []
        self._line = ProgressLine()
        self._what = ""

    @property
    def counts(self) -> tuple[int, int, float]:
        """The user's calls finished there and here, and seconds spent here."""
        return self._done_there, self._done_here, self._spent_s

    @property
    def went(self) -> bool:
        """Whether the cluster was asked for."""
        return self._departed

    def in_words(self, cores: int) -> str:
        """How far it is, as a line; the total is often not known."""
        done = summary.counted(self._what, self._done_here + self._done_there)
        return f"{done} done, {plural(cores, 'core')}"

    def submit(self, call: Call) -> None:
        """Take one call; returns at once."""
        with self._lock:
            broken = self._broken
            if broken is None:
                self._waiting.append(call)
                self._what = self._what or call.what
                if not self._threads:
                    self._begin()
                self._wake_here.notify()
        if broken is not None:
            call.failed(broken)
        elif self._departed:
            self._events.put(None)

    def drop(self) -> None:
        """Nobody wants what waits and what runs: forget it, and stop it where that is possible."""
        with self._lock:
            self._dropped = True
            self._waiting.clear()
            flying, self._flying = list(self._flying), {}
            running = self._running
            self._wake_here.notify_all()
        if running is not None and self._threads:
            _throw_into(self._threads[0], Abandoned)
        if flying and self._client is not None:
            _cancel(self._client, flying)
        self._events.put(None)

    def take_back(self) -> list[Call]:
        """The calls that have not begun, taken out of the queue."""
        with self._lock:
            waiting = list(self._waiting)
            self._waiting.clear()
        return waiting

    def close(self, *, wait_s: float | None = 0.0) -> None:
        """No more calls come. What has begun is finished; ``wait_s``: how long to wait for that."""
        with self._lock:
            self._closed = True
            self._wake_here.notify_all()
        self._events.put(None)
        deadline = None if wait_s is None else monotonic() + wait_s
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(None if deadline is None else max(deadline - monotonic(), 0))
        self._line.close()
        if self._client is not None:
            depot_of(self._client).call_over()

    # --- the kernel's lane ---

    def _begin(self) -> None:
        for run, name in ((self._run_here, "here"), (self._run_there, "there")):
            self._threads.append(threading.Thread(target=run, name=f"funicular-{name}", daemon=True))
        for thread in self._threads:
            thread.start()

    def _run_here(self) -> None:
        with suppress(Abandoned):
            while (call := self._next_here()) is not None:
                self._call_here(call)

    def _next_here(self) -> Call | None:
        with self._lock:
            while not (self._departed or self._dropped):
                if self._waiting:
                    call = self._waiting.popleft()
                    self._running = (call, perf_counter())
                    return call
                if self._closed:
                    return None
                self._wake_here.wait()
        return None

    def _call_here(self, call: Call) -> None:
        value: Any = None
        error: BaseException | None = None
        begun = perf_counter()
        wanted = call.begins()
        try:
            if wanted:
                value = call.here()
        except Abandoned:
            raise
        except BaseException as raised:  # SystemExit too: it is the caller's to see
            error = raised
        spent = perf_counter() - begun
        with self._lock:
            self._running = None
            self._spent_s += spent
            self._done_here += call.weight if wanted else 0
            dropped = self._dropped
        if not wanted or dropped:
            return
        if error is not None:
            call.failed(error)
        else:
            call.done(value, spent)

    # --- the cluster's lane ---

    def _run_there(self) -> None:
        try:
            if not self._wait_until_worth_it():
                return
            if not self._can_travel():
                return
            self._client = client = reach.start(self._tell)
            with self._lock:
                self._departed = True
                self._wake_here.notify_all()
            self._work(client)
        except Abandoned:
            return
        except BaseException as error:
            self._break(error)

    def _can_travel(self) -> bool:
        """Before a cluster is asked for: calls at the head of the queue that cannot be pickled fail now."""
        while not self._hopes.now()[1]:
            with self._lock:
                first = self._waiting[0] if self._waiting else None
            if first is None:
                return not (self._dropped or self._closed)
            try:
                first.packed()
            except FunicularError as error:
                with self._lock:
                    mine = bool(self._waiting) and self._waiting[0] is first
                    if mine:
                        self._waiting.popleft()
                if mine and first.begins():
                    first.failed(error)
                continue
            return True
        return True

    def _wait_until_worth_it(self) -> bool:
        while not self._departed:
            with self._lock:
                if self._dropped or (self._closed and not self._waiting and self._running is None):
                    return False
            if self._is_worth_it():
                return True
            with suppress(queue.Empty):
                self._events.get(timeout=LOOK_S)
        return True

    def _is_worth_it(self) -> bool:
        with self._lock:
            running = self._running
            weight = running[0].weight if running else 0
            since = perf_counter() - running[1] if running else 0.0
            waiting = sum(call.weight for call in self._waiting)
            spent, done = self._spent_s, self._done_here
        call_s = spent / done if done else 0.0
        if since > LONG_S:
            call_s = max(call_s, since / max(weight, 1))
        left = self._left() if self._left is not None else waiting
        # an iterable without a length: who has brought so many calls will bring as many again
        remaining_s = spent + since + 2 * waiting * call_s if left is None else left * call_s
        if waiting == 0 or remaining_s < self._min_gain_s:
            return False
        cores, ready = self._hopes.now()
        cores = min(cores, self._limit or cores, waiting if left is None else max(left, 1))
        return decide.is_worth_it(remaining_s, cores=cores, workers_ready=ready, min_gain_s=self._min_gain_s)

    def _tell(self, text: str) -> None:
        if self._dropped or (self._closed and not self._waiting):
            raise Abandoned
        self._line.say(text)

    def _work(self, client: Client) -> None:
        count = reach.Count(client)
        while True:
            if client.status != "running":
                raise cut_off("The calls")
            cores = count.now()
            while (call := self._next_there(cores)) is not None:
                self._ship(client, call)
            with self._lock:
                over = self._dropped or (self._closed and not self._waiting and not self._flying)
            if over:
                return
            self._line.say(self.in_words(cores))
            self._receive(client)

    def _next_there(self, cores: int) -> Call | None:
        with self._lock:
            most = self._limit if self._limit is not None else 2 * max(cores, 1)
            busy = len(self._flying) + (1 if self._running is not None else 0)
            if self._dropped or not self._waiting or busy >= most:
                return None
            return self._waiting.popleft()

    def _ship(self, client: Client, call: Call) -> None:
        if not call.begins():
            return
        try:
            future = send_once(client, call.packed(), name=call.name, own=call.owns_arrays)
        except FunicularError as error:
            call.failed(error)
            return
        except BaseException as error:
            call.failed(in_words(error, doing=f"`{call.name}`"))
            raise
        with self._lock:
            dropped = self._dropped
            if not dropped:
                self._flying[future] = call
        if dropped:
            _cancel(client, [future])
            return
        future.add_done_callback(self._events.put)

    def _receive(self, client: Client) -> None:
        back = []
        with suppress(queue.Empty):
            back.append(self._events.get(timeout=LOOK_S))
        while not self._events.empty():
            back.append(self._events.get())
        with self._lock:
            came = [each for each in back if each is not None and each in self._flying]
        if not came:
            return
        answers = collect(client, came, doing="The calls")
        for future, answer in zip(came, answers, strict=True):
            with self._lock:
                call = self._flying.pop(future, None)
            if call is not None:
                self._deliver(call, answer)

    def _deliver(self, call: Call, answer: Answer | BaseException) -> None:
        if isinstance(answer, BaseException):
            call.failed(answer)
        elif answer.failure is not None:
            self._done_there += call.weight
            call.failed(comes_home(answer.failure, doing=f"`{call.name}`"))
        else:
            self._done_there += call.weight
            call.done(answer.results[0], answer.seconds)

    def _break(self, error: BaseException) -> None:
        """The way to the cluster is gone: all that is under way and all that waits hears of it."""
        if is_trouble(error) or isinstance(error, OSError | TimeoutError):
            error = in_words(error, doing="The calls")
        with self._lock:
            self._broken = error
            self._departed = True
            lost = [*self._flying.values(), *self._waiting]
            self._flying.clear()
            self._waiting.clear()
            self._wake_here.notify_all()
        self._line.close()
        for call in lost:
            call.failed(error)


def _cancel(client: Client, futures: list[Future[Any]]) -> None:
    with suppress(OSError, TimeoutError, RuntimeError):
        if client.status == "running":
            client.cancel(futures, force=True, reason="no longer wanted")


def _throw_into(thread: threading.Thread, error: type[BaseException]) -> None:
    if thread.ident is not None and thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(error))
