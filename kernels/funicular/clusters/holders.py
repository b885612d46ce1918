"""The lease: who still needs the cluster. When nobody has for a while, it ends."""

from __future__ import annotations

from funicular.processes import ProcessId


class Holders:
    """Processes on this host that hold the cluster, and ``keep`` for those that should outlive them.

    A process holds by being alive: no beat of it can be missed while it computes.
    """

    def __init__(self, lease_s: float, now: float) -> None:
        self._lease_s = lease_s
        self._held_at = now
        self._processes: dict[int, ProcessId] = {}
        self.keep = False

    def hold(self, process: ProcessId) -> None:
        """Count this process in."""
        self._processes[process.pid] = process

    def release(self, process: ProcessId) -> None:
        """Count it out; the lease runs from now on."""
        self._processes.pop(process.pid, None)

    def is_over(self, now: float) -> bool:
        """True once nobody has held the cluster for the whole lease."""
        self._processes = {pid: each for pid, each in self._processes.items() if each.is_alive}
        if self._processes or self.keep:
            self._held_at = now
        return now - self._held_at > self._lease_s
