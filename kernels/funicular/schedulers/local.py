"""This machine as a scheduler: a queue with slots, walltime and memory limits, and no daemon.

Jobs are records in a folder of the user's; each is looked after by a small process of its own
(``local_shepherd.py``), so they survive whoever submitted them.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path

from funicular.schedulers import local_line, local_machine, processes, spelling
from funicular.schedulers.base import (
    Availability,
    Estimate,
    JobId,
    JobSpec,
    JobState,
    JobStatus,
    Queue,
    Reason,
    SubmitRefused,
)
from funicular.schedulers.local_queue import Need, never_fits, starts_in, why_waiting
from funicular.schedulers.local_spool import Order, Record, Spool, default_folder
from funicular.units import format_bytes, format_seconds, plural

QUEUE = "local"
LOOKS_EVERY_S = 2.0  # more than the shepherd's pause
_STATES = {
    "pending": JobState.PENDING,
    "running": JobState.RUNNING,
    "ending": JobState.ENDING,
    "over": JobState.GONE,
}
_SHEPHERD = Path(__file__).with_name("local_shepherd.py")


class LocalScheduler:
    """The jobs of this user on this machine. Keeps no state: the records are read."""

    name = "local"

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def available(self) -> Availability:
        """Always here."""
        return Availability(here=True, version="local")

    def queues(self) -> tuple[Queue, ...]:
        """The one queue: this machine."""
        slots = local_machine.slots()
        records = _snapshot(self._spool())
        busy = {node for record in records for node in record.progress.placed}
        return (
            Queue(
                name=QUEUE,
                is_default=True,
                nodes=slots.nodes,
                cores_per_node=slots.cores,
                memory_per_node_bytes=slots.memory_bytes,
                nodes_idle=slots.nodes - len(busy),
                max_nodes=slots.nodes,
                kill_overshoot_s=local_machine.grace_s() + LOOKS_EVERY_S,
            ),
        )

    def submit(self, spec: JobSpec) -> JobId:
        """Write the job down and start its shepherd; it runs at once where there is room."""
        need = _need(spec)
        local_machine.grace_s()  # a slip in the settings is better told now than when the job ends
        if problems := _problems(spec, need):
            raise SubmitRefused(
                f"This machine cannot take the job {spec.name}.",
                why="; ".join(problems),
                next_step="Ask for less, or use a supercomputer.",
            )
        order, spool = _order(spec, need), self._spool()
        _make_log(spec.log)
        with spool.locked():
            spool.prune()
            number = spool.add(order)
        try:
            _start_shepherd(spool, number)
        except BaseException:
            spool.ask_to_end(number)  # interrupted half way: nobody would know this job
            raise
        return JobId(str(number))

    def describe(self, jobs: Collection[JobId] | None = None) -> dict[JobId, JobStatus]:
        """These jobs, or all that wait or run. Jobs whose shepherd died are put away on the way."""
        spool, slots = self._spool(), local_machine.slots()
        with spool.locked():
            line = local_line.sweep(spool, slots)
            found = {record.number: record for record in line}
            for number in (int(job) for job in jobs or () if job.isdecimal()):
                if number not in found and (record := spool.read(number)):
                    found[number] = record
        now = time.monotonic()
        queued = [record.as_queued(now) for record in line]
        answers = {}
        for number, record in found.items():
            if jobs is not None and str(number) not in jobs:
                continue
            waits = record.progress.phase == "pending"
            reason = why_waiting(number, queued, slots) if waits else _how_it_ended(record)
            answers[JobId(str(number))] = _status(record, reason, now)
        return answers

    def cancel(self, jobs: Collection[JobId]) -> None:
        """Leave word for each job, and wake its shepherd."""
        spool = self._spool()
        for number in (int(job) for job in jobs if job.isdecimal()):
            spool.ask_to_end(number)
            record = spool.read(number)
            if record and record.progress.phase != "over":
                local_line.wake(record)

    def estimate(self, spec: JobSpec) -> Estimate:
        """When the job would start if all others take as long as they may."""
        need = _need(spec)
        if problems := _problems(spec, need):
            return Estimate(refused="; ".join(problems))
        now = time.monotonic()
        line = [record.as_queued(now) for record in _snapshot(self._spool())]
        return Estimate(starts_in_s=starts_in(need, line, local_machine.slots()))

    def render(self, spec: JobSpec) -> str:
        """The same as a shell script; what the queue is told stands in its comments."""
        return _as_script(_order(spec, _need(spec)))

    def script(self, job: JobId) -> str | None:
        """What a job of ours was given, from its record."""
        record = self._spool().read(int(job)) if job.isdecimal() else None
        return _as_script(record.order) if record else None

    def _spool(self) -> Spool:
        return Spool(self._folder or default_folder())


def _snapshot(spool: Spool) -> list[Record]:
    """All jobs that wait or run now."""
    with spool.locked():
        return local_line.sweep(spool, local_machine.slots())


def _need(spec: JobSpec) -> Need:
    """What is set aside on each node: memory in proportion to the cores where none is asked for."""
    slots = local_machine.slots()
    share = slots.memory_bytes * min(spec.cores_per_node, slots.cores) // slots.cores
    memory = share if spec.memory_per_node_bytes is None else spec.memory_per_node_bytes
    return Need(spec.nodes, spec.cores_per_node, memory)


def _problems(spec: JobSpec, need: Need) -> tuple[str, ...]:
    problems = list(never_fits(need, local_machine.slots()))
    if spec.gpus_per_node:
        problems.append(f"it asks for {spec.gpus_per_node} GPUs a node, none are offered here")
    if spec.queue not in (None, QUEUE):
        problems.append(f"there is no queue {spec.queue}, only {QUEUE}")
    if not spec.setup and shutil.which(spec.command[0], path=spec.environment.get("PATH")) is None:
        problems.append(f"there is no program {spec.command[0]}")
    if spec.working_directory is not None and not spec.working_directory.is_dir():
        problems.append(f"there is no folder {spec.working_directory}")
    return tuple(problems)


def _order(spec: JobSpec, need: Need) -> Order:
    spelling.check(spec)
    folder = spec.working_directory or Path.cwd()
    return Order(
        name=spec.name,
        command=spec.command,
        log=str(spec.log.absolute()),
        need=need,
        memory_limit_bytes=spec.memory_per_node_bytes,
        walltime_s=float(spec.walltime_s),
        queued_at=time.monotonic(),
        account=spec.account or "",
        working_directory=str(folder.absolute()),
        environment=dict(spec.environment),
        setup=spec.setup,
    )


def _as_script(order: Order) -> str:
    need = order.need
    told = (
        f"{order.name}: {plural(need.nodes, 'node')} of {plural(need.cores, 'core')} and "
        f"{format_bytes(need.memory_bytes)}, for {format_seconds(order.walltime_s)}; output in {order.log}"
    )
    lines = [
        "#!/bin/sh",
        f"# {' '.join(told.split())}",  # one line, whatever the name
        f"cd {shlex.quote(order.working_directory or '.')}",
        *(f"export {name}={shlex.quote(value)}" for name, value in order.environment.items()),
        *order.setup,
        f"exec {shlex.join(order.command)}",
    ]
    return "\n".join(lines) + "\n"


def _make_log(log: Path) -> None:
    """The log, empty if it is new, readable by nobody else."""
    try:
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        os.fchmod(handle, 0o600)
        os.close(handle)
    except OSError as problem:
        raise SubmitRefused(
            "The job's log cannot be written.",
            why=f"{log}: {problem.strerror}",
            next_step="Make that folder, or free some space.",
        ) from problem


def _start_shepherd(spool: Spool, number: int) -> None:
    # It needs nothing but the standard library (and psutil where there is no /proc).
    light = ["-I", "-S"] if processes.has_proc() else ["-I"]
    shepherd_log = spool.folder / "jobs" / str(number) / "shepherd.log"
    handle = os.open(shepherd_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as log:
        started = subprocess.run(
            [sys.executable, *light, str(_SHEPHERD), str(spool.folder), str(number)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={name: value for name, value in os.environ.items() if name != local_line.MARK},
            start_new_session=True,
            check=False,
        )
    if started.returncode:
        why = shepherd_log.read_text(errors="replace").strip() if shepherd_log.exists() else ""
        with spool.locked():
            spool.discard(number)
        raise SubmitRefused(
            "The job could not be handed over.",
            why=why.splitlines()[-1] if why else f"its shepherd ended with exit code {started.returncode}",
            next_step="Try again; the machine may be out of memory or processes.",
        )


def _how_it_ended(record: Record) -> Reason | None:
    progress = record.progress
    return Reason(progress.note, progress.code) if progress.code else None


def _status(record: Record, reason: Reason | None, now: float) -> JobStatus:
    order, progress = record.order, record.progress
    started, ended = progress.started_at, progress.ended_at
    ran = None if started is None else (now if ended is None else ended) - started
    state = _STATES[progress.phase]
    return JobStatus(
        job=JobId(str(record.number)),
        state=state,
        state_code=progress.code or progress.phase.upper(),
        reason=reason,
        name=order.name,
        queue=QUEUE,
        account=order.account,
        nodes=order.need.nodes,
        cores=order.need.cores * order.need.nodes,
        hosts=progress.hosts,
        waited_s=max(0.0, (started or ended or now) - order.queued_at),
        ran_s=ran,
        time_left_s=None if ran is None or ended is not None else max(0.0, order.walltime_s - ran),
        exit_code=progress.exit_code,
        signal=signal.Signals(progress.signal) if progress.signal else None,
    )


scheduler = LocalScheduler
