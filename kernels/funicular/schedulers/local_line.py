"""The line of jobs on this machine: who may start, who is woken, and whose shepherd has died.

Everything here is done with the spool's lock held, by a shepherd or by whoever asks about jobs.
"""

from __future__ import annotations

import signal
import time
from dataclasses import replace

from funicular.processes import ProcessId
from funicular.schedulers import processes
from funicular.schedulers.local_queue import Slots, choose
from funicular.schedulers.local_spool import Progress, Record, Spool

MARK = "FUNICULAR_LOCAL_JOB"  # in the environment of every process of a job: "<spool>:<number>"
REGISTER_WITHIN_S = 10.0


def mark(spool: Spool, number: int) -> str:
    """What the processes of a job carry in their environment."""
    return f"{spool.folder}:{number}"


def wake(record: Record) -> None:
    """Make a job's shepherd look at the spool now."""
    shepherd = record.progress.shepherd
    if shepherd and shepherd.is_alive:
        processes.send([shepherd.pid], signal.SIGUSR1)


def wake_chosen(spool: Spool, slots: Slots, *, but: int | None = None) -> None:
    """Wake every job that may start now."""
    records = spool.waiting_and_running()
    chosen = choose([record.as_queued(time.monotonic()) for record in records], slots)
    for record in records:
        if record.number in chosen and record.number != but:
            wake(record)


def sweep(spool: Spool, slots: Slots) -> list[Record]:
    """All jobs that wait or run. Those whose shepherd died are put away first, and their processes ended."""
    alive: list[Record] = []
    lost: list[Record] = []
    for record in spool.waiting_and_running():
        (lost if _is_lost(spool, record) else alive).append(record)
    for record in lost:
        _end_processes(spool, record)
        now = time.monotonic()
        wanted = spool.shall_end(record.number)  # then its end is no surprise
        spool.write(
            record.number,
            replace(
                record.progress,
                phase="over",
                ended_at=now,
                code="CANCELLED" if wanted else "LOST",
                note="it was cancelled" if wanted else "the process that looked after it died",
            ),
        )
    if lost:
        wake_chosen(spool, slots)
    return alive


def _is_lost(spool: Spool, record: Record) -> bool:
    shepherd = record.progress.shepherd
    if shepherd is None:
        return spool.age_s(record.number) > REGISTER_WITHIN_S
    return not shepherd.is_alive


def _end_processes(spool: Spool, record: Record) -> None:
    """End what a job left behind: what carries its mark, and all children of those."""
    for _ in range(20):
        carrying = processes.marked(MARK, mark(spool, record.number))
        table = processes.table()
        carrying |= {each.pid for each in record.progress.leaders if each.is_alive}
        left = processes.belonging(table, carrying & set(table)) if carrying else set()
        if not left:
            return
        processes.send(left, signal.SIGKILL)
        time.sleep(0.01)


def fresh(shepherd: ProcessId) -> Progress:
    """The first thing a shepherd writes."""
    return Progress("pending", shepherd=shepherd)
