"""Whether compute nodes have the kind of processor that this machine has."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from funicular.clusters.planning import runs_on
from funicular.doctor.finding import Finding, State
from funicular.doctor.probe import Errand, Probe, Seen
from funicular.units import plural

NAME = "processor"
PROFILED = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


@dataclass(frozen=True, slots=True)
class Processor:
    """machine: as ``uname -m`` says it.   cores: those that this process may use."""

    machine: str
    cores: int


def gather(errand: Errand) -> Processor:
    """This host's."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Processor(platform.machine(), cores)


def judge(seen: Seen[Processor]) -> Iterator[Finding]:
    """Of the node that was visited, and of queues that say what their nodes are."""
    here = seen.here
    if here is None or seen.place.is_local:
        return
    there = seen.trial.said.get("machine", "") if seen.trial else ""
    if there and not runs_on_name(here.machine, there):
        yield Finding(
            NAME,
            State.FAIL,
            f"Compute nodes are {there}, this machine is {here.machine}.",
            "Programs of one do not run on the other: this environment cannot be used by workers there.",
            "Make an environment on such a node, and have the session run there: srun --pty bash -l, then "
            "funicular lab.",
        )
    elif there:
        cores = f", {plural(seen.node.cores, 'core')} for the job" if seen.node else ""
        yield Finding(NAME, State.OK, f"The node is {there} like this machine{cores}.")
    foreign = [each for each in seen.place.queues or () if not runs_on(here.machine, each)]
    if foreign:
        yield Finding(
            NAME,
            State.NOTE,
            f"Nodes of another kind: {', '.join(f'{each.name} ({each.architecture})' for each in foreign)}.",
            f"This machine is {here.machine}; clusters from here do not use these queues.",
            "To use them, make an environment and start the session on such a node.",
        )


def runs_on_name(machine: str, other: str) -> bool:
    """Whether two names mean the same kind of processor."""
    return PROFILED.get(machine.lower(), machine) == PROFILED.get(other.lower(), other)


def learn(seen: Seen[Processor]) -> Mapping[str, object]:
    """The login node's kind, when this is one; the visited queue's nodes'."""
    found: dict[str, object] = {}
    if seen.here and not seen.place.job and (known := PROFILED.get(seen.here.machine.lower())):
        found["access.login_arch"] = known
    if seen.trial and (known := PROFILED.get(seen.trial.said.get("machine", "").lower())):
        found[f"queue:{seen.trial.queue}.arch"] = known
    return found


probe = Probe("compute node", "The processor", judge, Processor, gather, on_node=True, learn=learn)
