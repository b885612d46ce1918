"""What Slurm says of a node's processor, read from a recorded answer."""

from __future__ import annotations

from funicular.schedulers import slurm_nodes, slurm_queues
from funicular.schedulers.base import Queue
from tests import recordings

FOLDER = "slurm-22.05"


def test_one_node_speaks_for_each_partition_in_one_question():
    """The first of each; one that speaks for two is named once."""
    partitions = slurm_queues.parse_partitions(recordings.read(f"{FOLDER}/scontrol-partitions"))
    speaking = slurm_nodes.speakers(partitions)

    assert speaking == {"cpu": "n1", "debug": "n1", "gpu": "n4"}
    assert slurm_nodes.nodes_command([*speaking.values()])[-1] == "n1,n4"
    assert slurm_nodes.speakers([{"PartitionName": "empty", "Nodes": "(null)"}]) == {}


def test_the_architecture_is_read_from_the_recorded_answer():
    """A node that Slurm does not describe is left out, and its queue is of an unknown kind."""
    found = slurm_nodes.parse_architectures(recordings.read(f"{FOLDER}/scontrol-nodes"))
    queues = (Queue("cpu", True, 4, 8, 10**9), Queue("other", False, 1, 8, 10**9))

    assert found == {"n1": "x86_64", "n4": "x86_64"}

    cpu, other = slurm_nodes.with_architectures(queues, {"cpu": "n1", "other": "n9"}, found)

    assert (cpu.architecture, other.architecture) == ("x86_64", "")
