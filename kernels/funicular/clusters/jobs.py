"""The jobs of a cluster: what they are called, and what they run on each of their nodes. Pure."""

from __future__ import annotations

import re
from pathlib import Path

from funicular.clusters.fleet import Block
from funicular.clusters.jobqueue import SiteDefaults
from funicular.errors import FunicularError
from funicular.schedulers.base import JobSpec
from funicular.sites.request import Plan

AGENT = "funicular.clusters.node"
FIRST = "funicular.clusters.first_block"
_NAME = re.compile(r"funicular-([a-z0-9][a-z0-9-]{0,39})-b\d+\.[0-9a-f]{4}")  # what ``job_name`` gives


class NoSuchJob(FunicularError):
    """No waiting or running job of this user has this number."""

    code = "no-such-job"
    status = 404


def job_name(cluster: str, block: str, token: str) -> str:
    """The name of a block's job.   token: of the controller's life, so that the name is unique for ever."""
    return f"funicular-{cluster}-{block}.{token}"


def cluster_of(name: str) -> str:
    """The cluster whose block's job has this name; empty when it is none of ours."""
    found = _NAME.fullmatch(name)
    return found[1] if found else ""


def block_of(name: str) -> str:
    """The block whose job has this name; empty when it is none of ours."""
    return name.rpartition("-")[2].partition(".")[0] if cluster_of(name) else ""


def job_of(block: Block, *, name: str, python: str, folder: Path, defaults: SiteDefaults) -> JobSpec:
    """The job of a block: our agent on each of its nodes; in the first one's job the controller too.

    folder: the cluster's. No secret is in the job: the command names files that only their owner can read.
    """
    module, file = (FIRST, folder / "launch.json") if block.is_home else (AGENT, folder / "agent.json")
    shape = block.shape
    return JobSpec(
        name=name,
        command=(python, "-m", module, str(file), block.name),
        log=folder / f"{block.name}.log",
        nodes=block.nodes,
        cores_per_node=shape.cores,
        memory_per_node_bytes=shape.memory_bytes,
        gpus_per_node=shape.gpus,
        walltime_s=block.walltime_s,
        queue=shape.queue,
        account=shape.account,
        working_directory=folder,
        setup=defaults.setup,
        directives=defaults.directives,
        skip=defaults.skip,
        exclude=block.exclude,
        asking=shape.asking,
    )


def planned_job(
    plan: Plan, *, name: str, command: tuple[str, ...], folder: Path, defaults: SiteDefaults
) -> JobSpec:
    """A job that a command sends and follows by itself, with what the user's own files say of jobs.

    folder: it works there, and its log is ``log`` in it.
    """
    return JobSpec(
        name=name,
        command=command,
        log=folder / "log",
        nodes=plan.nodes,
        cores_per_node=plan.cores_per_node,
        memory_per_node_bytes=plan.memory_per_node_bytes,
        gpus_per_node=plan.gpus_per_node,
        walltime_s=plan.walltime_s,
        queue=plan.queue,
        account=plan.account,
        working_directory=folder,
        setup=defaults.setup,
        directives=defaults.directives,
        skip=defaults.skip,
        asking=plan.asking,
    )
