"""A first profile of a machine that nobody has described: what its scheduler says now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import yaml

from funicular.schedulers.base import Availability, Queue
from funicular.sites.profile_file import parse_profile

HEAD = """\
# {site}: as its scheduler described it on {day}. Say more where it is known:
# all fields are listed in the documentation of site profiles.
"""
ARCHITECTURES = ("x86_64", "aarch64")  # those that a profile can say
UNKNOWN_ARCH = "the scheduler does not say"


def draft(
    site: str,
    scheduler: str,
    here: Availability,
    queues: Sequence[Queue],
    *,
    clusters: Sequence[str] = (),
    arch: str = "x86_64",
    today: date | None = None,
) -> str:
    """The text of a profile that can be read back. Raises ``ProfileBroken`` for an id that cannot be one.

    clusters: what the scheduler calls the machine, besides the id.   arch: of nodes of which nobody says it.
    """
    day = today or date.today()
    facts: dict[str, Any] = {
        "id": site,
        "name": site,
        "country": "XX",
        "host": "unknown",
        **({"clusters": list(clusters)} if clusters else {}),
        "status": {"state": "in service"},
        "scheduler": {
            "name": scheduler,
            "version": here.version or None,
            "select_by": ["partition"],
        },
        "account": {"is_needed": any(queue.accounts for queue in queues)},
        "node_types": {queue.name: _nodes(queue, arch) for queue in queues},
        "queues": [_queue(queue) for queue in queues],
        "sources": [f"{scheduler} on this machine"],
        "last_verified": day,
    }
    body: str = yaml.safe_dump(facts, sort_keys=False, allow_unicode=True, width=110)
    text = HEAD.format(site=site, day=day.isoformat()) + body
    parse_profile(text, f"{site}.yaml")
    return text


def _nodes(queue: Queue, arch: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "arch": queue.architecture
        if queue.architecture in ARCHITECTURES
        else {"value": arch, "unverified": UNKNOWN_ARCH},
        "count": queue.nodes,
        "cores": queue.cores_per_node,
        "memory_gib": round(queue.memory_per_node_bytes / 2**30, 1),
    }
    return {**found, "gpus": queue.gpus_per_node} if queue.gpus_per_node else found


def _queue(queue: Queue) -> dict[str, Any]:
    found = {
        "name": queue.name,
        "partition": queue.name,
        "nodes": queue.name,
        "sharing": "shared" if queue.is_shared else "whole nodes",
        "max_nodes": queue.max_nodes,
        "max_walltime": _walltime(queue.max_walltime_s),
        "default_walltime": _walltime(queue.default_walltime_s),
    }
    return {name: value for name, value in found.items() if value is not None}


def _walltime(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"
