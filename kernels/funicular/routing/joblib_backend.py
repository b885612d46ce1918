"""joblib's default backend: what loky would run on this machine goes to the session's cluster.

Not joblib's own Dask backend: that one hangs when a future fails outside its task, ignores ``n_jobs`` and
gives up after 10 s in a queue (docs/adr/0010-own-joblib-backend.md). Being the *default*, not an explicit
backend, lets joblib itself answer ``n_jobs=1``, ``prefer="threads"`` and ``require="sharedmem"``.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from typing import Any

from joblib import parallel
from joblib._parallel_backends import AutoBatchingMixin, FallbackToBackend, SequentialBackend
from joblib.parallel import BatchedCalls, ParallelBackendBase

from funicular.errors import FunicularError
from funicular.routing import decide, reach, summary
from funicular.routing.kept import Kept
from funicular.routing.lanes import Lanes
from funicular.routing.shipping import Parcel, inside_worker, pack

NAME = "funicular"
_hopes = reach.Hopes()
UNKNOWN_CORES = 32  # to prepare tasks for, while nobody knows how large the cluster will be


class RemoteTraceback(Exception):
    """The traceback of a worker, as text: joblib drops the real one."""

    def __str__(self) -> str:
        return f'\n"""\n{self.args[0]}"""'


class Backend(AutoBatchingMixin, ParallelBackendBase):  # type: ignore[misc]
    """Runs batches in the kernel while that is quick, then on the cluster, at most ``n_jobs`` at once."""

    supports_retrieve_callback = True
    default_n_jobs = 1

    def __init__(self, nesting_level: int | None = None, **kwargs: Any) -> None:
        super().__init__(nesting_level=nesting_level, **kwargs)
        self.parallel: Any = None
        self._n_jobs = 1
        self._lanes: Lanes | None = None
        self._measured = threading.local()
        self._seen = Kept()
        self._what = ""

    def __reduce__(self) -> tuple[Any, ...]:
        return SequentialBackend, (self.nesting_level,)

    def effective_n_jobs(self, n_jobs: int | None) -> int:
        """Cores that would work at once; starts nothing. Once configured: tasks that may be held ready."""
        cores = self._cores(n_jobs)
        # a `with Parallel(...)` block, as in scikit-learn's searches, asks here again for each call
        return cores if self.parallel is None or cores == 1 else self._ready(cores)

    def _cores(self, n_jobs: int | None) -> int:
        if n_jobs == 0:
            raise ValueError("n_jobs == 0 in Parallel has no meaning")
        if n_jobs is None or n_jobs == 1 or inside_worker():
            return 1
        if n_jobs > 0:
            return n_jobs
        return max(_hopes.now()[0] + 1 + n_jobs, 1)

    def configure(self, n_jobs: int = 1, parallel: Any = None, **_: Any) -> int:
        """How many tasks joblib may hold ready; one is a plain loop."""
        cores = self._cores(n_jobs)
        if cores == 1:
            raise FallbackToBackend(SequentialBackend(nesting_level=self.nesting_level))
        self.parallel = parallel
        self._n_jobs = n_jobs
        return self._ready(cores)

    def _ready(self, cores: int) -> int:
        """The cluster may turn out larger than it is hoped to be: idle cores cost more than waiting tasks."""
        return cores if self._n_jobs > 0 else max(cores, UNKNOWN_CORES)

    def start_call(self) -> None:
        """One ``Parallel(...)(...)`` begins."""
        self.reset_batch_stats()
        limit = self._n_jobs if self._n_jobs > 0 else None
        if self._n_jobs < -1:
            limit = self._cores(self._n_jobs)
        self._what = ""
        self._lanes = Lanes(limit=limit, left=self._left)

    def stop_call(self) -> None:
        """It is over: say where its calls ran."""
        lanes, self._lanes = self._lanes, None
        self._seen.forget()
        if lanes is None:
            return
        lanes.close()
        there, here, spent_s = lanes.counts
        if there:
            summary.record(self._what, there=there, here=here)
        elif here:
            cores, ready = _hopes.now() if spent_s > 0.5 else (1, False)
            gain_s = decide.min_gain_s()
            told = decide.reason(spent_s, cores=cores, workers_ready=ready, min_gain_s=gain_s)
            summary.explain(f"{here} {self._what} {told}")

    def submit(self, func: Any, callback: Callable[[Any], None] | None = None) -> _Batch:
        """Take one batch; ``callback`` gets its results, or the exception, from another thread."""
        batch = _Batch(func, callback, self._seen, self._measured)
        self._what = self._what or batch.what
        assert self._lanes is not None
        self._lanes.submit(batch)
        return batch

    def retrieve_result_callback(self, out: Any) -> Any:
        """The results of a batch; raises what it raised."""
        if isinstance(out, BaseException):
            raise out
        return out

    def batch_completed(self, batch_size: int, duration: float) -> None:
        """joblib tells how long a batch took from the queue to the end; its own run time counts here."""
        super().batch_completed(batch_size, getattr(self._measured, "seconds", duration))

    def abort_everything(self, ensure_ready: bool = True) -> None:
        """A task raised, or the user interrupts: take back what is under way."""
        if self._lanes is not None:
            self._lanes.drop()
            self._lanes.close()
            self._lanes = Lanes(left=self._left) if ensure_ready else None

    def terminate(self) -> None:
        """Nothing of it stays behind."""
        self.stop_call()

    def get_nested_backend(self) -> tuple[Any, Any]:
        """A Parallel inside a task is a plain loop: the cores are taken already, and nothing can deadlock."""
        return SequentialBackend(nesting_level=(self.nesting_level or 0) + 1), None

    def _left(self) -> int | None:
        """Tasks not finished yet; ``None`` while joblib walks an iterable without a length."""
        parallel = self.parallel
        if parallel.n_tasks is not None:
            return int(parallel.n_tasks) - int(parallel.n_completed_tasks)
        if parallel._original_iterator is not None:
            return None
        return int(parallel.n_dispatched_tasks) - int(parallel.n_completed_tasks)


class _Batch:
    """One batch of joblib's as a call of ours."""

    owns_arrays = False

    def __init__(self, func: Any, callback: Callable[[Any], None] | None, seen: Kept, measured: Any) -> None:
        self._func = func
        self._callback = callback or (lambda out: None)
        self._seen = seen
        self._measured = measured
        self.weight = len(func)
        function = func.items[0][0] if func.items else None
        function = getattr(function, "function", function)  # sklearn's delayed wraps its function
        self.name = str(getattr(function, "__name__", type(function).__name__))
        self.what = "fits" if self.name in _FITS else f"calls of `{self.name}`"

    def begins(self) -> bool:
        return True

    def here(self) -> Any:
        return self._func()

    def packed(self) -> Parcel:
        func, wrap = self._func, self._seen.wrap
        items = [
            (wrap(function), [wrap(each) for each in args], {key: wrap(each) for key, each in kwargs.items()})
            for function, args, kwargs in func.items
        ]
        batch = RemoteBatch(items, (func._backend, func._n_jobs))
        return pack(batch, what=f"A task of joblib (`{self.name}`)", blame=lambda: self._guilty())

    def done(self, value: Any, seconds: float) -> None:
        self._measured.seconds = seconds
        self._callback(value)

    def failed(self, error: BaseException) -> None:
        if not isinstance(error, FunicularError) and error.__traceback__ is not None:
            text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
            error.__cause__ = RemoteTraceback(text)
        self._callback(error)

    def _guilty(self) -> str:
        import cloudpickle

        for function, args, kwargs in self._func.items:
            for label, value in [(f"`{self.name}`", function), *enumerate(args), *kwargs.items()]:
                try:
                    cloudpickle.dumps(value)
                except Exception:
                    return (
                        f"argument {label} ({type(value).__name__})" if value is not function else str(label)
                    )
        return f"`{self.name}`"


class RemoteBatch:
    """A batch on its way: called on a worker, it runs as joblib's own would."""

    def __init__(self, items: list[Any], backend_and_jobs: tuple[Any, Any]) -> None:
        self.items = items
        self.backend_and_jobs = backend_and_jobs

    def __call__(self) -> Any:
        items = [(function, tuple(args), kwargs) for function, args, kwargs in self.items]
        return BatchedCalls(items, self.backend_and_jobs)()


_FITS = {
    "_fit_and_score",
    "_fit_estimator",
    "_parallel_build_trees",
    "_fit_single_estimator",
    "_fit_and_predict",
}
_before: str | None = None


def install() -> None:
    """Make this joblib's default backend. Twice is once."""
    global _before
    if parallel.DEFAULT_BACKEND != NAME:
        _before = parallel.DEFAULT_BACKEND
    parallel.register_parallel_backend(NAME, Backend, make_default=True)


def remove() -> None:
    """Give joblib its own default back."""
    if parallel.DEFAULT_BACKEND == NAME and _before is not None:
        parallel.DEFAULT_BACKEND = _before
    parallel.BACKENDS.pop(NAME, None)
