"""The processes of one running job: started once for every node, counted, and ended together."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from funicular.processes import ProcessId, process_id
from funicular.schedulers import processes
from funicular.schedulers.local_line import MARK
from funicular.schedulers.local_spool import Order
from funicular.units import format_bytes

GIVE_UP_S = 30.0  # a process that even SIGKILL does not end hangs in the kernel (a dead file system)
SHEPHERD = "local_shepherd.py"
_SET_PDEATHSIG, _SET_CHILD_SUBREAPER = 1, 36


class Flock:
    """A job's processes. ``start`` once; then ask, and ``end``."""

    def __init__(self, order: Order, hosts: tuple[str, ...], mark: str) -> None:
        self.order = order
        self.hosts = hosts
        self.mark = mark
        self.leaders: tuple[ProcessId, ...] = ()
        self.exit_code: int | None = None
        self.signal: int | None = None
        self._running: set[int] = set()

    @property
    def is_limited(self) -> bool:
        """Whether memory must be watched."""
        return self.order.memory_limit_bytes is not None

    def start(self) -> tuple[ProcessId, ...]:
        """Start the command on every node; the first process of each."""
        _prctl(_SET_CHILD_SUBREAPER, 1)  # what loses its parent becomes our child: nothing gets lost
        started = []
        for index, host in enumerate(self.hosts):
            pid = os.fork()
            if pid == 0:
                self._become(index, host)
            self._running.add(pid)
            started.append(process_id(pid))
        self.leaders = tuple(started)
        return self.leaders

    def has_ended(self) -> bool:
        """Whether the command has ended on all nodes."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self._running.clear()
                return True
            if pid == 0:
                return not self._running
            if pid in self._running:
                self._running.discard(pid)
                code = os.waitstatus_to_exitcode(status)
                self.signal = self.signal or (-code if code < 0 else None)
                self.exit_code = max(self.exit_code or 0, code)

    def verdict(self) -> tuple[str, str]:
        """How a job ended by itself: its code and the same in words."""
        if self.signal:
            name = signal.Signals(self.signal).name
            hint = "; this machine may have run out of memory" if self.signal == signal.SIGKILL else ""
            return "FAILED", f"it was ended by {name}{hint}"
        if self.exit_code:
            return "FAILED", f"it ended with exit code {self.exit_code}"
        return "COMPLETED", "it finished"

    def over_memory(self) -> str:
        """In words, how a node's processes hold more memory than they may; empty when they do not."""
        limit = self.order.memory_limit_bytes
        if limit is None:
            return ""
        table = processes.table()
        table = {pid: table[pid] for pid in self.members(table)}
        for leader, host in zip(self.leaders, self.hosts, strict=True):
            used = processes.memory_bytes(table, processes.belonging(table, {leader.pid}), at_most=limit)
            if used > limit:
                held, allowed = format_bytes(used), format_bytes(limit)
                return f"its processes on {host} held {held}, the limit was {allowed}"
        return ""

    def end(self, wait: Callable[[float], object], *, grace_s: float) -> None:
        """Ask all processes to end, kill those that are still there after the grace."""
        asked = time.monotonic()
        if grace_s > 0:
            processes.send(self.members(), signal.SIGTERM)
        while self.members():
            self.has_ended()
            waited = time.monotonic() - asked
            if waited >= grace_s:
                self.kill()
            if waited > grace_s + GIVE_UP_S:
                break
            wait(0.05 if waited >= grace_s else min(0.2, grace_s - waited))
        self.has_ended()

    def kill(self) -> None:
        """End all processes at once."""
        processes.send(self.members(), signal.SIGKILL)

    def members(self, table: dict[int, processes.Process] | None = None) -> set[int]:
        """Numbers of all living processes of this job: our descendants, since we adopt their orphans.

        A job submitted from inside this one is not part of it: its shepherd may be our adopted child.
        """
        table = table or processes.table()
        me = os.getpid()
        roots = {me} if processes.has_proc() else {me, *(leader.pid for leader in self.leaders)}
        adopted = {pid for pid, each in table.items() if each.parent == me}
        others = {pid for pid in adopted if SHEPHERD in processes.command(pid)}
        ours = {pid: each for pid, each in table.items() if pid not in others}
        return processes.belonging(ours, roots) - {me}

    def _become(self, index: int, host: str) -> None:
        """In the child: a session of its own, the log for output, and the command. Never returns."""
        try:
            os.setsid()
            _prctl(_SET_PDEATHSIG, signal.SIGTERM)
            for number in (signal.SIGUSR1, signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            signal.set_wakeup_fd(-1)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
            log = os.open(self.order.log, flags, 0o600)
            os.dup2(log, 1)
            os.dup2(log, 2)
            if self.order.working_directory:
                os.chdir(self.order.working_directory)
            command = list(self.order.command)
            if self.order.setup:
                command = ["/bin/bash", "-c", "\n".join([*self.order.setup, 'exec "$@"']), "bash", *command]
            environment = {
                **os.environ,
                **self.order.environment,
                MARK: self.mark,
                "FUNICULAR_JOB": self.mark.rpartition(":")[2],
                "FUNICULAR_NODE_INDEX": str(index),
                "FUNICULAR_NODE_NAME": host,
                "FUNICULAR_NODES": str(len(self.hosts)),
            }
            os.execvpe(command[0], command, environment)
        except OSError as problem:
            os.write(2, f"This job could not be started: {problem}\n".encode())
        finally:
            os._exit(127)


def _prctl(option: int, value: int) -> None:
    """Linux's ``prctl``; elsewhere nothing, and the next one who asks about jobs cleans up."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
    except (AttributeError, OSError):
        pass
