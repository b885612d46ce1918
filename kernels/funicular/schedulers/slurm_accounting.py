"""What Slurm's accounting (sacct) says that jobs have cost. Pure but for ``usage``'s question."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping

from funicular.schedulers.base import JobId, JobState, Usage
from funicular.schedulers.run import Answer
from funicular.schedulers.slurm_text import STATES
from funicular.schedulers.slurm_units import unreadable

FIELDS = ("JobIDRaw", "State", "ElapsedRaw", "AllocCPUS", "AllocNodes", "AllocTRES", "End", "JobName")


def usage_command(jobs: Collection[JobId]) -> list[str]:
    """One sacct for all these jobs, their steps left out; job numbers are found however old they are."""
    return [
        "sacct",
        "--allocations",
        "--noheader",
        "--parsable2",
        f"--format={','.join(FIELDS)}",
        f"--jobs={','.join(jobs)}",
    ]


def accounting_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for the question: a user's own ``SACCT_FORMAT`` does not change the answer."""
    return {name: value for name, value in environ.items() if not name.startswith("SACCT_")}


def parse_usage(answer: Answer) -> dict[JobId, Usage]:
    """sacct's answer by job. Of a number that was used twice (the counter began anew) the last job counts."""
    found = (_parse_job(line, answer) for line in answer.stdout.splitlines() if line.strip())
    return {usage.job: usage for usage in found}


def _parse_job(line: str, answer: Answer) -> Usage:
    parts = line.split("|", len(FIELDS) - 1)
    state = STATES.get(parts[1].split()[0].rstrip("+")) if len(parts) == len(FIELDS) and parts[1] else None
    if state is None or not all(part.isdecimal() for part in parts[2:5]):
        raise unreadable("a job in accounting", line, shlex.join(answer.argv))
    job, _, ran, cores, nodes, resources, ended, name = parts
    amounts = dict(re.findall(r"([^=,]+)=([0-9.]+)", resources))
    return Usage(
        job=JobId(job),
        name=name,
        is_over=state is JobState.GONE,
        ran_s=float(ran),
        cores=int(cores),
        nodes=int(nodes),
        gpus=int(float(amounts.get("gres/gpu", 0))),
        billing=float(amounts["billing"]) if "billing" in amounts else None,
        ended_s=float(ended) if ended.isdecimal() else None,
    )
