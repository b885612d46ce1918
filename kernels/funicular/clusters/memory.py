"""How much memory a node has for its workers, and what a process uses: read, never guessed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from funicular.clusters import cgroup

PAGE = os.sysconf("SC_PAGE_SIZE")
ACT_AT = 0.95  # of the job's share of the node


def resident_bytes(pid: int) -> int:
    """Resident memory of a process in bytes; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, ValueError, IndexError):
        return 0


def machine_bytes() -> int:
    """Memory of this machine, or the limit of our control group where that is smaller."""
    limits = [os.sysconf("SC_PHYS_PAGES") * PAGE]
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            limits.append(int(Path(path).read_text()))
        except (OSError, ValueError):
            continue  # not there, or "max"
    if (own := cgroup.limit_bytes(cgroup.own_group())) is not None:
        limits.append(own)
    return min(limits)


def choose_to_end(held: Mapping[str, int], limit_bytes: int, own_bytes: int = 0) -> str | None:
    """The worker to end before the node's killer does, or ``None`` while there is room.

    held: resident bytes by worker.   own_bytes: of the agent and the zygote, which are the job's too.
    Resident memory is what Slurm counts, so pages that forked workers share count for each of them.
    """
    if not held or sum(held.values()) + own_bytes <= ACT_AT * limit_bytes:
        return None
    return max(held, key=lambda worker: held[worker])
