"""The lease: who still needs the cluster. When nobody has for a while, it ends."""

from __future__ import annotations

from typing import Any

from funicular.processes import ProcessId


class Holders:
    """Processes on this host that hold the cluster, others for a while, and ``keep`` for who outlives them.

    A process here holds by being alive: no beat of it can be missed while it computes. One on another host
    cannot be looked at: it holds for as long as it said last.
    """

    def __init__(self, lease_s: float, now: float) -> None:
        self._lease_s = lease_s
        self._held_at = now
        self._processes: dict[int, ProcessId] = {}
        self._elsewhere: dict[tuple[str, ProcessId], float] = {}
        self.keep = False

    def hold(self, process: ProcessId) -> None:
        """Count this process in."""
        self._processes[process.pid] = process

    def hold_until(self, host: str, process: ProcessId, until: float) -> None:
        """Count in a process on another host, up to this time of ours."""
        self._elsewhere[host, process] = until

    def release(self, process: ProcessId, host: str = "") -> None:
        """Count it out; the lease runs from now on."""
        if host:
            self._elsewhere.pop((host, process), None)
        else:
            self._processes.pop(process.pid, None)

    def who(self) -> list[dict[str, Any]]:
        """The processes that hold the cluster; ``host`` is empty for those here."""
        here = [("", each) for each in self._processes.values() if each.is_alive]
        return [
            {"pid": each.pid, "started": each.started, "host": host}
            for host, each in (*here, *self._elsewhere)
        ]

    def is_over(self, now: float, *, is_connected: bool = False) -> bool:
        """True once nobody has held the cluster for the whole lease.

        is_connected: whether a kernel's connection is open; it breaks when the kernel dies, not before.
        """
        self._processes = {pid: each for pid, each in self._processes.items() if each.is_alive}
        self._elsewhere = {who: until for who, until in self._elsewhere.items() if until > now}
        if self._processes or self._elsewhere or self.keep or is_connected:
            self._held_at = now
        return now - self._held_at > self._lease_s
