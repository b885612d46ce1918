"""What a waiting cell says."""

from funicular.clusters.waiting import waiting_line
from funicular.messages import BlockView, ClusterView


def seen(*blocks):
    return ClusterView("a", "slurm", "waiting", 0, 0, 0, 0.0, blocks)


def test_the_reason_is_said_with_the_number_of_nodes():
    """Nodes, time and the scheduler's reason in one line."""
    block = BlockView("b1", "7", "pending", "other jobs are ahead (Priority)", 4)

    assert waiting_line(seen(block), 12) == "Waiting 12 s for 4 nodes: other jobs are ahead (Priority)"


def test_without_a_reason_the_stage_is_said():
    """A job the scheduler has not looked at yet is in the queue."""
    block = BlockView("b1", "7", "pending", "", 1)

    assert waiting_line(seen(block), 3) == "Waiting 3.0 s for 1 node: the job is in the queue"


def test_no_block_yet():
    """Before the first submission there is a sentence too."""
    assert waiting_line(seen(), 1) == "Waiting 1.0 s for the cluster to start."
