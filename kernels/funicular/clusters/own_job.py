"""Which job this process runs in, if it runs in one, and which of the job's nodes this is. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping

from funicular.schedulers.base import JobId

# By scheduler: the job's number, and what is set on its nodes only (a shell of ``salloc`` has the number
# too, and may be on a login node).
_JOB = {"slurm": ("SLURM_JOB_ID", "SLURMD_NODENAME"), "local": ("FUNICULAR_JOB", "FUNICULAR_NODE_NAME")}


def own_job(scheduler: str, environ: Mapping[str, str] = os.environ) -> JobId | None:
    """The job of this scheduler that this process runs in; ``None`` on a login node or a laptop."""
    number, place = _JOB.get(scheduler, ("", ""))
    return JobId(environ[number]) if environ.get(number) and environ.get(place) else None


def node_index(environ: Mapping[str, str] = os.environ) -> int:
    """Which node of the job this is, from 0: Slurm's word for it, or the local scheduler's."""
    return int(environ.get("SLURM_NODEID") or environ.get("FUNICULAR_NODE_INDEX") or 0)
