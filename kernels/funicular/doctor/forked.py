"""Runs questions at the same time, each in a process of its own: one that hangs is left behind.

A thread cannot be given up: a look at a dead file system would hold this process until the server is back.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import selectors
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from funicular.errors import FunicularError
from funicular.units import format_seconds

BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Silent:
    """No answer, and why."""

    why: str


@dataclass(slots=True)
class _Child:
    pid: int
    pipe: int
    deadline: float
    limit_s: float
    said: bytes = b""


def ask_all(
    questions: Mapping[str, tuple[Callable[[], Any], float]],
    *,
    waiting: Callable[[set[str]], None] | None = None,
) -> dict[str, Any]:
    """The answers by name, ``Silent`` where none came.

    questions: what to call, and how many seconds it may take; answers must survive a pickle.
    waiting: called every now and then with the names that have not answered.
    Call it while this process has one thread.
    """
    with _started(questions) as children, selectors.DefaultSelector() as selector:
        answers: dict[str, Any] = {}
        for name, child in children.items():
            selector.register(child.pipe, selectors.EVENT_READ, name)
        while len(answers) < len(children):
            for key, _ in selector.select(0.2):
                child = children[key.data]
                piece = os.read(child.pipe, BLOCK)
                child.said += piece
                if not piece:
                    selector.unregister(child.pipe)
                    answers[key.data] = _read(child.said)
            for name, child in children.items():
                if name not in answers and time.monotonic() > child.deadline:
                    selector.unregister(child.pipe)
                    answers[name] = Silent(f"it took longer than {format_seconds(child.limit_s)}")
            if waiting is not None:
                waiting(set(children) - set(answers))
        return {name: answers[name] for name in questions}


@contextlib.contextmanager
def _started(questions: Mapping[str, tuple[Callable[[], Any], float]]) -> Iterator[dict[str, _Child]]:
    children: dict[str, _Child] = {}
    try:
        for name, (call, limit_s) in questions.items():
            children[name] = _start(call, limit_s)
        yield children
    finally:
        for child in children.values():
            with contextlib.suppress(OSError):
                os.killpg(child.pid, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.kill(child.pid, signal.SIGKILL)  # where it had no time to become a group
            os.close(child.pipe)
        _reap([child.pid for child in children.values()])


def _start(call: Callable[[], Any], limit_s: float) -> _Child:
    mine, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.setsid()  # Ctrl-C is for the parent, which ends us
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nowhere, stream)
            with os.fdopen(theirs, "wb") as file:
                file.write(_answer(call))
            code = 0
        finally:
            os._exit(code)
    os.close(theirs)
    return _Child(pid, mine, time.monotonic() + limit_s, limit_s)


def _answer(call: Callable[[], Any]) -> bytes:
    try:
        return pickle.dumps(call())
    except FunicularError as error:
        return pickle.dumps(Silent(f"{error.what} {error.why}".strip()))
    except Exception as error:
        return pickle.dumps(Silent(f"{type(error).__name__}: {error}"))


def _read(said: bytes) -> Any:
    if not said:
        return Silent("its process ended without a word")
    return pickle.loads(said)  # of our own child, through a pipe that nobody else has


def _reap(pids: list[int]) -> None:
    """Take leave of those that are over; one that hangs in the kernel is not waited for."""
    until = time.monotonic() + 0.5
    while pids and time.monotonic() < until:
        for pid in list(pids):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    continue
            pids.remove(pid)
        if pids:
            time.sleep(0.01)
