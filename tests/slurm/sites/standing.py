"""Machines that stand one after the other on this one: a shared munge and accounting, a Slurm for each.

Nodes are slurmds on ports of this machine; jobs really start on them. An ordinary user submits.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from funicular.schedulers.run import Answer, run_command
from funicular.sites.model import Profile
from tests.slurm import bringup, daemons, network
from tests.slurm.daemons import Daemon
from tests.slurm.layout import Layout
from tests.slurm.sites import likeness, rules
from tests.slurm.sites.likeness import Place

ROOT = Path("/var/tmp/funicular-sites")
USER = "games"  # an account that every Debian has; nothing of it is changed
ACCOUNTING_PORT, DATABASE_PORT, CONTROLLER_PORT, NODE_PORT = 16929, 13326, 16927, 17300


class Ground:
    """What all machines share: munge, the database and slurmdbd."""

    def __init__(self) -> None:
        self._running: list[Daemon] = []
        self.layout = Layout(
            ROOT, (), socket.gethostname(), "127.0.0.1", as_root=True, slurm_user="root",
            controller_port=CONTROLLER_PORT, accounting_port=ACCOUNTING_PORT, database_port=DATABASE_PORT,
        )  # fmt: skip

    def build(self) -> None:
        """Start what is shared. Raises ``BringUpFailed``."""
        taken = [
            port for port in (ACCOUNTING_PORT, DATABASE_PORT, CONTROLLER_PORT) if network.listening(port)
        ]
        if taken:
            raise bringup.BringUpFailed(f"ports {taken} are in use by something else")
        bringup.write_files(self.layout)
        for i in range(likeness.DEVICES):
            bringup.make_device(ROOT / f"fakedev/gpu{i}")
        self._begin("mariadb", bringup.database_command(self.layout), "mysql")
        self._begin("munged", bringup.munged_command(self.layout), "munge")
        self._until("munged", self.layout.munge_socket.exists)
        self._until("mariadb", lambda: network.listening(DATABASE_PORT))
        self._begin("slurmdbd", ["slurmdbd", "-D"], None, SLURM_CONF=str(ROOT / "etc/slurm.conf"))
        self._until("slurmdbd", lambda: network.listening(ACCOUNTING_PORT))

    def clear(self) -> None:
        """Stop what was started and remove its files."""
        for daemon in reversed(self._running):
            daemons.stop(daemon, patience_s=8)
        shutil.rmtree(ROOT, ignore_errors=True)

    def _begin(self, name: str, command: Sequence[str], user: str | None, **env: str) -> None:
        log = self.layout.log / f"{name}.out"
        self._running.append(daemons.start(name, command, log=log, user=user, env=env))

    def _until(self, name: str, condition) -> None:
        if not daemons.until(condition, 20):
            words = (self.layout.log / f"{name}.out").read_text(errors="replace")[-2000:]
            raise bringup.BringUpFailed(f"{name} did not come up\n{words}")


@contextmanager
def standing(profile: Profile, ground: Ground) -> Iterator[Machine]:
    """This machine, up; it is gone afterwards."""
    place = Place(
        ROOT / profile.id, socket.gethostname(), ground.layout.munge_socket, CONTROLLER_PORT,
        ACCOUNTING_PORT, NODE_PORT, ROOT / "fakedev", USER,
    )  # fmt: skip
    machine = Machine(profile, place)
    try:
        machine.build()
        yield machine
    finally:
        machine.clear()


class Machine:
    """A Slurm that behaves like a known machine."""

    def __init__(self, profile: Profile, place: Place) -> None:
        self.profile, self.place = profile, place
        self.conf = place.root / "slurm.conf"
        self._running: list[Daemon] = []

    def build(self) -> None:
        """Write its files, its accounts, and start it. Raises ``BringUpFailed``."""
        root = self.place.root
        for folder in ("state", "spool", "jobs"):
            (root / folder).mkdir(parents=True)
        (root / "jobs").chmod(0o777)
        self.conf.write_text(likeness.slurm_conf(self.profile, self.place))
        (root / "gres.conf").write_text(likeness.gres_conf(self.profile, self.place))
        (root / "job_submit.lua").write_text(rules.lua(self.profile))
        for arguments in likeness.accounting(self.profile, USER):
            self.slurm("sacctmgr", "-i", *arguments)
        self._begin("slurmctld", ["slurmctld", "-D", "-f", str(self.conf)])
        names = likeness.node_names(self.profile)
        for name in names:
            self._begin(name, ["slurmd", "-D", "-N", name, "-f", str(self.conf)])
        if not daemons.until(lambda: self._idle() == len(names), 30, step_s=0.2):
            log = (root / "slurmctld.log").read_text(errors="replace")[-3000:]
            raise bringup.BringUpFailed(
                f"{self.profile.id}: {self._idle()} of {len(names)} nodes are idle\n{log}"
            )

    def clear(self) -> None:
        """Cancel, stop, remove."""
        if self._running:
            self.slurm("scancel", f"--user={USER}", check=False)
            daemons.until(lambda: not self.slurm("squeue", "-h", check=False).stdout.strip(), 10, step_s=0.1)
        for daemon in reversed(self._running):
            daemons.stop(daemon, patience_s=5)
        for arguments in likeness.no_accounting(self.profile):
            self.slurm("sacctmgr", "-i", *arguments, check=False)
        shutil.rmtree(self.place.root, ignore_errors=True)

    def slurm(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """One of Slurm's commands, as root."""
        env = {"PATH": os.defpath + ":/usr/sbin", "SLURM_CONF": str(self.conf), "LC_ALL": "C"}
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=20, check=False)
        nothing_new = "Nothing new added" in done.stdout or "Nothing modified" in done.stdout
        if check and done.returncode and not nothing_new:
            raise bringup.BringUpFailed(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
        return done

    def run(
        self, argv: Sequence[str], *, stdin: str | None = None, timeout_s: float = 20,
        env: Mapping[str, str] | None = None, umask: int = -1,
    ) -> Answer:  # fmt: skip
        """A command as the ordinary user, for ``SlurmScheduler``."""
        entry = pwd.getpwnam(USER)
        own = {"HOME": str(self.place.root), "USER": USER, "SLURM_CONF": str(self.conf)}
        words = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", *argv]
        return run_command(words, stdin=stdin, timeout_s=timeout_s, env={**(env or {}), **own}, umask=umask)

    def _idle(self) -> int:
        shown = self.slurm("sinfo", "-h", "-N", "-t", "idle", "-o", "%N", check=False).stdout
        return len(set(shown.split()))  # a node has a line for each of its partitions

    def _begin(self, name: str, command: Sequence[str]) -> None:
        log = self.place.root / f"{name}.out"
        self._running.append(daemons.start(name, command, log=log, env={"SLURM_CONF": str(self.conf)}))


def token() -> str:
    """Something that no other job is called."""
    return secrets.token_hex(3)
