"""Prints and warnings of workers, on their way to the cell that caused them.

On a worker, what the threads of tasks write is taken aside and sent as events; a flush is queued on the
worker's loop before the task's own end is, so a cell's output arrives before its results do. In the
kernel the events are written out by a plain thread, so they appear in the cell that runs.
"""

from __future__ import annotations

import io
import queue
import sys
import threading
import warnings
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

from funicular.units import format_count

if TYPE_CHECKING:
    from distributed import Client
    from distributed.worker import Worker

TOPIC = "funicular-output"
BURST_BYTES = 64_000  # a worker may write this much in one window, the rest is counted and cut
WINDOW_S = 1.0
REST_S = 0.5


class Meter:
    """How much may still be sent in this window. Pure but for the clock that is handed in."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._sent = 0
        self._cut = 0

    def admit(self, text: str) -> tuple[str, int]:
        """The part of the text that may pass, and characters cut in an earlier window, to be told now."""
        told = 0
        if self._clock() - self._since >= WINDOW_S:
            told, self._cut = self._cut, 0
            self._since, self._sent = self._clock(), 0
        room = max(BURST_BYTES - self._sent, 0)
        passed = text[:room]
        self._sent += len(passed)
        self._cut += len(text) - len(passed)
        return passed, told

    def rest(self) -> int:
        """Characters cut and not yet told."""
        told, self._cut = self._cut, 0
        return told


class _Outbox:
    """A worker's output that was not sent yet."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._waiting: list[tuple[str, Any]] = []
        self._lock = threading.Lock()
        self._queued = False
        self._meter = Meter()
        self._rest_queued = False

    def put(self, kind: str, content: Any) -> None:
        with self._lock:
            self._waiting.append((kind, content))
            if self._queued:
                return
            self._queued = True
        self._worker.loop.add_callback(self.send)

    def send(self) -> None:
        """On the worker's loop: everything written since, in order, as one event."""
        with self._lock:
            waiting, self._waiting, self._queued = self._waiting, [], False
        parts: list[list[Any]] = []
        for kind, content in waiting:
            if kind == "warning":
                parts.append([kind, content])
                continue
            passed, told = self._meter.admit(content)
            if told:
                parts.append(["cut", told])
            if parts and parts[-1][0] == kind:
                parts[-1][1] += passed
            elif passed:
                parts.append([kind, passed])
        if parts:
            self._log(parts)
        if not self._rest_queued:
            self._rest_queued = True
            self._worker.loop.call_later(WINDOW_S, self._tell_rest)

    def _tell_rest(self) -> None:
        self._rest_queued = False
        if told := self._meter.rest():
            self._log([["cut", told]])

    def _log(self, parts: list[list[Any]]) -> None:
        self._worker.log_event(TOPIC, {"worker": str(self._worker.name), "parts": parts})


class _Tee(io.TextIOBase):
    """A stream that takes aside what threads of tasks write and passes on the rest."""

    def __init__(self, kind: str, original: TextIO, outbox: _Outbox) -> None:
        self._kind = kind
        self.original = original
        self._outbox = outbox

    def write(self, text: str, /) -> int:
        if _in_task() and text:
            self._outbox.put(self._kind, str(text))
            return len(text)
        return self.original.write(text)

    def flush(self) -> None:
        self.original.flush()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self.original.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"


def redirect(worker: Worker) -> None:
    """On a worker, once: send what tasks print and warn to the kernel."""
    if isinstance(sys.stdout, _Tee):
        return
    outbox = _Outbox(worker)
    sys.stdout = _Tee("stdout", sys.stdout, outbox)
    sys.stderr = _Tee("stderr", sys.stderr, outbox)
    plain = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if file is not None or not _in_task():
            plain(message, category, filename, lineno, file, line)
            return
        outbox.put("warning", [str(message), _kinds(category), filename, lineno])

    warnings.showwarning = show


def _kinds(category: type[Warning]) -> list[str]:
    """Where the category and its bases are found: the kernel may lack a library's own."""
    kinds = [each for each in category.__mro__ if issubclass(each, Warning)]
    return [f"{each.__module__}:{each.__qualname__}" for each in kinds]


def _in_task() -> bool:
    from distributed.utils import thread_state  # type: ignore[attr-defined]

    return hasattr(thread_state, "execution_state")


class Printer:
    """The kernel's side: events in, text in the running cell out, in order."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[dict[str, Any] | threading.Event] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._partial: dict[tuple[str, str], str] = {}  # by worker and stream: a line still to end

    def take(self, event: tuple[float, Any] | Any) -> None:
        """Queue one event; called on the client's loop."""
        message = event[1] if isinstance(event, tuple | list) else event
        if isinstance(message, dict) and "parts" in message:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="funicular-output", daemon=True)
                self._thread.start()
            self._waiting.put(message)

    def flush(self, timeout_s: float = 5.0) -> None:
        """Return when all that has arrived is written."""
        if self._thread is None or not self._thread.is_alive():
            return
        done = threading.Event()
        self._waiting.put(done)
        done.wait(timeout_s)

    def _run(self) -> None:
        while True:
            try:
                message = self._waiting.get(timeout=REST_S if self._partial else None)
            except queue.Empty:
                message = None
            try:
                if message is None:
                    self._write_rest()
                elif isinstance(message, threading.Event):
                    self._write_rest()
                    sys.stdout.flush()
                    sys.stderr.flush()
                else:
                    for kind, content in message["parts"]:
                        self._write(str(message.get("worker", "")), kind, content)
            except ValueError:
                pass  # a stream that was closed under us: whoever read it is gone
            if isinstance(message, threading.Event):
                message.set()

    def _write_rest(self) -> None:
        """Lines without an end: nothing more has come for a while, or the cell is over."""
        partial, self._partial = self._partial, {}
        for (_, kind), text in partial.items():
            self._stream(kind).write(text)

    def _stream(self, kind: str) -> TextIO:
        return sys.stdout if kind == "stdout" else sys.stderr

    def _write(self, worker: str, kind: str, content: Any) -> None:
        if kind in ("stdout", "stderr"):  # whole lines only, so that those of two workers never mix
            text = self._partial.pop((worker, kind), "") + content
            end = max(text.rfind("\n"), text.rfind("\r")) + 1
            if end:
                self._stream(kind).write(text[:end])
            if text[end:]:
                self._partial[worker, kind] = text[end:]
        elif kind == "cut":
            sys.stderr.write(f"\n[{format_count(content)} more characters from worker {worker} were cut]\n")
        elif kind == "warning":
            text, kinds, filename, lineno = content
            category = _category(kinds)
            seen = _registry(filename)
            try:
                warnings.warn_explicit(text, category, filename, lineno, registry=seen)
            except Warning as error:  # the user turned warnings into errors: the call itself is over
                sys.stderr.write(f"{filename}:{lineno}: {category.__name__}: {error}\n")


def _registry(filename: str) -> dict[Any, Any]:
    """What Python remembers of warnings from this file: one shown here is not shown from there again."""
    for module in sys.modules.copy().values():
        if getattr(module, "__file__", None) == filename:
            break
    else:
        module = sys.modules["__main__"]  # cells have files of their own
    found: dict[Any, Any] = vars(module).setdefault("__warningregistry__", {})
    return found


def _category(kinds: list[str]) -> type[Warning]:
    for kind in kinds:
        module, _, name = kind.partition(":")
        found = getattr(sys.modules.get(module), name, None)
        if isinstance(found, type) and issubclass(found, Warning):
            return found
    return UserWarning


printer = Printer()
_listening: list[Any] = []


def listen(client: Client) -> None:
    """In the kernel: write out what this client's workers print, from now on. Twice is once."""
    if any(known is client for known in _listening):
        return
    _listening[:] = [known for known in _listening if known.status != "closed"]
    _listening.append(client)
    client.subscribe_topic(TOPIC, printer.take)


def flush() -> None:
    """In the kernel: return when everything that has arrived is in the cell."""
    printer.flush()
