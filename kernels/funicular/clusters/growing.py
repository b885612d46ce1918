"""One new block for all nodes that are missing, as far as there is time, money and an answer. Pure."""

from __future__ import annotations

import math
from dataclasses import replace

from funicular.clusters import budget as money
from funicular.clusters.events import Step, SubmitBlock
from funicular.clusters.fleet import Block, BlockState, Fleet, Problem
from funicular.units import format_core_hours, format_seconds, plural


def grow(fleet: Fleet, wanted: int, now: float) -> Step:
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
