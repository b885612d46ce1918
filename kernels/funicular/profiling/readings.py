"""What the system says this process has used so far; parsing is apart from reading.

Source: proc(5): /proc/self/status, /proc/self/io, /proc/self/task/*/stat. Where there is no /proc, as on
macOS, processor time is all that is known.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from funicular.profiling.session import GpuUse, Usage


@dataclass(frozen=True, slots=True)
class Reading:
    """Used until now.   memory_bytes: resident.   peak_bytes: the most there ever was of that."""

    cpu_user_s: float
    cpu_system_s: float
    memory_bytes: int | None = None
    peak_bytes: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was noted while the cell ran.   runnable: threads, at each look.   memory_bytes: the most."""

    memory_bytes: int = 0
    runnable: tuple[int, ...] = ()
    gpus: tuple[GpuUse, ...] = ()
    gpu_note: str = ""


def read_now() -> Reading:
    """This process, now."""
    took = os.times()
    status, io = _text("/proc/self/status"), _text("/proc/self/io")
    return Reading(
        took.user + took.children_user,
        took.system + took.children_system,
        field(status, "VmRSS:", 1024),
        field(status, "VmHWM:", 1024),
        field(io, "rchar:"),
        field(io, "wchar:"),
    )


def resident_bytes() -> int:
    """Memory of this process, at little cost; 0 where it cannot be read."""
    words = _text("/proc/self/statm").split()
    return int(words[1]) * os.sysconf("SC_PAGE_SIZE") if len(words) > 1 else 0


def runnable_threads(own: int) -> int | None:
    """Threads of this process that run or could, without the one that asks (its id in the system)."""
    try:
        tasks = [each for each in os.listdir("/proc/self/task") if each != str(own)]
    except OSError:
        return None
    return count_runnable(_text(f"/proc/self/task/{each}/stat") for each in tasks)


def count_runnable(stats: Iterable[str]) -> int:
    """How many of these ``/proc/.../stat`` are of a thread in state ``R``; one that is gone is empty."""
    return sum(text.rpartition(")")[2].lstrip().startswith("R") for text in stats)


def field(text: str, name: str, scale: int = 1) -> int | None:
    """The number behind a name at the beginning of a line."""
    for line in text.splitlines():
        if line.startswith(name):
            word = line[len(name) :].split()
            return int(word[0]) * scale if word and word[0].isdecimal() else None
    return None


def used(before: Reading, after: Reading, seen: Seen, *, cores: int, memory_limit_bytes: int | None) -> Usage:
    """What was used in between."""
    peak = [each for each in (before.memory_bytes, after.memory_bytes, seen.memory_bytes or None) if each]
    if after.peak_bytes and after.peak_bytes > (before.peak_bytes or after.peak_bytes):
        peak.append(after.peak_bytes)
    return Usage(
        cores=cores,
        cpu_user_s=max(0.0, after.cpu_user_s - before.cpu_user_s),
        cpu_system_s=max(0.0, after.cpu_system_s - before.cpu_system_s),
        memory_before_bytes=before.memory_bytes,
        memory_peak_bytes=max(peak, default=None),
        memory_after_bytes=after.memory_bytes,
        memory_limit_bytes=memory_limit_bytes,
        read_bytes=_between(before.read_bytes, after.read_bytes),
        written_bytes=_between(before.written_bytes, after.written_bytes),
        threads_mean=sum(seen.runnable) / len(seen.runnable) if seen.runnable else None,
        threads_most=max(seen.runnable, default=None),
        gpus=seen.gpus,
        gpu_note=seen.gpu_note,
    )


def _between(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else max(0, after - before)


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
