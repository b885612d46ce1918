"""Whether a job's memory limit can be read, so that a worker can be stopped before the kernel kills it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from funicular.clusters import cgroup
from funicular.doctor.finding import Finding, State
from funicular.doctor.probe import Errand, Probe, Seen
from funicular.units import format_bytes

NAME = "cgroups"
NO_LIMIT_BYTES = 2**60  # version 1 writes a number of this kind for none


@dataclass(frozen=True, slots=True)
class Groups:
    """version: 1, 2, or 0 where none is found.   limit_bytes: of our group and those above.

    tells_kills: whether the kernel says there whom it has killed.
    """

    version: int = 0
    limit_bytes: int | None = None
    tells_kills: bool = False


def gather(errand: Errand) -> Groups:
    """Those of this process."""
    group = cgroup.own_group()
    if group is None:
        return Groups()
    limit = cgroup.limit_bytes(group)
    if limit is not None and limit >= NO_LIMIT_BYTES:
        limit = None
    return Groups(group.version, limit, cgroup.read_events(group) is not None)


def judge(seen: Seen[Groups]) -> Iterator[Finding]:
    """On the node; on this machine alone where no node was visited."""
    found, where = (seen.node, seen.trial.where) if seen.node and seen.trial else (seen.here, "this machine")
    if found is None:
        return
    if not found.version:
        yield Finding(
            NAME,
            State.NOTE,
            f"No control group can be read on {where}.",
            "Memory is watched by what workers hold; when the kernel ends one, the cause is a guess.",
        )
        return
    limit = f"limit {format_bytes(found.limit_bytes)}" if found.limit_bytes else "no limit there"
    means = (
        "When memory runs out, the obituary of a worker says so in the kernel's own words."
        if found.tells_kills
        else "The kernel does not say whom it ends when memory runs out; such a cause is a guess."
    )
    yield Finding(
        NAME,
        State.OK if found.tells_kills else State.NOTE,
        f"Control groups are version {found.version} on {where} ({limit}).",
        means,
    )


probe = Probe("compute node", "Control groups", judge, Groups, gather, on_node=True)
