"""What the scheduler was given for each job of ours, kept beside the job's log for people to read."""

from __future__ import annotations

import contextlib
from pathlib import Path

from funicular.clusters.jobs import block_of, cluster_of
from funicular.clusters.private import write_private
from funicular.clusters.registry import state_home
from funicular.errors import FunicularError
from funicular.schedulers.base import JobSpec, Scheduler, ShowsScripts


def keep(scheduler: Scheduler, spec: JobSpec, folder: Path) -> None:
    """Write it down (0600).   folder: the cluster's. A full disk loses the script, not the job."""
    if isinstance(scheduler, ShowsScripts):
        with contextlib.suppress(OSError, FunicularError):
            write_private(folder / _file(spec.name), scheduler.render(spec))


def kept(name: str) -> str | None:
    """The script of the job of this name, for as long as its cluster is there; ``None`` for others' jobs."""
    cluster = cluster_of(name)
    if not cluster:
        return None
    try:
        return (state_home() / "clusters" / cluster / _file(name)).read_text(encoding="utf-8")
    except OSError:
        return None


def _file(name: str) -> str:
    return f"{block_of(name)}.script"
