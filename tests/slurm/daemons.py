"""Start daemons in the foreground, remember who they are, and stop exactly those.

A process is its pid *and* its start time: a pid alone may belong to somebody else tomorrow.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Daemon:
    """One running daemon.   born: field 22 of /proc/<pid>/stat, in clock ticks since boot."""

    name: str
    pid: int
    born: int

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def start(name: str, command: Sequence[str], *, log: Path, user: str | None = None, env=None) -> Daemon:
    """Run ``command`` detached, as ``user`` (this user if none), its output in ``log``."""
    identity = {}
    if user is not None and pwd.getpwnam(user).pw_uid != os.getuid():
        entry = pwd.getpwnam(user)
        identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, cwd="/",
            umask=0o022, env={"PATH": os.defpath + ":/usr/sbin:/sbin", **(env or {})}, **identity,
        )  # fmt: skip
    return known(name, process.pid)


def known(name: str, pid: int) -> Daemon:
    """The daemon with this pid, as it is now."""
    return Daemon(name, pid, _stat(pid)[1] if _stat(pid) else -1)


def is_alive(daemon: Daemon) -> bool:
    """Whether it still runs; a zombie (pid 1 may not reap) does not."""
    found = _stat(daemon.pid)
    return found is not None and found[1] == daemon.born and found[0] not in "ZX"


def stop(daemon: Daemon, *, patience_s: float = 5) -> None:
    """Ask it to end, wake it if it was stopped, and kill it when it takes too long."""
    if not is_alive(daemon):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(daemon.pid, signal.SIGTERM)
        os.kill(daemon.pid, signal.SIGCONT)
    if not until(lambda: not is_alive(daemon), patience_s):
        with contextlib.suppress(ProcessLookupError):
            os.kill(daemon.pid, signal.SIGKILL)
        until(lambda: not is_alive(daemon), 5)


def children(pid: int) -> list[int]:
    """The pids of the direct children of a process."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def until(condition: Callable[[], bool], seconds: float, *, step_s: float = 0.03) -> bool:
    """Ask again and again until ``condition`` holds; False when the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(step_s)
    return True


def _stat(pid: int) -> tuple[str, int] | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return fields[0], int(fields[19])
