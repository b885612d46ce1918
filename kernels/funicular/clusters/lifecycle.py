"""The life of a cluster's blocks, pure: event in, instructions out.

It never sleeps, opens a socket or reads a clock. ``step`` takes the fleet, an event and the time
(monotonic seconds) and gives the fleet afterwards and what is to be done in the world.
"""

from __future__ import annotations

import math
from dataclasses import replace

from funicular.clusters import fates
from funicular.clusters.events import (
    Corrected,
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
    Step,
    Stop,
    SubmitFailed,
    Submitted,
    Tick,
    Wished,
    WorkerJoined,
    WorkerLeft,
)
from funicular.clusters.fleet import HOLDS, BlockState, Fleet
from funicular.clusters.growing import grow
from funicular.clusters.letting_go import drop, drop_replaced, drop_unpaid, end, fit
from funicular.clusters.stages import change, joined, started

LAST_S = 20.0  # before the walltime: results are moved away while there is time


def step(fleet: Fleet, event: Event, now: float) -> Step:
    """The fleet after the event, and what to do."""
    match event:
        case Wished():
            return _wished(fleet, event, now)
        case Submitted(name, job):
            return fates.submitted(fleet, name, job, now)
        case SubmitFailed():
            return fates.submit_failed(fleet, event, now)
        case GhostGone():
            return fates.ghost_gone(fleet, event)
        case JobPending():
            return fates.pending(fleet, event, now)
        case JobRunning(name, hosts, ran_s):
            return change(fleet, name, lambda b: started(b, hosts, now - ran_s, now)), []
        case JobUnknown(name, reason):
            return change(fleet, name, lambda b: replace(b, reason=reason)), []
        case JobGone(name, problem, held_s):
            return fates.gone(fleet, name, problem, held_s, now)
        case Corrected(by):
            return replace(fleet, spent=fleet.spent + by), []
        case NodeLost():
            return fates.node_lost(fleet, event, now)
        case WorkerJoined(name, worker):
            fleet = change(replace(fleet, failed_starts=0), name, lambda b: joined(b, worker, now))
            return drop_replaced(fleet, now)
        case WorkerLeft(name, worker):
            return change(fleet, name, lambda b: replace(b, workers=b.workers - {worker})), []
        case Drained(name):
            block = fleet.block(name)
            is_due = block is not None and block.state is BlockState.DRAINING
            return end(fleet, block, now) if block is not None and is_due else (fleet, [])
        case Tick():
            return _tick(fleet, event, now)
        case Stop():
            return _stop(fleet, now)


def _wished(fleet: Fleet, wish: Wished, now: float) -> Step:
    """Another target: what is too much goes, what is missing comes; earlier troubles are forgotten."""
    fleet = replace(
        fleet,
        wished=wish.nodes,
        shape=wish.shape,
        is_pinned=wish.is_pinned,
        problem=None,
        failed_starts=0,
        retry_at=now,
        silent_submits=0,
        busy_at=now,
        budget=wish.budget.after(fleet.budget),
    )
    fleet, dropped = fit(fleet, now)
    fleet, unpaid = drop_unpaid(fleet, now)
    fleet, grown = grow(fleet, wish.nodes if wish.is_pinned else 0, now)
    return fleet, [*dropped, *unpaid, *grown]


def _stop(fleet: Fleet, now: float) -> Step:
    fleet = replace(fleet, is_stopping=True, wished=0, is_pinned=False)
    instructions: list[Instruction] = []
    for block in fleet.blocks:
        fleet, more = end(fleet, block, now)
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
        return drop(fleet, [b for b in fleet.blocks if b.state in HOLDS], now)
    fleet, instructions = _before_the_end(fleet, now)
    needed = max(math.ceil(tick.unfinished / shape.cores), tick.needs)
    if tick.holds_results and any(block.is_surplus for block in fleet.blocks):
        needed = max(needed, 1)  # somewhere for the results to go before their block ends
    wanted = fleet.wished if fleet.is_pinned else min(fleet.wished, needed)
    fleet, grown = grow(fleet, wanted, now)
    return fleet, [*instructions, *grown]


def _before_the_end(fleet: Fleet, now: float) -> Step:
    """Blocks near their walltime stop to count, so that another is asked for; the last seconds drain."""
    for block in fleet.blocks:
        if block.state is BlockState.RUNNING and block.left_s(now) < block.overlap_s and not block.is_home:
            fleet = change(fleet, block.name, lambda b: replace(b, is_surplus=True))
    ending = [b for b in fleet.blocks if b.state is BlockState.RUNNING and b.left_s(now) < LAST_S]
    return drop(fleet, ending, now)
