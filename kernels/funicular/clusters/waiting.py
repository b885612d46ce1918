"""One line that says what a cell waits for."""

from __future__ import annotations

from funicular.messages import BlockView, ClusterView
from funicular.units import format_seconds, plural


def waiting_line(seen: ClusterView, waited_s: float) -> str:
    """``"Waiting 12 s for 4 nodes: other jobs are ahead (Priority)"``."""
    waiting = [block for block in seen.blocks if block.state in _STAGES]
    if not waiting:
        return f"Waiting {format_seconds(waited_s)} for the cluster to start."
    nodes = sum(block.nodes for block in waiting)
    return f"Waiting {format_seconds(waited_s)} for {plural(nodes, 'node')}: {_why(waiting[0])}"


_STAGES = {
    "submitting": "the job is being submitted",
    "pending": "the job is in the queue",
    "starting": "its nodes are there, workers are starting",
}


def _why(block: BlockView) -> str:
    return block.reason or _STAGES[block.state]
