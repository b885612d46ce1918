"""One controller that plays one unknown machine after the other.

Its nodes are of the cloud: no daemon is behind them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from funicular.schedulers.run import Answer, run_command
from tests.slurm import bringup, daemons
from tests.slurm.conf import ONE_MACHINE
from tests.slurm.sites.standing import ACCOUNTING_PORT, CONTROLLER_PORT, ROOT, USER, Ground
from tests.slurm.unknown import making
from tests.slurm.unknown.making import Unknown

CLUSTER = "unknown"
UNDECIDED = ("PENDING|None", "PENDING|Priority", "PENDING|Resources")

COMMON = f"""\
{ONE_MACHINE}SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
PrivateData=cloud
SuspendProgram=/bin/true
ResumeProgram=/bin/true
SuspendTime=86400
ResumeTimeout=600
SlurmdTimeout=0
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageEnforce=associations,limits,qos,safe
"""


class Machines:
    """Where they stand: the ground that is shared, and the accounts of the ordinary user."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.root = ROOT / CLUSTER
        self.conf = self.root / "slurm.conf"

    def accounting(self) -> None:
        """Two accounts of the user's and a foreign one; two QoS of the user's and a foreign one."""
        self.root.mkdir(parents=True, exist_ok=True)
        self._write(making.machine(0))
        accounts, qos = (*making.HOME_ACCOUNTS, making.FOREIGN), (*making.HOME_QOS, making.FOREIGN_QOS)
        self.slurm("sacctmgr", "-i", "add", "cluster", CLUSTER)
        self.slurm("sacctmgr", "-i", "add", "qos", *[one for one in qos if one != "normal"])
        here = f"cluster={CLUSTER}"
        for one in accounts:
            self.slurm("sacctmgr", "-i", "add", "account", one, here, "description=x", "organization=x")
        allowed = f"qos={','.join(making.HOME_QOS)}"
        for one in making.HOME_ACCOUNTS:
            where = (f"account={one}", here, allowed, "defaultqos=normal")
            self.slurm("sacctmgr", "-i", "add", "user", USER, *where)

    @contextmanager
    def standing(self, made: Unknown) -> Iterator[None]:
        """This machine, up; its controller is gone afterwards."""
        shutil.rmtree(self.root / "state", ignore_errors=True)
        self._write(made)
        command = ["slurmctld", "-D", "-f", str(self.conf)]
        log = self.root / "slurmctld.out"
        daemon = daemons.start("slurmctld", command, log=log, env={"SLURM_CONF": str(self.conf)})
        try:
            if not daemons.until(self._answers, 30, step_s=0.05):
                raise bringup.BringUpFailed(f"seed {made.seed}\n{log.read_text(errors='replace')[-3000:]}")
            yield
        finally:
            daemons.stop(daemon, patience_s=5)

    def run(
        self, argv: Sequence[str], *, stdin: str | None = None, timeout_s: float = 20,
        env: Mapping[str, str] | None = None, umask: int = -1,
    ) -> Answer:  # fmt: skip
        """A command as the ordinary user, for ``SlurmScheduler``."""
        entry = pwd.getpwnam(USER)
        own = {"HOME": str(self.root), "USER": USER, "SLURM_CONF": str(self.conf)}
        words = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", *argv]
        return run_command(words, stdin=stdin, timeout_s=timeout_s, env={**(env or {}), **own}, umask=umask)

    def slurm(self, *argv: str) -> Answer:
        """One of Slurm's commands, as root."""
        own = {"PATH": os.defpath + ":/usr/sbin", "SLURM_CONF": str(self.conf), "LC_ALL": "C"}
        return run_command(list(argv), timeout_s=20, env=own)

    def outcome(self, job: str) -> str:
        """``starts``, or for ever why not: Slurm's word. The job is cancelled then."""
        shown = ["squeue", "--noheader", f"--jobs={job}", "--format=%T|%r"]
        daemons.until(lambda: self.slurm(*shown).stdout.strip() not in UNDECIDED, 15, step_s=0.2)
        state, _, reason = self.slurm(*shown).stdout.strip().partition("|")
        self.slurm("scancel", job)
        return "starts" if state in ("CONFIGURING", "RUNNING") else reason

    def _answers(self) -> bool:
        return "UP" in self.slurm("scontrol", "ping").stdout

    def _write(self, made: Unknown) -> None:
        (self.root / "state").mkdir(parents=True, exist_ok=True)
        munge = self.ground.layout.munge_socket
        lines = [
            f"ClusterName={CLUSTER}",
            f"SlurmctldHost={socket.gethostname()}(127.0.0.1)",
            f"SlurmctldPort={CONTROLLER_PORT}",
            "SlurmUser=root",
            f"AuthInfo=socket={munge}",
            f"StateSaveLocation={self.root}/state",
            f"SlurmctldPidFile={self.root}/slurmctld.pid",
            f"SlurmctldLogFile={self.root}/slurmctld.log",
            *COMMON.splitlines(),
            *(["GresTypes=gpu"] if made.has_gpus else []),
            "AccountingStorageHost=127.0.0.1",
            f"AccountingStoragePort={ACCOUNTING_PORT}",
            f"AccountingStoragePass={munge}",
            *making.slurm_conf_lines(made),
        ]
        self.conf.write_text("\n".join(lines) + "\n")
        (self.root / "gres.conf").write_text(making.gres_conf(made))
        Path(self.root).chmod(0o755)
