"""The records of this machine's jobs: one folder a job, files 0600, written whole or not at all.

``<spool>/jobs/17/`` holds a job that waits or runs, ``<spool>/over/17/`` one that ended; the folder moves
when the job ends, and is removed a day later. ``job.json`` is what was asked for, ``progress.json`` what
became of it, ``cancel`` is there once somebody wants it ended. Whoever changes anything holds the lock.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from funicular.messages import UnexpectedMessage, from_json, to_json
from funicular.processes import ProcessId
from funicular.schedulers.base import NoAnswer, ParseError, SchedulerError
from funicular.schedulers.local_queue import Need, Queued

KEEP_S = 24 * 3600.0
LOCK_WAIT_S = 10.0
T = TypeVar("T")


class SpoolNotTrusted(SchedulerError):
    """The folder of job records belongs to somebody else, or others may write there."""

    code = "spool-not-trusted"
    status = 403


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for. Amounts are a node's; times are seconds of this machine's monotonic clock.

    need: what is set aside.   memory_limit_bytes: what it is ended for, ``None`` for never.
    """

    name: str
    command: tuple[str, ...]
    log: str
    need: Need
    memory_limit_bytes: int | None
    walltime_s: float
    queued_at: float
    account: str = ""
    working_directory: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    setup: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a job.   phase: pending, running, ending, over.

    shepherd: the process that looks after it.   leaders: the first process on each of its nodes.
    code: how it ended (COMPLETED, FAILED, CANCELLED, TIMEOUT, OUT_OF_MEMORY, LOST); note: the same in words.
    """

    phase: str
    shepherd: ProcessId | None = None
    placed: tuple[int, ...] = ()
    hosts: tuple[str, ...] = ()
    leaders: tuple[ProcessId, ...] = ()
    started_at: float | None = None
    ended_at: float | None = None
    code: str = ""
    note: str = ""
    exit_code: int | None = None
    signal: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One job: its number, what was asked for, what became of it."""

    number: int
    order: Order
    progress: Progress

    def as_queued(self, now: float) -> Queued:
        """The job as the queue sees it; ``now`` is the machine's monotonic clock."""
        ran = max(0.0, now - self.progress.started_at) if self.progress.started_at is not None else 0.0
        left = max(0.0, self.order.walltime_s - ran)
        return Queued(self.number, self.order.need, self.progress.placed, left)


def default_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where this user's records of this machine are: homes are shared by machines, processes are not."""
    if chosen := environ.get("FUNICULAR_LOCAL_SPOOL"):
        return Path(chosen)
    state = environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "funicular" / "local" / (os.uname().nodename or "localhost")


class Spool:
    """The folder of records. Making one creates the folder, or raises ``SpoolNotTrusted``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder = folder.absolute()
        try:
            for each in reversed((folder, *folder.parents)):  # mkdir's mode is not for those above
                each.mkdir(mode=0o700, exist_ok=True)
            _trust(folder)
            for name in ("jobs", "over"):
                (folder / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as problem:
            raise SchedulerError(
                "Jobs cannot be kept on this machine.",
                why=f"the folder {folder} cannot be used: {problem}",
                next_step="Set FUNICULAR_LOCAL_SPOOL to a folder of yours that can be written.",
            ) from problem

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone with the records. Raises ``NoAnswer`` when somebody else holds them for ten seconds."""
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            deadline = time.monotonic() + LOCK_WAIT_S
            while not _take(handle):
                if time.monotonic() > deadline:
                    raise NoAnswer(
                        "The queue of this machine does not answer.",
                        why=f"another process has held {self.folder / 'lock'} for {LOCK_WAIT_S:.0f} s",
                        next_step=f"Try again; if it stays, find that process: fuser -v {self.folder}/lock",
                    )
                time.sleep(0.005)
            yield
        finally:
            os.close(handle)

    def add(self, order: Order) -> int:
        """Write down a new job; gives its number. Call with the lock."""
        counter = self.folder / "last"
        last = int(counter.read_text()) if counter.exists() else 0
        known = [int(path.name) for part in ("jobs", "over") for path in (self.folder / part).iterdir()]
        number = max([last, *known]) + 1
        folder = self.folder / "jobs" / str(number)
        folder.mkdir(mode=0o700)
        _write(folder / "job.json", to_json(order))
        _write(counter, number)
        return number

    def waiting_and_running(self) -> list[Record]:
        """All jobs that are not over, earliest first."""
        numbers = sorted(int(name) for name in os.listdir(self.folder / "jobs") if name.isdecimal())
        return [record for number in numbers if (record := self.read(number))]

    def read(self, number: int) -> Record | None:
        """One job, ended or not; ``None`` when it is not known (any more)."""
        for part in ("jobs", "over"):
            folder = self.folder / part / str(number)
            order = _load(Order, folder / "job.json")
            if order is not None:
                return Record(number, order, _load(Progress, folder / "progress.json") or Progress("pending"))
        return None

    def write(self, number: int, progress: Progress) -> None:
        """Write down what became of a job; one that is over moves to the ended ones. Call with the lock."""
        folder = self.folder / "jobs" / str(number)
        _write(folder / "progress.json", to_json(progress))
        if progress.phase == "over":
            folder.rename(self.folder / "over" / str(number))

    def ask_to_end(self, number: int) -> None:
        """Leave word that this job shall end."""
        with suppress(FileNotFoundError):
            _write(self.folder / "jobs" / str(number) / "cancel", True)

    def shall_end(self, number: int) -> bool:
        """Whether somebody wants this job ended, or threw its record away."""
        folder = self.folder / "jobs" / str(number)
        return (folder / "cancel").exists() or not folder.exists()

    def age_s(self, number: int) -> float:
        """Seconds since the job was written down."""
        try:
            return time.time() - (self.folder / "jobs" / str(number) / "job.json").stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def discard(self, number: int) -> None:
        """Forget a job that was never handed over. Call with the lock."""
        shutil.rmtree(self.folder / "jobs" / str(number), ignore_errors=True)

    def prune(self) -> None:
        """Forget what ended more than a day ago. Call with the lock."""
        for folder in (self.folder / "over").iterdir():
            with suppress(FileNotFoundError):
                if time.time() - folder.stat().st_mtime > KEEP_S:
                    shutil.rmtree(folder, ignore_errors=True)


def _trust(folder: Path) -> None:
    """Only a real folder of our own in which nobody else can write will do."""
    found = folder.lstat()
    if stat.S_ISLNK(found.st_mode):
        problem = "it is a link"
    elif found.st_uid != os.geteuid():
        problem = f"it belongs to user number {found.st_uid}"
    elif found.st_mode & 0o022:
        problem = f"others may write there (mode {stat.S_IMODE(found.st_mode):o})"
    else:
        if found.st_mode & 0o077:
            folder.chmod(0o700)
        return
    raise SpoolNotTrusted(
        "The folder of job records is not safe to use.",
        why=f"{folder}: {problem}",
        next_step="Look into it, then remove it, or set FUNICULAR_LOCAL_SPOOL to a folder of your own.",
    )


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(path: Path, value: Any) -> None:
    """The whole file or the old one, never a half, readable by nobody else."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(handle, "w") as file:
        json.dump(value, file)
    os.replace(new, path)


def _load(kind: type[T], path: Path) -> T | None:
    try:
        return from_json(kind, json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, UnexpectedMessage) as problem:
        raise ParseError(
            "A record of this machine's jobs cannot be read.",
            why=f"{path}: {problem}",
            next_step=f"Remove the folder {path.parent} (another version of Funicular may have written it).",
        ) from problem
