"""What programs may take on this machine: limits of a login node, and its site's rules."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import dataclass

from funicular.clusters import cgroup
from funicular.doctor.finding import Finding, State
from funicular.doctor.probe import Errand, Probe, Seen
from funicular.units import format_bytes, format_seconds, plural

NAME = "login"
ENOUGH_BYTES = 2 * 10**9
ENOUGH_PROCESSES = 200
ENOUGH_FILES = 512


@dataclass(frozen=True, slots=True)
class Limits:
    """Of a process started here; ``None``: no limit.   cpu_s: processor time.   memory_bytes: of all ours."""

    cpu_s: float | None
    memory_bytes: int | None
    processes: int | None
    files: int | None


def gather(errand: Errand) -> Limits:
    """Ours."""
    address_space = _limit(resource.RLIMIT_AS)
    group = cgroup.limit_bytes(cgroup.own_group())
    memory = min((each for each in (address_space, group) if each is not None), default=None)
    cpu = _limit(resource.RLIMIT_CPU)
    return Limits(
        None if cpu is None else float(cpu),
        memory,
        _limit(resource.RLIMIT_NPROC),
        _limit(resource.RLIMIT_NOFILE),
    )


def _limit(which: int) -> int | None:
    soft, hard = resource.getrlimit(which)
    if which == resource.RLIMIT_NOFILE:
        soft = hard  # we may raise it ourselves
    return None if soft == resource.RLIM_INFINITY or soft >= 2**62 else soft


def judge(seen: Seen[Limits]) -> Iterator[Finding]:
    """Whether a notebook and its cluster's controller may live here."""
    place = seen.place
    if place.forbids_servers:
        by = (
            place.profile.name
            if place.profile and place.profile.access.login_servers == "forbidden"
            else "the policy"
        )
        yield Finding(
            NAME,
            State.NOTE,
            f"Servers may not run on this login node ({by}).",
            "A cluster's controller runs inside its first job instead; that is chosen by itself.",
            "Start JupyterLab itself inside a job too.",
        )
    if seen.here is not None:
        yield from _limits(seen.here, is_job=place.job is not None or place.is_local)


def _limits(here: Limits, *, is_job: bool) -> Iterator[Finding]:
    where = "this machine" if is_job else "this login node"
    said = []
    if here.cpu_s is not None:
        said.append(f"{format_seconds(here.cpu_s)} of processor time a process")
    if here.memory_bytes is not None and here.memory_bytes < ENOUGH_BYTES:
        said.append(f"{format_bytes(here.memory_bytes)} of memory")
    if here.processes is not None and here.processes < ENOUGH_PROCESSES:
        said.append(plural(here.processes, "process", "processes"))
    if here.files is not None and here.files < ENOUGH_FILES:
        said.append(f"{here.files} open files")
    if said:
        yield Finding(
            NAME,
            State.WARN,
            f"Programs on {where} get at most: {', '.join(said)}.",
            "JupyterLab, kernels or a cluster's controller would be ended or fail in the middle of work.",
            "Start JupyterLab in a job: srun --pty bash -l, then funicular lab.",
        )
    else:
        yield Finding(
            NAME,
            State.OK,
            f"No tight limits on {where}.",
            "JupyterLab and a cluster's controller can live here.",
        )


probe = Probe("this machine", "Limits of this machine", judge, Limits, gather)
