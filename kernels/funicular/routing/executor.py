"""``funicular.Executor``: ``concurrent.futures`` on the session's cluster.

Futures are the standard library's own, so ``wait``, ``as_completed`` and callbacks work unchanged. Calls
enter the same two lanes as joblib's: first a thread of the kernel, then the cluster.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor as StandardExecutor
from concurrent.futures import Future
from time import monotonic
from typing import Any, TypeVar

from funicular.routing import summary
from funicular.routing.kept import Kept
from funicular.routing.lanes import Lanes
from funicular.routing.shipping import Parcel, inside_worker, pack

T = TypeVar("T")


class Executor(StandardExecutor):
    """Runs calls on the session's cluster, as ``ProcessPoolExecutor`` does in processes of this machine.

    max_workers: cores used at once; ``None``: all there are.
    Functions, arguments and results must be picklable. When the cluster is lost, futures raise a
    ``FunicularError`` that is also a ``BrokenExecutor``.
    """

    def __init__(self, max_workers: int | None = None) -> None:
        if max_workers is not None and max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        self._inside = inside_worker()
        self._lanes = Lanes(limit=max_workers)
        self._lock = threading.Lock()
        self._is_shut = False
        self._name = ""
        self._kept = Kept()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Take one call; gives its future at once."""
        future: Future[T] = Future()
        call = _Submitted(future, fn, args, kwargs, self._kept)
        with self._lock:
            if self._is_shut:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._name = self._name or call.name
            if not self._inside:
                self._lanes.submit(call)
        if self._inside:  # a worker's core is its own: the call runs at once, nothing waits for itself
            _run_now(call)
        return future

    def map(
        self,
        fn: Callable[..., T],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
    ) -> Iterator[T]:
        """Results in order, as they come.   chunksize: calls that travel together.

        timeout: seconds from now after which asking for a result raises ``TimeoutError``.
        """
        if chunksize < 1:
            raise ValueError("chunksize must be >= 1.")
        deadline = None if timeout is None else monotonic() + timeout
        items = list(zip(*iterables, strict=False))
        chunks = [items[at : at + chunksize] for at in range(0, len(items), chunksize)]
        futures = [self.submit(_Chunk(fn), chunk) for chunk in chunks]
        return _results(futures, deadline)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """No more calls come.   wait: until all are done.   cancel_futures: drop those not begun."""
        with self._lock:
            self._is_shut = True
        if cancel_futures:
            for call in self._lanes.take_back():
                if isinstance(call, _Submitted):
                    call.future.cancel()
                    call.future.set_running_or_notify_cancel()
        self._lanes.close(wait_s=None if wait else 0.0)
        if wait:
            self._kept.forget()
        there, here, _ = self._lanes.counts
        if wait and there:
            summary.record(f"calls of `{self._name}`", there=there, here=here)


class _Chunk:
    """Several calls as one."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__name__ = str(getattr(function, "__name__", type(function).__name__))

    def __call__(self, items: list[tuple[Any, ...]]) -> list[Any]:
        return [self.function(*item) for item in items]


def _results(futures: list[Future[list[T]]], deadline: float | None) -> Iterator[T]:
    """Results in order; whoever stops listening cancels the rest."""
    try:
        futures.reverse()
        while futures:
            left = None if deadline is None else deadline - monotonic()
            yield from futures[-1].result(left)
            futures.pop()
    finally:
        for future in futures:
            future.cancel()


class _Submitted:
    """One call and its future."""

    owns_arrays = True

    def __init__(
        self,
        future: Future[Any],
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        kept: Kept,
    ) -> None:
        self.future = future
        self._kept = kept
        self._function, self._args, self._kwargs = function, args, kwargs
        self.name = str(getattr(function, "__name__", type(function).__name__))
        self.what = f"calls of `{self.name}`"
        first = args[0] if isinstance(function, _Chunk) else ()
        self.weight = max(len(first), 1)

    def begins(self) -> bool:
        return self.future.set_running_or_notify_cancel()

    def here(self) -> Any:
        return self._function(*self._args, **self._kwargs)

    def packed(self) -> Parcel:
        wrap, function = self._kept.wrap, self._function
        whole = _Chunk(wrap(function.function)) if isinstance(function, _Chunk) else wrap(function)
        call = _Bound(
            whole, tuple(map(wrap, self._args)), {key: wrap(each) for key, each in self._kwargs.items()}
        )
        return pack(call, what=f"The call of `{self.name}`", blame=self._guilty)

    def done(self, value: Any, seconds: float) -> None:
        self.future.set_result(value)

    def failed(self, error: BaseException) -> None:
        if self.future.running() or self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)

    def _guilty(self) -> str:
        import cloudpickle

        for label, value in [
            (f"`{self.name}`", self._function),
            *enumerate(self._args),
            *self._kwargs.items(),
        ]:
            try:
                cloudpickle.dumps(value)
            except Exception:
                return str(label) if value is self._function else f"argument {label} ({type(value).__name__})"
        return f"`{self.name}`"


class _Bound:
    """A call on its way."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.function, self.args, self.kwargs = function, args, kwargs

    def __call__(self) -> Any:
        return self.function(*self.args, **self.kwargs)


def _run_now(call: _Submitted) -> None:
    if not call.begins():
        return
    try:
        value = call.here()
    except BaseException as error:
        call.failed(error)
    else:
        call.done(value, 0.0)
