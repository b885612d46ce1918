"""The life of a cluster's blocks, pure: event in, instructions out.

It never sleeps, opens a socket or reads a clock. ``step`` takes the fleet, an event and the time
(monotonic seconds) and gives the fleet afterwards and what is to be done in the world.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from funicular.clusters import budget as money
from funicular.clusters.events import (
    CancelBlock,
    Corrected,
    DrainBlock,
    Drained,
    Event,
    GhostGone,
    Instruction,
    JobGone,
    JobPending,
    JobRunning,
    JobUnknown,
    Leave,
    NodeLost,
    Stop,
    SubmitBlock,
    SubmitFailed,
    Submitted,
    Tick,
    Wished,
    WorkerJoined,
    WorkerLeft,
)
from funicular.clusters.fleet import HOLDS, Block, BlockState, Fleet, Problem
from funicular.schedulers.base import JobId
from funicular.units import format_core_hours, format_seconds, plural

MOST_FAILED_STARTS = 2  # a block that fails at start twice stops the retries
LAST_S = 20.0  # before the walltime: results are moved away while there is time
SHUN_S = 300.0  # until it notices, Slurm hands a dead node out again; SlurmdTimeout is 300 s by default
RETRY_S = (1.0, 3.0, 10.0, 30.0)  # pauses while the scheduler does not answer

Step = tuple[Fleet, list[Instruction]]


def step(fleet: Fleet, event: Event, now: float) -> Step:
    """The fleet after the event, and what to do."""
    match event:
        case Wished(nodes, shape, is_pinned, budget):
            fleet = replace(
                fleet,
                wished=nodes,
                shape=shape,
                is_pinned=is_pinned,
                problem=None,
                failed_starts=0,
                retry_at=now,
                silent_submits=0,
                busy_at=now,
                budget=budget.after(fleet.budget),
            )
            fleet, dropped = _fit(fleet, now)
            fleet, unpaid = _drop_unpaid(fleet, now)
            dropped = [*dropped, *unpaid]
            fleet, grown = _grow(fleet, nodes if is_pinned else 0, now)
            return fleet, [*dropped, *grown]
        case Submitted(name, job):
            return _submitted(fleet, name, job, now)
        case SubmitFailed(name, problem, will_retry, may_exist):
            ghosts = tuple(b for b in fleet.blocks if may_exist and b.name == name)
            fleet = replace(fleet, ghosts=(*fleet.ghosts, *ghosts))
            return _submit_failed(fleet, name, problem, will_retry, now)
        case GhostGone(name, held_s):
            gone = [b for b in fleet.ghosts if b.name == name]
            spent = sum((b.rate.times(held_s) for b in gone), fleet.spent)
            rest = tuple(b for b in fleet.ghosts if b.name != name)
            return replace(fleet, ghosts=rest, spent=spent), []
        case JobPending(name, reason, problem):
            block = fleet.block(name)
            if problem is not None and block is not None and block.state in HOLDS:
                fleet = replace(fleet, problem=problem)
                return _end(fleet, block, now)
            return _change(fleet, name, lambda b: replace(b, reason=reason, waited_at=now)), []
        case JobRunning(name, hosts, ran_s):
            return _change(fleet, name, lambda b: _started(b, hosts, now - ran_s, now)), []
        case JobUnknown(name, reason):
            return _change(fleet, name, lambda b: replace(b, reason=reason)), []
        case JobGone(name, problem, held_s):
            return _gone(fleet, name, problem, held_s, now)
        case Corrected(by):
            return replace(fleet, spent=fleet.spent + by), []
        case NodeLost(name, dead):
            if dead:
                fleet = replace(fleet, shunned=(*fleet.shunned, (dead, now + SHUN_S)))
            return _node_lost(fleet, name, now)
        case WorkerJoined(name, worker):
            fleet = replace(fleet, failed_starts=0)
            fleet = _change(fleet, name, lambda b: _joined(b, worker, now))
            return _drop_replaced(fleet, now)
        case WorkerLeft(name, worker):
            return _change(fleet, name, lambda b: replace(b, workers=b.workers - {worker})), []
        case Drained(name):
            block = fleet.block(name)
            if block is None or block.state is not BlockState.DRAINING:
                return fleet, []
            return _end(fleet, block, now)
        case Tick():
            return _tick(fleet, event, now)
        case Stop():
            fleet = replace(fleet, is_stopping=True, wished=0, is_pinned=False)
            instructions: list[Instruction] = []
            for block in fleet.blocks:
                fleet, more = _end(fleet, block, now)
                instructions += more
            return fleet, instructions


def _tick(fleet: Fleet, tick: Tick, now: float) -> Step:
    if tick.unfinished or tick.needs:
        fleet = replace(fleet, busy_at=now)
    shape = fleet.shape
    if fleet.is_stopping or shape is None:
        return fleet, []
    if fleet.left_s(now) < LAST_S:
        return fleet, [Leave(is_late=True)]
    if now - fleet.busy_at >= fleet.idle_s and fleet.blocks and not tick.holds_results:
        if fleet.home is not None and not tick.is_kept:
            return fleet, [Leave(is_late=False)]  # its job is billed as long as there is a controller in it
        fleet = replace(fleet, is_pinned=False)
        return _drop(fleet, [b for b in fleet.blocks if b.state in HOLDS], now)
    fleet, instructions = _before_the_end(fleet, now)
    needed = max(math.ceil(tick.unfinished / shape.cores), tick.needs)
    if tick.holds_results and any(block.is_surplus for block in fleet.blocks):
        needed = max(needed, 1)  # somewhere for the results to go before their block ends
    wanted = fleet.wished if fleet.is_pinned else min(fleet.wished, needed)
    fleet, grown = _grow(fleet, wanted, now)
    return fleet, [*instructions, *grown]


def _before_the_end(fleet: Fleet, now: float) -> Step:
    """Blocks near their walltime stop to count, so that another is asked for; the last seconds drain."""
    for block in fleet.blocks:
        if block.state is BlockState.RUNNING and block.left_s(now) < block.overlap_s and not block.is_home:
            fleet = _change(fleet, block.name, lambda b: replace(b, is_surplus=True))
    ending = [b for b in fleet.blocks if b.state is BlockState.RUNNING and b.left_s(now) < LAST_S]
    return _drop(fleet, ending, now)


def _grow(fleet: Fleet, wanted: int, now: float) -> Step:
    """One new block of all nodes that are missing: one submission."""
    missing = wanted - fleet.nodes
    is_broke = (
        fleet.problem is not None and fleet.problem.code == money.CODE
    )  # may have changed: looked again
    is_stuck = fleet.problem is not None and not fleet.problem.is_temporary and not is_broke
    if missing <= 0 or fleet.shape is None or is_stuck or fleet.is_stopping or now < fleet.retry_at:
        return fleet, []
    dead = tuple(dict.fromkeys(host for host, until in fleet.shunned if until > now))
    block = Block(f"b{fleet.made + 1}", missing, fleet.shape, since=now, exclude=dead)
    wanted_s = _useful_s(fleet, block, now)
    if wanted_s <= 0:
        return fleet, []
    walltime_s = _affordable_s(fleet, block, wanted_s)
    is_short = walltime_s is None or walltime_s < wanted_s
    is_ending = any(b.state in (BlockState.DRAINING, BlockState.ENDING) for b in fleet.blocks)
    if is_short and (is_ending or fleet.ghosts):
        return fleet, []  # what they leave of their commitment is known soon
    if walltime_s is None:
        return replace(fleet, problem=_too_dear(fleet, block)), []
    block = replace(block, clipped_s=walltime_s if walltime_s < block.walltime_s else None)
    fleet = replace(fleet, problem=None if is_broke else fleet.problem)
    return replace(fleet, made=fleet.made + 1, blocks=(*fleet.blocks, block)), [SubmitBlock(block)]


def _useful_s(fleet: Fleet, block: Block, now: float) -> float:
    """The block's walltime, or fewer whole minutes: nothing outlives the controller's own job."""
    left = fleet.left_s(now)
    return (
        block.walltime_s if block.walltime_s <= left else math.floor(left / money.MINUTE_S) * money.MINUTE_S
    )


def _affordable_s(fleet: Fleet, block: Block, wanted_s: float) -> float | None:
    return money.longest_s(
        fleet.budget,
        fleet.committed,
        block.rate,
        wanted_s=wanted_s,
        overshoot_s=block.shape.overshoot_s,
    )


def _too_dear(fleet: Fleet, block: Block) -> Problem:
    least = money.smallest(fleet.budget, fleet.committed, block.rate, overshoot_s=block.shape.overshoot_s)
    gone = fleet.committed.core_s / 3600
    why = f"{format_core_hours(gone)} are spent or promised to jobs that live; " if gone else ""
    minute = (
        f"{plural(block.nodes, 'node')} ({plural(block.nodes * block.shape.cores, 'core')}) for one minute"
    )
    late = f", and up to {format_seconds(block.shape.overshoot_s)} until the scheduler has ended it"
    why += minute + (late if block.shape.overshoot_s else "")
    return Problem(
        f"The budget of {fleet.budget} is too small for another job.",
        f"{why}, takes a budget of {least} at least.",
        f"Ask for fewer nodes, or raise it: {money.as_call(least)}",
        money.CODE,
    )


def _drop_unpaid(fleet: Fleet, now: float) -> Step:
    """A budget that was lowered: blocks that still wait go, the newest first, until the rest is paid for."""
    rest, unpaid = fleet.committed, []
    for block in reversed(fleet.blocks):
        if fleet.budget.holds(rest):
            break
        if block.state in (BlockState.SUBMITTING, BlockState.PENDING):
            rest -= block.commitment
            unpaid.append(block)
    return _drop(fleet, unpaid, now)


def _fit(fleet: Fleet, now: float) -> Step:
    """Let go of blocks of another shape and of those beyond the wish, waiting ones first.

    A running block is whole nodes of one job. Where the ones kept do not add up to the wish, the
    surplus one goes only when its replacement is there. The controller's own block stays in any case.
    """
    room = fleet.wished
    kept: set[str] = set()
    by_worth = sorted(
        (block for block in fleet.blocks if block.state in HOLDS and block.shape.is_like(fleet.shape)),
        key=lambda block: (not block.is_home, block.state is not BlockState.RUNNING, block.since),
    )
    for block in by_worth:
        if block.nodes <= room or block.is_home:
            kept.add(block.name)
            room = max(0, room - block.nodes)
            fleet = _change(fleet, block.name, lambda b: replace(b, is_surplus=False))
    surplus = [b for b in fleet.blocks if b.state in HOLDS and b.name not in kept and not b.is_home]
    if room == 0 or not any(block.state is BlockState.RUNNING for block in surplus):
        return _drop(fleet, surplus, now)
    running = [block for block in surplus if block.state is BlockState.RUNNING]
    for block in running:
        fleet = _change(fleet, block.name, lambda b: replace(b, is_surplus=True))
    return _drop(fleet, [block for block in surplus if block not in running], now)


def _drop_replaced(fleet: Fleet, now: float) -> Step:
    surplus = [block for block in fleet.blocks if block.is_surplus and block.state in HOLDS]
    there = sum(b.nodes for b in fleet.blocks if b.state is BlockState.RUNNING and fleet.counts(b))
    return _drop(fleet, surplus, now) if surplus and there >= fleet.wished else (fleet, [])


def _drop(fleet: Fleet, blocks: list[Block], now: float) -> Step:
    """Drain those with workers, end the others; the controller's own goes with the cluster only."""
    instructions: list[Instruction] = []
    for block in blocks:
        if block.is_home:
            continue
        if block.workers:
            fleet = _change(
                fleet,
                block.name,
                lambda b: replace(b, state=BlockState.DRAINING, reason="finishing", since=now),
            )
            instructions.append(DrainBlock(block))
        else:
            fleet, more = _end(fleet, block, now)
            instructions += more
    return fleet, instructions


def _end(fleet: Fleet, block: Block, now: float) -> Step:
    """End the block's job; one that was not submitted yet is ended when its job is known."""
    if block.state is BlockState.ENDING:
        return fleet, []
    fleet = _change(
        fleet, block.name, lambda b: replace(b, state=BlockState.ENDING, reason="ending", since=now)
    )
    return fleet, [CancelBlock(block)] if block.job is not None else []


def _submitted(fleet: Fleet, name: str, job: JobId, now: float) -> Step:
    block = fleet.block(name)
    if block is None:
        return fleet, []
    fleet = replace(fleet, silent_submits=0, problem=None)
    if block.state is BlockState.ENDING:
        ending = replace(block, job=job, waited_at=block.since)
        return _change(fleet, name, lambda b: ending), [CancelBlock(ending)]
    return _change(
        fleet, name, lambda b: _advance(replace(b, job=job, waited_at=b.since), BlockState.PENDING, now)
    ), []


def _submit_failed(fleet: Fleet, name: str, problem: Problem, will_retry: bool, now: float) -> Step:
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


def _gone(fleet: Fleet, name: str, problem: Problem, ran_s: float | None, now: float) -> Step:
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


def _node_lost(fleet: Fleet, name: str, now: float) -> Step:
    """A block that has lost its last node is over: its job is ended. Else the others work on."""
    block = fleet.block(name)
    if block is None or block.state not in HOLDS:
        return fleet, []
    lost = replace(block, lost=block.lost + 1)
    fleet = _change(fleet, name, lambda b: lost)
    return _end(fleet, lost, now) if lost.nodes_left <= 0 and not lost.is_home else (fleet, [])


def _started(block: Block, hosts: tuple[str, ...], since: float, now: float) -> Block:
    started = since if block.started is None else min(since, block.started)
    block = replace(block, started=started, hosts=hosts or block.hosts)
    if block.state in (BlockState.SUBMITTING, BlockState.PENDING):
        return replace(
            _advance(block, BlockState.STARTING, now), reason="its nodes are there, workers are starting"
        )
    return block


def _joined(block: Block, worker: str, now: float) -> Block:
    block = replace(block, workers=block.workers | {worker}, had_workers=True)
    if block.started is None:
        block = replace(block, started=now)
    if block.state in (BlockState.SUBMITTING, BlockState.PENDING, BlockState.STARTING):
        return replace(_advance(block, BlockState.RUNNING, now), reason="")
    return block


def _advance(block: Block, state: BlockState, now: float) -> Block:
    """The block in a later state; news that comes late never takes it back."""
    order = list(BlockState)
    return block if order.index(state) <= order.index(block.state) else replace(block, state=state, since=now)


def _change(fleet: Fleet, name: str, change: Callable[[Block], Block]) -> Fleet:
    return replace(fleet, blocks=tuple(change(b) if b.name == name else b for b in fleet.blocks))
