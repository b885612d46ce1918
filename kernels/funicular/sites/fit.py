"""A wish on one queue: its size, everything that does not fit, the nearest wish that does. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from funicular.messages import Wish
from funicular.schedulers.base import Queue
from funicular.units import format_bytes, format_seconds, plural

FIRST_USE_S = 1800.0  # who has asked for nothing gets one node for half an hour
FIRST_USE_CORES = 16  # and not more of it than this where others could use the rest
USUAL_S = 3600.0  # a wish that names no hours


@dataclass(frozen=True, slots=True)
class Size:
    """What a wish comes to on a queue. All but ``nodes`` and ``walltime_s`` (seconds) are a node's."""

    nodes: int
    cores: int
    memory_bytes: int
    gpus: int
    walltime_s: float


def has_no_amounts(wish: Wish) -> bool:
    """Whether the wish says nothing about size."""
    return wish.nodes is wish.cores is wish.memory_bytes is wish.gpus is None


def size(wish: Wish, queue: Queue, *, is_own: bool = False) -> Size:
    """The nodes this wish takes here; it may be more than there are.   is_own: nobody else uses them."""
    if has_no_amounts(wish):
        is_careful = queue.is_shared and not is_own
        cores = min(queue.cores_per_node, FIRST_USE_CORES) if is_careful else queue.cores_per_node
        gpus = 1 if queue.needs_gpu else 0
        cores = gpus * queue.cores_per_gpu if gpus and queue.cores_per_gpu else cores
        return Size(queue.min_nodes, cores, _share(queue, cores), gpus, walltime_s(wish, queue))
    nodes = wish.nodes or max(
        1,
        math.ceil((wish.cores or 0) / queue.cores_per_node),
        math.ceil((wish.memory_bytes or 0) / queue.memory_per_node_bytes),
        math.ceil((wish.gpus or 0) / queue.gpus_per_node) if queue.gpus_per_node else 0,
    )
    nodes = nodes if wish.nodes else max(nodes, queue.min_nodes)
    gpus = math.ceil((wish.gpus or 0) / nodes)
    if not wish.gpus and queue.needs_gpu:
        gpus = queue.gpus_per_node if wish.nodes else 1
    cores = _cores(wish, queue, nodes, gpus)
    memory = _share(queue, cores) if wish.memory_bytes is None else math.ceil(wish.memory_bytes / nodes)
    if not queue.is_shared:
        cores = max(cores, queue.cores_per_node)
        memory = max(memory, queue.memory_per_node_bytes)
        gpus = max(gpus, queue.gpus_per_node)
    return Size(nodes, cores, memory, gpus, walltime_s(wish, queue))


def walltime_s(wish: Wish, queue: Queue) -> float:
    """How long its jobs live; what was not asked for is cut to what the queue allows."""
    if wish.hours is not None:
        return wish.hours * 3600
    usual = FIRST_USE_S if has_no_amounts(wish) else USUAL_S
    return min(usual, queue.max_walltime_s or usual)


def problems(wish: Wish, queue: Queue) -> tuple[str, ...]:
    """Everything about this wish that does not fit here: what was asked for and what there is."""
    needs, name, found = size(wish, queue), queue.name, []
    most = most_nodes(queue)
    if not queue.is_open:
        found.append(f"{name} takes no jobs now")
    if needs.nodes > most:
        asked = _asked(wish)
        takes = "" if wish.nodes else f", which takes {plural(needs.nodes, 'node')}"
        limit = f"{name} has {most}" if most == queue.nodes else f"{name} gives a job at most {most}"
        found.append(f"you asked for {asked}{takes}; {limit}")
    found += _rules(wish, needs, queue)
    if wish.cores and needs.cores > queue.cores_per_node:
        found.append(
            f"{plural(wish.cores, 'core')} on {plural(needs.nodes, 'node')} is {needs.cores} each; "
            f"a node of {name} has {queue.cores_per_node}"
        )
    if wish.memory_bytes and needs.memory_bytes > queue.memory_per_node_bytes:
        found.append(
            f"{format_bytes(wish.memory_bytes)} on {plural(needs.nodes, 'node')} is "
            f"{format_bytes(needs.memory_bytes)} each; a node of {name} has "
            f"{format_bytes(queue.memory_per_node_bytes)}"
        )
    if wish.gpus and needs.gpus > queue.gpus_per_node:
        there = f"has {queue.gpus_per_node}" if queue.gpus_per_node else "has none"
        found.append(f"you asked for {plural(wish.gpus, 'GPU')}; a node of {name} {there}")
    if queue.max_walltime_s is not None and needs.walltime_s > queue.max_walltime_s:
        allowed = format_seconds(queue.max_walltime_s)
        found.append(f"you asked for {format_seconds(needs.walltime_s)}; {name} allows {allowed}")
    if wish.account and queue.accounts and wish.account not in queue.accounts:
        found.append(f"account {wish.account} is not one of yours on {name}: {', '.join(queue.accounts)}")
    return tuple(found)


def _rules(wish: Wish, needs: Size, queue: Queue) -> list[str]:
    """What the site forbids: too few nodes, no GPU where one is needed, what GPUs do not bring."""
    name, found = queue.name, []
    with_gpus = f" with {plural(needs.gpus * needs.nodes, 'GPU')}"
    if needs.nodes < queue.min_nodes:
        found.append(f"you asked for {_asked(wish)}; {name} takes jobs of {queue.min_nodes} nodes or more")
    if queue.needs_gpu and wish.gpus == 0:
        found.append(f"you asked for no GPUs; {name} takes only jobs with GPUs")
    if not _has_ratio(needs, queue):
        return found
    cores, memory = _with_gpus(needs, queue)
    if wish.cores and wish.cores > cores:
        asked = plural(wish.cores, "core") + with_gpus
        found.append(f"you asked for {asked}; {name} gives {queue.cores_per_gpu} cores a GPU")
    if wish.memory_bytes and wish.memory_bytes > memory and not queue.asking.memory:
        asked = format_bytes(wish.memory_bytes) + with_gpus
        found.append(f"you asked for {asked}; {name} gives {format_bytes(memory)} with these")
    return found


def nearest(wish: Wish, queue: Queue) -> Wish:
    """The same wish with every amount cut to what this queue has."""
    nodes = max(queue.min_nodes, min(wish.nodes, most_nodes(queue))) if wish.nodes else None
    on = nodes or most_nodes(queue)
    hours = wish.hours
    if hours is not None and queue.max_walltime_s is not None:
        hours = min(hours, queue.max_walltime_s / 3600)
    account = wish.account if wish.account in queue.accounts else None
    gpus = min(wish.gpus, on * queue.gpus_per_node) or None if wish.gpus else None
    memory = min(wish.memory_bytes, on * queue.memory_per_node_bytes) if wish.memory_bytes else None
    has_ratio = queue.cores_per_gpu and (gpus or queue.needs_gpu)
    return replace(
        wish,
        nodes=nodes,
        cores=min(wish.cores, on * queue.cores_per_node) if wish.cores and not has_ratio else None,
        memory_bytes=None if has_ratio and not queue.asking.memory else memory,
        gpus=gpus,
        hours=hours,
        queue=queue.name,
        account=account,
    )


def _has_ratio(needs: Size, queue: Queue) -> bool:
    """Whether cores come with the GPUs; on whole nodes there are all of them anyway."""
    return bool(queue.is_shared and needs.gpus and queue.cores_per_gpu)


def _with_gpus(needs: Size, queue: Queue) -> tuple[int, int]:
    """The cores and the bytes of memory that all these GPUs bring where the site fixes their ratio."""
    cores = min(queue.cores_per_node, needs.gpus * (queue.cores_per_gpu or queue.cores_per_node))
    return needs.nodes * cores, needs.nodes * _share(queue, cores)


def most_nodes(queue: Queue) -> int:
    """The most nodes that one job can have here."""
    return min(queue.nodes, queue.max_nodes if queue.max_nodes is not None else queue.nodes)


def _cores(wish: Wish, queue: Queue, nodes: int, gpus: int) -> int:
    """Cores on a node: as asked, else the node's in the proportion in which the rest of it is taken.

    Where a GPU always brings so many cores, these; where memory follows the cores, enough of them for it.
    """
    if queue.cores_per_gpu and gpus and queue.is_shared:
        return min(queue.cores_per_node, gpus * queue.cores_per_gpu)
    if wish.memory_bytes and wish.cores and not queue.asking.memory:
        for_memory = queue.cores_per_node * wish.memory_bytes / nodes / queue.memory_per_node_bytes
        return max(math.ceil(wish.cores / nodes), min(queue.cores_per_node, math.ceil(for_memory)))
    if wish.cores is not None:
        return math.ceil(wish.cores / nodes)
    shares = []
    if wish.gpus and queue.gpus_per_node:
        shares.append(gpus / queue.gpus_per_node)
    if wish.memory_bytes and (not wish.nodes or not queue.asking.memory):
        shares.append(wish.memory_bytes / nodes / queue.memory_per_node_bytes)
    return min(queue.cores_per_node, max(1, math.ceil(queue.cores_per_node * max(shares, default=1.0))))


def _share(queue: Queue, cores: int) -> int:
    """Memory in proportion to the cores."""
    return queue.memory_per_node_bytes * min(cores, queue.cores_per_node) // queue.cores_per_node


def _asked(wish: Wish) -> str:
    said = [
        plural(wish.nodes, "node") if wish.nodes else "",
        plural(wish.cores, "core") if wish.cores else "",
        format_bytes(wish.memory_bytes) if wish.memory_bytes else "",
        plural(wish.gpus, "GPU") if wish.gpus else "",
    ]
    return said[0] or ", ".join(filter(None, said))
