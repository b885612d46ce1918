"""The processes of this machine: who is alive, who belongs to whom, how much memory they hold.

Reads ``/proc``; where there is none (macOS), psutil is asked.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from funicular.processes import ProcessId, process_id

PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Process:
    """A living process: whose child it is, its session, and its resident memory in bytes."""

    process: ProcessId
    parent: int
    session: int
    rss_bytes: int


def has_proc() -> bool:
    """Whether this machine shows its processes as files."""
    return (PROC / "self" / "stat").exists()


def table() -> dict[int, Process]:
    """All living processes by number."""
    if has_proc():
        pids: Iterable[int] = (int(name) for name in os.listdir(PROC) if name.isdecimal())
        return {pid: found for pid in pids if (found := _read(pid))}
    import psutil  # type: ignore[import-untyped,unused-ignore]

    return {pid: found for pid in psutil.pids() if (found := _ask(pid))}


def belonging(processes: dict[int, Process], roots: Collection[int]) -> set[int]:
    """The roots' sessions and all descendants of these; roots themselves included while they live."""
    mine = {pid for pid, process in processes.items() if pid in roots or process.session in roots}
    children: dict[int, list[int]] = {}
    for pid, process in processes.items():
        children.setdefault(process.parent, []).append(pid)
    waiting = [*mine, *roots]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in mine:
                mine.add(child)
                waiting.append(child)
    return mine


def marked(name: str, value: str) -> set[int]:
    """The user's processes whose environment holds ``name=value``; empty where that cannot be read."""
    if not has_proc():
        return set()
    word = f"{name}={value}".encode()
    found = set()
    for entry in os.listdir(PROC):
        if entry.isdecimal():
            try:
                environment = (PROC / entry / "environ").read_bytes()
            except OSError:
                continue
            if word in environment.split(b"\0"):
                found.add(int(entry))
    return found


def command(pid: int) -> str:
    """The command line of a process; empty where it cannot be read."""
    try:
        return (PROC / str(pid) / "cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def memory_bytes(processes: dict[int, Process], pids: Collection[int], *, at_most: int) -> int:
    """Memory of these processes together, pages they share counted once when that matters.

    Resident memory is quick to read and counts shared pages again and again (workers forked from one
    process share most of theirs); only when it says ``at_most`` is passed are the shares asked for.
    """
    resident = sum(processes[pid].rss_bytes for pid in pids)
    if resident <= at_most or not has_proc():
        return resident
    return sum(_proportional(pid, processes[pid].rss_bytes) for pid in pids)


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to each of these that is still there and ours."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def _read(pid: int) -> Process | None:
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    rest = text[text.rindex(")") + 2 :].split()  # the name before may hold spaces and brackets
    if rest[0] in "ZX":
        return None
    return Process(ProcessId(pid, int(rest[19])), int(rest[1]), int(rest[3]), int(rest[21]) * _PAGE)


def _ask(pid: int) -> Process | None:
    import psutil  # type: ignore[import-untyped,unused-ignore]

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return Process(process_id(pid), process.ppid(), os.getsid(pid), process.memory_info().rss)
    except (psutil.Error, OSError):
        return None


def _proportional(pid: int, otherwise: int) -> int:
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_text()
    except OSError:
        return otherwise
    lines = (line.split() for line in text.splitlines())
    return next((int(words[1]) * 1024 for words in lines if words and words[0] == "Pss:"), otherwise)
