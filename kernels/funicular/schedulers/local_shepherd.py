"""The process that looks after one job of this machine: waits for its turn, starts it, watches it, ends it.

``local_shepherd.py <spool> <number>``: standard library only, started without site-packages. It leaves its
parent at once, so a job survives whoever submitted it; the first process returns when the record is made.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[2]))  # after the standard library

from funicular.processes import process_id
from funicular.schedulers import local_line, local_machine
from funicular.schedulers.local_flock import Flock
from funicular.schedulers.local_queue import choose
from funicular.schedulers.local_spool import Progress, Record, Spool

FIRST_POLL_S = 1.0  # the first in line looks after jobs that ended without a word
BEHIND_POLL_S = 5.0  # the others look after the one before them; they are woken when their turn comes
MEMORY_POLL_S = 0.7
QUIET_POLL_S = 5.0


class Bell:
    """Sleep that ends at once when a signal comes (works where there is no ``sigtimedwait``)."""

    def __init__(self) -> None:
        self._read, write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else _pipe()
        for number in (signal.SIGUSR1, signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)

    def wait(self, seconds: float) -> bytes:
        """The signals that came within this time, one byte each; empty when none did."""
        ready, _, _ = select.select([self._read], [], [], max(0.0, seconds))
        return os.read(self._read, 4096) if ready else b""


class Shepherd:
    """One job from its turn to its end."""

    def __init__(self, spool: Spool, number: int) -> None:
        self.spool = spool
        self.number = number
        self.slots = local_machine.slots()
        self.told_to_end = False
        self.bell = Bell()
        self.flock: Flock | None = None
        self.ahead: list[Record] = []  # those whose end may make it our turn

    def register(self) -> None:
        """Write down who looks after this job, before whoever submitted it is told its number."""
        with self.spool.locked():
            self.spool.write(self.number, local_line.fresh(process_id()))

    def run(self) -> None:
        """The whole life of the job."""
        while not (record := self.try_to_start()):
            if self.told_to_end:
                return self.finish("CANCELLED", "it was cancelled while it waited", Progress("pending"))
            while not self.should_look_again():
                pass
        self.watch(record)

    def should_look_again(self) -> bool:
        """Sleep a while; whether the line may have moved. Cheap, so that many may wait at once."""
        is_behind = any(record.progress.phase == "pending" for record in self.ahead)
        if self.listen(BEHIND_POLL_S if is_behind else FIRST_POLL_S) or self.told_to_end:
            return True
        return any(_has_moved(self.spool, record) for record in self.ahead)

    def listen(self, seconds: float) -> bytes:
        """Sleep until something happens; the signals that came."""
        rang = self.bell.wait(seconds)
        if signal.SIGTERM in rang or signal.SIGINT in rang or self.spool.shall_end(self.number):
            self.told_to_end = True
        return rang

    def try_to_start(self) -> Record | None:
        """Start the job if it is its turn; its record then, else ``None``."""
        if self.told_to_end or self.spool.shall_end(self.number):
            self.told_to_end = True
            return None
        with self.spool.locked():
            line = local_line.sweep(self.spool, self.slots)
            placed = choose([each.as_queued(time.monotonic()) for each in line], self.slots).get(self.number)
            if placed is None:
                self.ahead = _ahead(line, self.number)
                return None
            mine = next(each for each in line if each.number == self.number)
            record = replace(mine, progress=self.start(mine, placed))
            self.spool.write(self.number, record.progress)
            local_line.wake_chosen(self.spool, self.slots, but=self.number)
        return record

    def start(self, mine: Record, placed: tuple[int, ...]) -> Progress:
        """Start the processes on the nodes that the job got."""
        names = local_machine.node_names(self.slots.nodes)
        hosts = tuple(names[node] for node in placed)
        self.flock = Flock(mine.order, hosts, local_line.mark(self.spool, self.number))
        leaders = self.flock.start()
        now = time.monotonic()
        return replace(
            mine.progress, phase="running", placed=placed, hosts=hosts, leaders=leaders, started_at=now
        )

    def watch(self, record: Record) -> None:
        """Until the job is over: its end, its walltime, its memory, and whether somebody wants it ended."""
        assert record.progress.started_at is not None
        assert self.flock is not None
        deadline = record.progress.started_at + record.order.walltime_s
        while not self.flock.has_ended():
            left = deadline - time.monotonic()
            if self.told_to_end:
                return self.end(record, "CANCELLED", "it was cancelled")
            if left <= 0:
                return self.end(record, "TIMEOUT", "its time was up")
            if excess := self.flock.over_memory():
                return self.end(record, "OUT_OF_MEMORY", excess, grace_s=0.0)
            self.listen(min(left, MEMORY_POLL_S if self.flock.is_limited else QUIET_POLL_S))
        self.flock.end(self.bell.wait, grace_s=0.0)
        self.finish(*self.flock.verdict(), record.progress)

    def end(self, record: Record, code: str, note: str, grace_s: float | None = None) -> None:
        """End the job's processes: politely first, unless there is no time."""
        assert self.flock is not None
        progress = replace(record.progress, phase="ending", code=code, note=note)
        with self.spool.locked():
            self.spool.write(self.number, progress)
        self.flock.end(self.bell.wait, grace_s=local_machine.grace_s() if grace_s is None else grace_s)
        self.finish(code, note, progress)

    def finish(self, code: str, note: str, progress: Progress) -> None:
        """Write down how it ended, and let the next ones know that there is room."""
        with self.spool.locked():
            over = replace(
                progress,
                phase="over",
                code=code,
                note=note,
                ended_at=time.monotonic(),
                exit_code=self.flock.exit_code if self.flock else None,
                signal=self.flock.signal if self.flock else None,
            )
            self.spool.write(self.number, over)
            local_line.wake_chosen(self.spool, self.slots)


def main(folder: str, number: str) -> None:
    """Leave the parent, look after the job, and leave nothing running whatever happens."""
    heard, tell = os.pipe()
    if os.fork():
        os.close(tell)
        os._exit(0 if os.read(heard, 1) == b"+" else 1)
    os.close(heard)
    os.setsid()
    os.chdir("/")
    shepherd = Shepherd(Spool(Path(folder)), int(number))
    try:
        shepherd.register()
        os.write(tell, b"+")
        os.close(tell)
        shepherd.run()
    except FileNotFoundError:  # the record was thrown away: so is the job
        if (shepherd.spool.folder / "jobs" / number).exists():
            raise
    finally:
        if shepherd.flock:
            shepherd.flock.kill()


def _ahead(line: list[Record], number: int) -> list[Record]:
    """The one that waits just before this job; for the first in line, all that run."""
    waiting = [each for each in line if each.number < number and each.progress.phase == "pending"]
    return waiting[-1:] or [each for each in line if each.progress.phase != "pending"]


def _has_moved(spool: Spool, record: Record) -> bool:
    now = spool.read(record.number)
    if now is None or now.progress.phase != record.progress.phase:
        return True
    return now.progress.shepherd is None or not now.progress.shepherd.is_alive


def _pipe() -> tuple[int, int]:
    read, write = os.pipe()
    os.set_blocking(read, False)
    os.set_blocking(write, False)
    return read, write


if __name__ == "__main__":
    main(*sys.argv[1:3])
