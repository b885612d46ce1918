"""``funicular.map``: like ``list(map(...))``, on the cluster when that is quicker.

The first calls run here, timed, and their results are kept. When the rest is worth the trip, the cluster
starts beside the running call, and what is left goes there in chunks sized by what calls have cost.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterable
from itertools import repeat, starmap
from time import perf_counter
from typing import TYPE_CHECKING, Any

from funicular.clusters import lives
from funicular.routing import decide, reach, summary
from funicular.routing.chunks import Pace
from funicular.routing.progress import ProgressLine
from funicular.routing.resume import Resumption
from funicular.routing.shipping import inside_worker
from funicular.routing.source import Source
from funicular.routing.voyage import Keep, Voyage, name_of, pack_function
from funicular.units import format_count

if TYPE_CHECKING:
    from distributed import Client

SLICE_S = 0.005  # calls run here between two looks at the clock
LONG_S = 1.0  # a call longer than this gets company
LOOK_S = 0.25
LOOKED_AT_S = 10.0  # no job is so short that a shorter call matters


def map(
    function: Callable[..., Any],
    /,
    *iterables: Iterable[Any],
    resume: str | None = None,
    hours_each: float | None = None,
) -> list[Any]:
    """The results of ``function`` for each item, in order, as ``list(map(function, ...))`` gives them.

    Runs on the session's cluster when that gains at least ``FUNICULAR_MIN_GAIN_S`` seconds.
    The function and its arguments must be picklable. The first exception, in the order of the items,
    is raised here with its own traceback. Several iterables end with the shortest.

    resume: the name of a store on disk. Results go there as they come; the same call later, also in another
    kernel, goes on from there. Raises ``ResumeDiffers`` if function or items are not those of then.
    hours_each: how long a call may take, if you know. Raises ``ItemTooLong`` if no job lives so long.
    """
    __tracebackhide__ = True  # here and below: IPython shows the user's own lines
    if not iterables:
        raise TypeError("funicular.map() needs two arguments or more: a function and items.")
    if not callable(function):
        raise TypeError(f"funicular.map() needs a function first, not a {type(function).__name__}.")
    if inside_worker():
        if resume is not None:
            raise TypeError("resume= is for the notebook's own calls, not for calls inside of them.")
        return [function(*item) for item in zip(*iterables, strict=False)]
    if hours_each is not None and not hours_each > 0:
        raise TypeError(f"hours_each={hours_each!r} is not a number of hours.")
    return _Map(function, iterables, resume, hours_each).run()


class _Map:
    """One call of ``map``: first here, then perhaps there."""

    def __init__(
        self,
        function: Callable[..., Any],
        iterables: tuple[Iterable[Any], ...],
        resume: str | None,
        hours_each: float | None,
    ) -> None:
        self._hinted_s = None if hours_each is None else 3600.0 * hours_each
        self._function = function
        self._name = name_of(function)
        self._stored = None if resume is None else Resumption(resume, function, self._name, iterables)
        self._source = Source(iterables) if self._stored is None else self._stored.source
        self._here: list[Any] = []
        self._spent_s = 0.0
        self._running_since: float | None = None
        self._min_gain_s = decide.min_gain_s()
        self._hopes = reach.Hopes()
        self._line = ProgressLine()
        self._departure: _Departure | None = None

    def run(self) -> list[Any]:
        __tracebackhide__ = True
        try:
            found = self._run()
            return found if self._stored is None else self._stored.results()
        except BaseException as error:
            if self._stored is not None and not isinstance(error, KeyboardInterrupt):
                error.add_note(self._stored.note())
            raise
        finally:
            if self._departure is not None:
                self._departure.leave()
            self._line.close()
            if self._stored is not None:
                self._stored.close()

    def _run(self) -> list[Any]:
        __tracebackhide__ = True
        if self._stored is not None and self._stored.from_store:
            summary.explain(self._stored.told)
        if self._source.remaining == 0:
            return []
        voyage = self._run_here()
        if voyage is None:
            return self._here
        try:
            while not voyage.is_over:
                voyage.step()
                self._line.say(f"{self._name}: {voyage.in_words(self._done_before)}{self._said}")
        except BaseException:
            voyage.abandon()
            raise
        voyage.finish()
        summary.record(f"calls of `{self._name}`", there=voyage.done, here=len(self._here))
        return self._here + voyage.results()

    @property
    def _done_before(self) -> int:
        return len(self._here) + (0 if self._stored is None else self._stored.from_store)

    @property
    def _said(self) -> str:
        return "" if self._stored is None else self._stored.said

    def _run_here(self) -> Voyage | None:
        """Call here until all is done, or the cluster is ready; gives the voyage then."""
        __tracebackhide__ = True
        watch = threading.Timer(LONG_S, self._look) if self._min_gain_s > 0 else None
        if watch is None:
            self._depart()
        else:
            watch.daemon = True
            watch.start()
        try:
            return self._call_here()
        finally:
            if watch is not None:
                watch.cancel()
            self._running_since = None
            self._look_stopped = True

    _look_stopped = False

    def _call_here(self) -> Voyage | None:
        __tracebackhide__ = True
        size = 1
        done = self._here
        function = self._function
        while True:
            if self._departure is not None:
                if self._min_gain_s == 0:
                    return self._departure.wait(self._line)
                if (voyage := self._departure.ready()) is not None:
                    return voyage
                done_here = f"{self._name}: {format_count(len(done))} done here{self._said}"
                self._line.say(self._departure.said or done_here)
            first, items = self._source.take(size)
            if not items:
                break
            started = self._running_since = perf_counter()
            if self._stored is None:
                done.extend(starmap(function, items))
            else:
                done.extend(self._stored.call(function, first, items))
            spent = perf_counter() - started
            self._spent_s += spent
            size = max(1, min(int(size * SLICE_S / max(spent, 1e-7)) or 1, size * 8))
            if self._departure is None and self._is_worth_it():
                self._depart()
        if self._source.error is not None:
            raise self._source.error
        if self._departure is not None:
            voyage = self._departure.sailed()
            if voyage is not None:
                return voyage
        self._explain()
        return None

    def _remaining_s(self) -> float:
        """Serial seconds still to come, as far as the calls until now tell."""
        done = len(self._here)
        running = 0.0 if self._running_since is None else perf_counter() - self._running_since
        call_s = max(self._spent_s / done if done else 0.0, running if running > LONG_S / 2 else 0.0)
        left = self._source.remaining
        if left is None:  # who ran this long will run as long again
            return self._spent_s + running
        return left * call_s

    def _lasts_s(self) -> tuple[float | None, float]:
        """How long a call may take: by the user's word, and as measured until now, the running one too."""
        running = 0.0 if self._running_since is None else perf_counter() - self._running_since
        measured = self._spent_s / len(self._here) if self._here else 0.0
        return self._hinted_s, max(measured, running if running > LONG_S else 0.0)

    def _is_worth_it(self) -> bool:
        remaining_s = self._remaining_s()
        if remaining_s < self._min_gain_s:
            return False
        cores, ready = self._hopes.now()
        left = self._source.remaining
        return decide.is_worth_it(
            remaining_s,
            cores=cores if left is None else min(cores, max(left, 1)),
            workers_ready=ready,
            min_gain_s=self._min_gain_s,
        )

    def _look(self) -> None:
        """In a thread of its own, while a long call runs here: does the rest deserve the cluster?"""
        while not self._look_stopped and self._departure is None:
            if self._is_worth_it():
                self._depart()
                return
            threading.Event().wait(LOOK_S)

    def _depart(self) -> None:
        if self._departure is None:
            pace = Pace(self._spent_s / len(self._here), largest=len(self._here)) if self._here else Pace()
            keep = None if self._stored is None else self._stored.keep
            self._departure = _Departure(
                self._function, self._name, self._source, pace, keep=keep, lasts=self._lasts_s
            )

    def _explain(self) -> None:
        if self._stored is not None and not self._here:
            return
        cores, ready = self._hopes.now() if self._spent_s > 0.1 else (1, False)
        told = decide.reason(self._spent_s, cores=cores, workers_ready=ready, min_gain_s=self._min_gain_s)
        summary.explain(f"{format_count(len(self._here))} calls of `{self._name}` {told}")


class _Departure:
    """Starts the cluster beside the running call; sets out alone if that call takes long."""

    def __init__(
        self,
        function: Callable[..., Any],
        name: str,
        source: Source,
        pace: Pace,
        *,
        keep: Keep | None,
        lasts: Callable[[], tuple[float | None, float]],
    ) -> None:
        self._voyage: Voyage | None = None
        self._error: BaseException | None = None
        self._aboard = threading.Event()  # the main thread takes over
        self._ready = threading.Event()
        self._handed = threading.Event()
        self.said = ""
        self._function, self._name, self._source, self._pace = function, name, source, pace
        self._keep, self._lasts = keep, lasts
        self._thread = threading.Thread(target=self._run, name="funicular-departure", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            packed = pack_function(self._function, self._name)  # first: a cluster may cost a wait in a queue
            hinted_s, _ = self._lasts()
            if hinted_s is not None:
                reach.connect(self._tell)
                self._warn(lives.check_hint(reach.session().lives(), self._name, hinted_s))
            client: Client = reach.start(self._tell)
            if hinted_s is None and (measured_s := self._lasts()[1]) > LOOKED_AT_S:
                self._warn(lives.check_measured(reach.session().lives(), self._name, measured_s))
            self._voyage = Voyage(client, packed, self._name, self._source, self._pace, self._keep)
            self._ready.set()
            if self._source.is_plain:
                self._aboard.wait(0.05)
                while not self._aboard.is_set() and not self._voyage.is_over:
                    self._voyage.step()
        except BaseException as error:
            self._error = error
            self._ready.set()
        finally:
            self._handed.set()

    def _warn(self, text: str) -> None:
        if text:
            warnings.warn(text.rstrip(), RuntimeWarning, stacklevel=2)

    def _tell(self, text: str) -> None:
        if self._aboard.is_set() and not self._ready.is_set():
            raise _Stopped
        self.said = text

    def wait(self, line: ProgressLine) -> Voyage:
        """Wait until the cluster is there, saying why it takes long; raises what stopped it."""
        for _ in repeat(None):
            if self._ready.wait(0.1):
                break
            if self.said:
                line.say(self.said)
        voyage = self.ready()
        assert voyage is not None
        return voyage

    def ready(self) -> Voyage | None:
        """The voyage when the cluster is there, from then on the caller's; raises what stopped it."""
        if not self._ready.is_set():
            return None
        self.leave()
        self._handed.wait()
        if self._error is not None:
            raise self._error
        return self._voyage

    def sailed(self) -> Voyage | None:
        """The voyage if it has taken anything along; all else is done here already."""
        self.leave()
        if not self._ready.is_set():
            return None
        self._handed.wait()
        if self._voyage is not None and self._voyage.took_any:
            if self._error is not None:
                raise self._error
            return self._voyage
        return None

    def leave(self) -> None:
        """The main thread is back, or gives up."""
        self._aboard.set()


class _Stopped(Exception):
    """Nobody waits for the cluster any more."""
