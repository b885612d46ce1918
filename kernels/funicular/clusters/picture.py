"""The cluster as a person sees it: blocks, workers and tasks put together into a ``ClusterView``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funicular.clusters.fleet import HOLDS, Block, BlockState, Fleet
from funicular.clusters.live import busy_cores
from funicular.messages import BlockView, ClusterStateWord, ClusterView

if TYPE_CHECKING:
    from funicular.clusters.controller import Controller
    from funicular.sites.request import Plan


def picture(controller: Controller, plan: Plan | None, now: float) -> ClusterView:
    """What is there now. Times in seconds, memory in bytes, cost in core-hours."""
    fleet = controller.blocks.fleet
    workers = list(controller.dask.workers.values())
    running = sum(len(worker.processing) for worker in workers)
    waiting = len(controller.dask.queued) + len(controller.dask.unrunnable)
    threads = sum(worker.nthreads for worker in workers)
    return ClusterView(
        name=controller.launch.name,
        site=controller.site.name,
        state=state_of(fleet),
        nodes=sum(len(block.hosts) or block.nodes for block in fleet.blocks if block.workers),
        workers=len(workers),
        cores=threads,
        core_hours=fleet.core_seconds(now) / 3600,
        blocks=tuple(block_view(block, now) for block in fleet.blocks),
        nodes_wished=fleet.wished,
        workers_wished=fleet.wished * fleet.shape.workers if fleet.shape else 0,
        cores_per_node=fleet.shape.cores if fleet.shape else 0,
        memory_bytes=sum(sum(node.memory_bytes.values()) for node in controller.agents.nodes.values()),
        memory_limit_bytes=sum(worker.memory_limit or 0 for worker in workers),
        tasks_waiting=waiting + max(0, running - threads),
        tasks_running=min(running, threads),
        tasks_done=sum(each.state_counts["memory"] for each in controller.dask.task_prefixes.values()),
        problem=fleet.problem.as_dict() if fleet.problem else None,
        because=plan.because if plan else (),
        core_hours_committed=fleet.committed.core_s / 3600,
        core_hours_busy=controller.busy.core_seconds / 3600,
        gpu_hours=fleet.cost(now).gpu_s / 3600,
        budget=str(fleet.budget),
        keep=controller.holders.keep,
        cores_busy=busy_cores(workers),
    )


def state_of(fleet: Fleet) -> ClusterStateWord:
    """One word for the whole: stopped, running, waiting, draining or idle."""
    states = {block.state for block in fleet.blocks}
    if fleet.is_stopping:
        return "stopped" if not states else "draining"
    if BlockState.RUNNING in states:
        return "running"
    if states & HOLDS:
        return "waiting"
    return "draining" if states else "idle"


def block_view(block: Block, now: float) -> BlockView:
    left = None if block.started is None else max(0.0, block.started + block.walltime_s - now)
    return BlockView(
        block=block.name,
        job=str(block.job) if block.job is not None else None,
        state=block.state.value,
        reason=block.reason,
        nodes=block.nodes,
        hosts=block.hosts,
        workers=len(block.workers),
        since_s=now - block.since,
        time_left_s=left,
    )
