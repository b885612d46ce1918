"""Which process a number means: a pid is used again, a pid with its start time is not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A process on this host: its pid and when it started (clock ticks since boot; 0 = unknown)."""

    pid: int
    started: int = 0

    @property
    def is_alive(self) -> bool:
        """True while this very process runs; a zombie and a reused pid are not it."""
        found = _stat(self.pid)
        if found is None:
            return False if Path("/proc/self/stat").exists() else _answers(self.pid)
        state, started, _ = found
        return state not in "ZX" and self.started in (0, started)

    @property
    def is_stopped(self) -> bool:
        """True while it is frozen by a signal (SIGSTOP) or a debugger."""
        found = _stat(self.pid)
        return found is not None and found[0] in "Tt"

    @property
    def cpu_ticks(self) -> int:
        """Processor time used so far, in clock ticks; 0 when it cannot be read."""
        found = _stat(self.pid)
        return found[2] if found else 0


def process_id(pid: int | None = None) -> ProcessId:
    """The identity of a running process, by default this one."""
    pid = os.getpid() if pid is None else pid
    found = _stat(pid)
    return ProcessId(pid, found[1] if found else 0)


def _stat(pid: int) -> tuple[str, int, int] | None:
    """State letter, start time and CPU time of a process. Source: proc(5), /proc/pid/stat."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # the name before may hold spaces and brackets
    return fields[0], int(fields[19]), int(fields[11]) + int(fields[12])


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
