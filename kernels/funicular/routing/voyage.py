"""The chunks of one map under way: sized as times come in, few in flight, first error first."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from funicular.errors import FunicularError
from funicular.routing import reach
from funicular.routing.chunks import Pace, chunk_size, time_limit_s
from funicular.routing.remote import Answer
from funicular.routing.shipping import Parcel, collect, depot_of, pack, send_code
from funicular.routing.source import Source
from funicular.routing.troubles import comes_home, cut_off, in_words, is_trouble
from funicular.units import format_count, plural

if TYPE_CHECKING:
    from distributed import Client, Future

Chunk = tuple[int, list[tuple[Any, ...]]]  # the number of the first call, arguments of each
Keep = Callable[[int, list[tuple[Any, ...]], list[Any]], None]  # hears of results: first call, arguments


def name_of(function: Callable[..., Any]) -> str:
    """What to call a function in sentences."""
    name = getattr(function, "__name__", None) or type(function).__name__
    return "lambda" if name == "<lambda>" else str(name)


def pack_function(function: Callable[..., Any], name: str) -> Parcel:
    """The function, ready to travel. Raises ``CannotTravel`` naming what holds it back."""
    return pack(function, what=f"The function `{name}`", blame=lambda: _guilty(function))


class Voyage:
    """What was sent and what came back. One thread at a time may call ``step``.

    keep: called with results as they come.
    """

    def __init__(
        self,
        client: Client,
        function: Parcel,
        name: str,
        source: Source,
        pace: Pace,
        keep: Keep | None = None,
    ) -> None:
        self._client = client
        self._depot = depot_of(client)
        self._name = name
        self._source = source
        self._pace = pace
        self._store = keep
        self._packed = function
        self._code: Any = None
        self._arrived: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self._flying: dict[Future[Any], Chunk] = {}
        self._given_back: deque[Chunk] = deque()  # what workers had no time for
        self._answers: dict[int, list[Any]] = {}
        self._failed_at: int | None = None
        self._failure: BaseException | None = None
        self._cores = 0
        self._count_cores = reach.Count(client)
        self.done = 0

    @property
    def took_any(self) -> bool:
        """Whether anything was sent."""
        return bool(self._flying or self._answers or self._failure)

    @property
    def is_over(self) -> bool:
        """Whether all is back, or all before the first failure."""
        return not self._flying and not self._may_send()

    def step(self, timeout_s: float = 0.1) -> None:
        """Send what may be sent, then wait a moment for what comes back."""
        __tracebackhide__ = True
        try:
            self._count()
            self._send()
            self._receive(timeout_s)
        except FunicularError:
            raise
        except (OSError, TimeoutError) as error:
            raise in_words(error, doing=f"The calls of `{self._name}`") from error
        except BaseException as error:
            if is_trouble(error):
                raise in_words(error, doing=f"The calls of `{self._name}`") from error
            raise

    def finish(self) -> None:
        """All is back: raise the first failure, the iterable's own included."""
        __tracebackhide__ = True
        self._depot.call_over()
        if self._code is not None:
            self._depot.paces[self._code.token] = replace(self._pace, call_bytes=0.0)
        if self._failure is not None:
            raise self._failure
        if self._source.error is not None:
            raise self._source.error

    def results(self) -> list[Any]:
        """The results, in order."""
        return list(chain.from_iterable(self._answers[first] for first in sorted(self._answers)))

    def abandon(self) -> None:
        """Nobody wants the rest: take it off the cluster."""
        flying, self._flying = list(self._flying), {}
        self._given_back.clear()
        self._source.end()
        if flying:
            with suppress(OSError, TimeoutError, RuntimeError, FunicularError):
                self._client.cancel(flying, asynchronous=False, force=True, reason="no longer wanted")
        self._depot.call_over()

    def in_words(self, here: int) -> str:
        """How far it is, as a line."""
        total = "" if self._source.total is None else f" of {format_count(self._source.total)}"
        return f"{format_count(here + self.done)}{total} done, {plural(self._cores, 'core')}"

    def _count(self) -> None:
        self._cores = self._count_cores.now()
        if self._client.status != "running":
            raise cut_off(f"The calls of `{self._name}`")

    def _may_send(self) -> bool:
        if self._failed_at is not None:
            return any(first < self._failed_at for first, _ in self._given_back)
        return bool(self._given_back) or self._source.has_more

    def _send(self) -> None:
        most = 2 * max(self._cores, 1) + 1
        while len(self._flying) < most and self._may_send():
            if self._code is None:
                self._code = send_code(self._client, self._packed)
                if self._pace.call_s is None:
                    self._pace = self._depot.paces.get(self._code.token, self._pace)
            first, items = self._next()
            if not items:
                return
            self._ship(first, items)

    def _next(self) -> Chunk:
        """The next chunk: what came back undone first."""
        size = chunk_size(self._pace, self._source.remaining, max(self._cores, 1))
        if self._given_back:
            first, items = self._given_back.popleft()
            if len(items) > size:
                self._given_back.appendleft((first + size, items[size:]))
            return first, items[:size]
        if not self._pace.call_bytes:
            first, items = self._source.take(1)
            if not items:
                return first, items
            self._pace = self._pace.weigh(1, self._pack(first, items).nbytes)
            size = chunk_size(self._pace, self._source.remaining, max(self._cores, 1))
            return first, items + self._source.take(size - 1)[1] if size > 1 else items
        return self._source.take(size)

    def _pack(self, first: int, items: list[tuple[Any, ...]]) -> Parcel:
        return pack(items, what=f"An argument of `{self._name}`", blame=lambda: _guilty_item(items, first))

    def _ship(self, first: int, items: list[tuple[Any, ...]]) -> None:
        parcel = self._pack(first, items)
        self._pace = self._pace.weigh(len(items), parcel.nbytes)
        future = self._code.send(self._client, parcel, name=self._name, limit_s=time_limit_s(self._pace))
        self._flying[future] = (first, items)
        future.add_done_callback(self._arrived.put)

    def _receive(self, timeout_s: float) -> None:
        __tracebackhide__ = True
        if not self._flying:
            return
        try:
            back = [self._arrived.get(timeout=timeout_s)]
        except queue.Empty:
            return
        while not self._arrived.empty():
            back.append(self._arrived.get())
        back = [future for future in back if future in self._flying]
        for future, answer in zip(
            back, collect(self._client, back, doing=f"The calls of `{self._name}`"), strict=True
        ):
            if future not in self._flying:
                continue  # one before it in this batch failed
            first, items = self._flying.pop(future)
            if isinstance(answer, BaseException):
                self._fail(first, answer)
            else:
                self._keep(first, items, answer)

    def _keep(self, first: int, items: list[tuple[Any, ...]], answer: Answer) -> None:
        self._answers[first] = answer.results
        if self._store is not None and answer.results:
            self._store(first, items[: len(answer.results)], answer.results)
        self.done += len(answer.results)
        self._pace = self._pace.learn(max(len(answer.results), 1), answer.seconds)
        if answer.failure is not None:
            at = first + answer.failure.call
            error = comes_home(answer.failure, doing=f"`{self._name}`")
            if hasattr(error, "add_note") and not isinstance(error, FunicularError):
                error.add_note(f"(call {format_count(at + 1)} of funicular.map, on worker {answer.worker})")
            self._fail(at, error)
        elif len(answer.results) < len(items):
            kept = len(answer.results)
            self._given_back.append((first + kept, items[kept:]))

    def _fail(self, at: int, error: BaseException) -> None:
        """Remember the failure of the lowest number; what comes after it is not wanted."""
        if self._failed_at is not None and self._failed_at <= at:
            return
        self._failed_at, self._failure = at, error
        later = [future for future, (first, _) in self._flying.items() if first > at]
        for future in later:
            del self._flying[future]
        if later and self._client.status == "running":
            with suppress(OSError, TimeoutError, RuntimeError):  # the client may close meanwhile
                self._client.cancel(later, force=True, reason="an earlier call failed")


def _guilty(function: Callable[..., Any]) -> str:
    """The name of what in a function cannot be pickled."""
    import inspect

    import cloudpickle

    try:
        seen = inspect.getclosurevars(function)
        named = {**seen.globals, **seen.nonlocals}
    except TypeError:
        named = dict(getattr(function, "__dict__", {}))
    for name, value in named.items():
        try:
            cloudpickle.dumps(value)
        except Exception:
            return f"`{name}` ({type(value).__name__}), which `{name_of(function)}` uses,"
    return f"`{name_of(function)}`"


def _guilty_item(items: list[tuple[Any, ...]], first: int) -> str:
    """The number and type of the argument that cannot be pickled."""
    import cloudpickle

    for number, item in enumerate(items, start=first + 1):
        for value in item:
            try:
                cloudpickle.dumps(value)
            except Exception:
                return f"item {format_count(number)} ({type(value).__name__})"
    return "an item"
