"""Wishes that newcomers have, made into jobs by Funicular alone and started on a standing machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from unittest import mock

from funicular.clusters.fleet import Block
from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.jobs import job_of
from funicular.clusters.planning import shape_of
from funicular.messages import Wish
from funicular.schedulers import slurm
from funicular.schedulers.base import JobId, JobSpec, Queue
from funicular.schedulers.slurm import SlurmScheduler
from funicular.sites.own_terms import in_own_terms
from funicular.sites.request import plan
from tests.slurm import daemons
from tests.slurm.sites.standing import USER, Machine, token

STARTS_S = 20.0


@dataclass(frozen=True, slots=True)
class Trial:
    """One wish and what became of it.   options: those of sbatch that the site's rules are about."""

    what: str
    queue: str
    nodes: int
    options: tuple[str, ...]
    state: str

    @property
    def is_running(self) -> bool:
        return self.state.startswith("RUNNING")

    @property
    def said(self) -> str:
        return "ran" if self.is_running else f"**{self.state}**"


def scheduler(machine: Machine) -> SlurmScheduler:
    """Slurm as the ordinary user of this machine sees it."""
    return SlurmScheduler(machine.run, environ={"PATH": os.defpath})


def queues(machine: Machine) -> tuple[Queue, ...]:
    """The queues of this user, as Funicular sees them on a machine that it knows."""
    with mock.patch.object(slurm, "_own_name", lambda: USER):
        return in_own_terms(scheduler(machine).queues(), machine.profile)


def wishes(machine: Machine) -> Iterator[tuple[str, Wish]]:
    """Nothing chosen, one node, four nodes; where there are GPUs, two nodes with all of theirs."""
    found = queues(machine)
    usual = found[0]
    yield "nothing chosen", Wish()
    yield "a server of 2 cores", Wish(nodes=1, cores=2, hours=1)
    yield "1 node", Wish(nodes=1, hours=1)
    yield "4 nodes", Wish(nodes=min(4, usual.nodes), hours=1)
    with_gpus = next((each for each in found if each.gpus_per_node and each.is_offered), None)
    if with_gpus is not None:
        yield "1 GPU", Wish(gpus=1, hours=1)
        yield "2 nodes with GPUs", Wish(nodes=2, gpus=2 * with_gpus.gpus_per_node, hours=1)


def spec_of(machine: Machine, wish: Wish) -> JobSpec:
    """The job of a cluster's block for this wish; it sleeps instead of working.

    Where the user has several accounts and none is named, the first that its queue takes pays.
    """
    here = queues(machine)
    if any(len(each.accounts) > 1 for each in here):
        here = tuple(replace(each, accounts=each.accounts[:1]) for each in here)
    made = plan(wish, here, site=machine.profile.name)
    block = Block("b1", made.nodes, shape_of(made))
    name = f"funicular-{machine.profile.id}-{token()}"
    spec = job_of(block, name=name, python="python3", folder=machine.place.root, defaults=SiteDefaults())
    return replace(spec, command=("sleep", "60"), log=machine.place.root / "jobs" / f"{name}.log")


def seen_by_the_job(machine: Machine) -> dict[str, str]:
    """The environment of a job's command, as it wrote it down.

    Submitted from one that holds every variable that the site wants gone.
    """
    spec = replace(spec_of(machine, Wish(nodes=1, hours=0.1)), command=("env",))
    unwanted = dict.fromkeys(machine.profile.job_script.unset, "/nonexistent")
    job = SlurmScheduler(machine.run, environ={"PATH": os.defpath, **unwanted}).submit(spec)
    daemons.until(
        lambda: state(machine, job).partition(" ")[0] in ("", "COMPLETED", "FAILED"), STARTS_S, step_s=0.2
    )
    lines = spec.log.read_text(encoding="utf-8", errors="replace").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def attempt(machine: Machine, what: str, wish: Wish) -> Trial:
    """Submit the job of this wish, wait until it runs, end it. Raises what submitting raises."""
    return start(machine, what, spec_of(machine, wish))


def start(machine: Machine, what: str, spec: JobSpec) -> Trial:
    """The same for a job."""
    site = scheduler(machine)
    job = site.submit(spec)
    daemons.until(lambda: state(machine, job).partition(" ")[0] not in WAITS, STARTS_S, step_s=0.2)
    seen = state(machine, job)
    site.cancel([job])
    daemons.until(lambda: not state(machine, job), 10, step_s=0.1)
    said = tuple(each for each in slurm.slurm_text.submit_command(spec) if each.startswith(TOLD))
    return Trial(what, spec.queue or "", spec.nodes, said, seen)


WAITS = ("PENDING", "CONFIGURING")
TOLD = (
    "--partition", "--qos", "--account", "--constraint", "--gres", "--gpus", "--cpus-per-task", "--mem",
    "--hint", "--reservation",
)  # fmt: skip


def state(machine: Machine, job: JobId) -> str:
    """Slurm's word for the job's state now, and for a pending one why."""
    return machine.slurm("squeue", "-h", "-j", job, "-o", "%T %r", check=False).stdout.strip()
