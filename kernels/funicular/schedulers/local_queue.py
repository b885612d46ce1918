"""Which jobs of this machine may start now, and why the others wait: pure, first in first out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from funicular.schedulers.base import Reason
from funicular.units import format_bytes, plural


@dataclass(frozen=True, slots=True)
class Slots:
    """What there is to share: ``nodes`` equal nodes (one on a laptop); amounts are a node's."""

    nodes: int
    cores: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Need:
    """What a job takes on each of ``nodes`` different nodes."""

    nodes: int
    cores: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Queued:
    """A job in line. number: smaller came earlier.   placed: its nodes (0, 1, ...); empty while it waits.

    left_s: the longest it may still take: its walltime, less what it has run.
    """

    number: int
    need: Need
    placed: tuple[int, ...] = ()
    left_s: float = 0.0


def choose(jobs: Iterable[Queued], slots: Slots) -> dict[int, tuple[int, ...]]:
    """The waiting jobs that may start now, each with the nodes it gets.

    First in, first out: nobody overtakes a job that could start once others end, so nobody starves.
    A job that could never start holds up no one. The emptiest nodes are taken first.
    """
    jobs = sorted(jobs, key=lambda job: job.number)
    free = _free(jobs, slots)
    chosen: dict[int, tuple[int, ...]] = {}
    for job in jobs:
        if job.placed or never_fits(job.need, slots):
            continue
        nodes = _place(job.need, free)
        if not nodes:
            break
        chosen[job.number] = nodes
        _take(free, nodes, job.need)
    return chosen


def why_waiting(number: int, jobs: Sequence[Queued], slots: Slots) -> Reason:
    """Why this job has not started, in words and with Slurm's word for the same."""
    mine = next(job for job in jobs if job.number == number)
    if problems := never_fits(mine.need, slots):
        return Reason(f"it can never start here: {'; '.join(problems)}", "Resources", hopeless=True)
    ahead = [
        job for job in jobs if job.number < number and not job.placed and not never_fits(job.need, slots)
    ]
    if ahead:
        return Reason(f"{plural(len(ahead), 'job')} came first", "Priority")
    busy = sum(job.need.cores * len(job.placed) for job in jobs)
    held = f"{busy} of {plural(slots.cores * slots.nodes, 'core')}"
    return Reason(f"it needs {_words(mine.need)}; running jobs hold {held}", "Resources")


def never_fits(need: Need, slots: Slots) -> tuple[str, ...]:
    """Every way in which a job asks for more than there is; empty when it can start one day."""
    problems = []
    if need.nodes > slots.nodes:
        problems.append(f"it asks for {plural(need.nodes, 'node')}, there is {slots.nodes}")
    if need.cores > slots.cores:
        problems.append(f"it asks for {plural(need.cores, 'core')} a node, a node has {slots.cores}")
    if need.memory_bytes > slots.memory_bytes:
        asked, there = format_bytes(need.memory_bytes), format_bytes(slots.memory_bytes)
        problems.append(f"it asks for {asked} a node, a node has {there}")
    return tuple(problems)


def starts_in(need: Need, jobs: Sequence[Queued], slots: Slots) -> float:
    """Seconds until a new job with this need starts, if all jobs take as long as they may."""
    newcomer = max((job.number for job in jobs), default=0) + 1
    line = [*jobs, Queued(newcomer, need)]
    now = 0.0
    while True:
        for number, placed in choose(line, slots).items():
            if number == newcomer:
                return now
            line = [
                Queued(job.number, job.need, placed, now + job.left_s) if job.number == number else job
                for job in line
            ]
        now = min(job.left_s for job in line if job.placed)  # left_s of a placed job: when it ends
        line = [job for job in line if not job.placed or job.left_s > now]


def _free(jobs: Iterable[Queued], slots: Slots) -> list[list[int]]:
    """(cores, bytes) free on each node."""
    free = [[slots.cores, slots.memory_bytes] for _ in range(slots.nodes)]
    for job in jobs:
        _take(free, [node for node in job.placed if node < slots.nodes], job.need)
    return free


def _take(free: list[list[int]], nodes: Iterable[int], need: Need) -> None:
    for node in nodes:
        free[node][0] -= need.cores
        free[node][1] -= need.memory_bytes


def _place(need: Need, free: list[list[int]]) -> tuple[int, ...]:
    """The emptiest nodes that hold the job; empty when there are too few."""
    fitting = [
        n for n, (cores, bytes_) in enumerate(free) if cores >= need.cores and bytes_ >= need.memory_bytes
    ]
    if len(fitting) < need.nodes:
        return ()
    return tuple(sorted(sorted(fitting, key=lambda n: (-free[n][0], n))[: need.nodes]))


def _words(need: Need) -> str:
    amount = f"{plural(need.cores, 'core')} and {format_bytes(need.memory_bytes)}"
    return amount if need.nodes == 1 else f"{amount} on each of {need.nodes} nodes"
