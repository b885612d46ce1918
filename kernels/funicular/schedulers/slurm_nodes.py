"""Which processors a partition has: one node speaks for each, all of them in one question. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from funicular.schedulers.base import Queue
from funicular.schedulers.run import Answer
from funicular.schedulers.slurm_units import expand_hosts


def speakers(partitions: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Partition to the first of its nodes, those without nodes left out."""
    first = {each["PartitionName"]: expand_hosts(each.get("Nodes", ""))[:1] for each in partitions}
    return {partition: nodes[0] for partition, nodes in first.items() if nodes}


def nodes_command(nodes: Sequence[str]) -> list[str]:
    """The scontrol that describes these nodes, a line each."""
    return ["scontrol", "--oneliner", "show", "node", ",".join(dict.fromkeys(nodes))]


def parse_architectures(answer: Answer) -> dict[str, str]:
    """Node to architecture, such as ``x86_64``; one that never answered Slurm has none and is left out."""
    found = re.findall(r"^NodeName=(\S+) Arch=(\S+)", answer.stdout, re.MULTILINE)
    return dict(found)


def with_architectures(
    queues: tuple[Queue, ...], speaking: Mapping[str, str], architectures: Mapping[str, str]
) -> tuple[Queue, ...]:
    """The queues with what their nodes are.   speaking: partition to node."""
    return tuple(
        replace(queue, architecture=architectures.get(speaking.get(queue.name, ""), "")) for queue in queues
    )
