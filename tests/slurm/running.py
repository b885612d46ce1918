"""The running site as tests see it: its people, its faults on demand, and what the controller counted."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.slurm import bringup, daemons
from tests.slurm.layout import Layout
from tests.slurm.people import Person


@dataclass(frozen=True, slots=True)
class Counts:
    """What ``sdiag`` has counted: calls by type and by user, since the controller's start."""

    by_type: Mapping[str, int]
    by_user: Mapping[str, int]

    def __sub__(self, earlier: Counts) -> Counts:
        """The calls since ``earlier``; what did not grow is left out."""
        return Counts(_grown(self.by_type, earlier.by_type), _grown(self.by_user, earlier.by_user))


@dataclass(frozen=True, slots=True)
class RunningSite:
    """A Slurm that is up."""

    layout: Layout

    def person(self, name: str) -> Person:
        """One of the site's users; without root there is only ourselves."""
        return Person(name if self.layout.as_root else self.layout.slurm_user, self.layout)

    def slurm(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """One of Slurm's commands, as the site's administrator."""
        return bringup.slurm(self.layout, *command, check=check)

    def counts(self) -> Counts:
        """The controller's counters now."""
        return parse_sdiag(self.slurm("sdiag").stdout)

    def wait_for_nodes(self, seconds: float = 60) -> bool:
        """Wait until every node is idle again."""
        return daemons.until(
            lambda: bringup.idle_nodes(self.layout) == len(self.layout.nodes), seconds, step_s=0.2
        )

    def crash_node(self, name: str) -> None:
        """Cut a node's power: everything in its namespace is killed at once."""
        daemon = bringup.read_state(self.layout)[name]
        for init in daemons.children(daemon.pid) or [daemon.pid]:
            os.kill(init, signal.SIGKILL)
        daemons.stop(daemon)

    def start_node(self, name: str) -> None:
        """Start a crashed node again."""
        node = next(one for one in self.layout.nodes if one.name == name)
        bringup.start_node(self.layout, node)

    @contextmanager
    def frozen_controller(self) -> Iterator[None]:
        """Inside, slurmctld is stopped: no command gets an answer."""
        pid = bringup.read_state(self.layout)["slurmctld"].pid
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def shims(self, programs: Mapping[str, str]) -> Path:
        """A folder of small shell programs, to be put in front of everybody's PATH."""
        folder = Path(tempfile.mkdtemp(prefix="shims-", dir=self.layout.root / "run"))
        folder.chmod(0o755)
        for name, body in programs.items():
            (folder / name).write_text(f"#!/bin/bash\n{body}\n")
            (folder / name).chmod(0o755)
        return folder

    def processes_of(self, person: Person) -> list[str]:
        """Command lines of this user's living processes, on the login node and on all nodes."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                status = (folder / "status").read_text()
                words = (folder / "cmdline").read_text().replace("\0", " ").strip()
            except OSError:
                continue
            is_zombie = re.search(r"^State:\s+[ZX]", status, re.MULTILINE)
            if folder.stat().st_uid == person.home.stat().st_uid and words and not is_zombie:
                found.append(f"{folder.name}: {words}")
        return found


def parse_sdiag(text: str) -> Counts:
    """The two tables of ``sdiag`` that count calls."""
    kinds, _, rest = text.partition("Remote Procedure Call statistics by message type")[2].partition(
        "Remote Procedure Call statistics by user"
    )
    row = re.compile(r"^\s+(\S+)\s+\(\s*\d+\)\s+count:(\d+)", re.MULTILINE)
    return Counts(
        {name: int(count) for name, count in row.findall(kinds)},
        {name: int(count) for name, count in row.findall(rest)},
    )


def _grown(now: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    return {name: count - before.get(name, 0) for name, count in now.items() if count > before.get(name, 0)}
