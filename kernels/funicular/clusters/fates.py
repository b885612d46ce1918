"""What becomes of a block when its job is taken, refused, waits, ends or loses a node. Pure."""

from __future__ import annotations

from dataclasses import replace

from funicular.clusters.events import CancelBlock, GhostGone, JobPending, NodeLost, Step, SubmitFailed
from funicular.clusters.fleet import HOLDS, BlockState, Fleet, Problem
from funicular.clusters.letting_go import end
from funicular.clusters.stages import advance, change
from funicular.schedulers.base import JobId

MOST_FAILED_STARTS = 2  # a block that fails at start twice stops the retries
SHUN_S = 300.0  # until it notices, Slurm hands a dead node out again; SlurmdTimeout is 300 s by default
RETRY_S = (1.0, 3.0, 10.0, 30.0)  # pauses while the scheduler does not answer


def submitted(fleet: Fleet, name: str, job: JobId, now: float) -> Step:
    block = fleet.block(name)
    if block is None:
        return fleet, []
    fleet = replace(fleet, silent_submits=0, problem=None)
    if block.state is BlockState.ENDING:
        ending = replace(block, job=job, waited_at=block.since)
        return change(fleet, name, lambda b: ending), [CancelBlock(ending)]
    return change(
        fleet, name, lambda b: advance(replace(b, job=job, waited_at=b.since), BlockState.PENDING, now)
    ), []


def submit_failed(fleet: Fleet, failed: SubmitFailed, now: float) -> Step:
    """The block is gone; one that may exist all the same is a ghost, and counts until that is known."""
    name, problem, will_retry = failed.block, failed.problem, failed.will_retry
    ghosts = tuple(b for b in fleet.blocks if failed.may_exist and b.name == name)
    fleet = replace(fleet, ghosts=(*fleet.ghosts, *ghosts))
    fleet = replace(fleet, blocks=tuple(block for block in fleet.blocks if block.name != name))
    if not will_retry:
        return replace(fleet, problem=problem), []
    pause = RETRY_S[min(fleet.silent_submits, len(RETRY_S) - 1)]
    return replace(
        fleet,
        silent_submits=fleet.silent_submits + 1,
        retry_at=now + pause,
        problem=replace(problem, is_temporary=True),
    ), []


def gone(fleet: Fleet, name: str, problem: Problem, ran_s: float | None, now: float) -> Step:
    block = fleet.block(name)
    if block is None:
        return fleet, []
    fleet = replace(
        fleet,
        blocks=tuple(b for b in fleet.blocks if b.name != name),
        spent=fleet.spent + block.charge(ran_s, now),
    )
    if block.state in (BlockState.ENDING, BlockState.DRAINING) or block.had_workers:
        return fleet, []
    failed = fleet.failed_starts + 1
    return replace(fleet, failed_starts=failed, problem=problem if failed >= MOST_FAILED_STARTS else None), []


def node_lost(fleet: Fleet, loss: NodeLost, now: float) -> Step:
    """A block that has lost its last node is over: its job is ended. Else the others work on.

    A node that fell silent is not asked for again for a while.
    """
    if loss.dead:
        fleet = replace(fleet, shunned=(*fleet.shunned, (loss.dead, now + SHUN_S)))
    name, block = loss.block, fleet.block(loss.block)
    if block is None or block.state not in HOLDS:
        return fleet, []
    lost = replace(block, lost=block.lost + 1)
    fleet = change(fleet, name, lambda b: lost)
    return end(fleet, lost, now) if lost.nodes_left <= 0 and not lost.is_home else (fleet, [])


def ghost_gone(fleet: Fleet, event: GhostGone) -> Step:
    """It is known now that a submission without an answer left no job; what it ran is spent."""
    mine = [ghost for ghost in fleet.ghosts if ghost.name == event.block]
    spent = sum((ghost.rate.times(event.ran_s) for ghost in mine), fleet.spent)
    rest = tuple(ghost for ghost in fleet.ghosts if ghost.name != event.block)
    return replace(fleet, ghosts=rest, spent=spent), []


def pending(fleet: Fleet, event: JobPending, now: float) -> Step:
    """It waits, for this reason; one that can never start is ended."""
    block = fleet.block(event.block)
    if event.problem is not None and block is not None and block.state in HOLDS:
        return end(replace(fleet, problem=event.problem), block, now)
    return change(fleet, event.block, lambda b: replace(b, reason=event.reason, waited_at=now)), []
