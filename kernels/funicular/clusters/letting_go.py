"""Which blocks go when less or something else is wished, and how: drained where they have workers. Pure."""

from __future__ import annotations

from dataclasses import replace

from funicular.clusters.events import CancelBlock, DrainBlock, Instruction, Step
from funicular.clusters.fleet import HOLDS, Block, BlockState, Fleet
from funicular.clusters.stages import change


def fit(fleet: Fleet, now: float) -> Step:
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
            fleet = change(fleet, block.name, lambda b: replace(b, is_surplus=False))
    surplus = [b for b in fleet.blocks if b.state in HOLDS and b.name not in kept and not b.is_home]
    if room == 0 or not any(block.state is BlockState.RUNNING for block in surplus):
        return drop(fleet, surplus, now)
    running = [block for block in surplus if block.state is BlockState.RUNNING]
    for block in running:
        fleet = change(fleet, block.name, lambda b: replace(b, is_surplus=True))
    return drop(fleet, [block for block in surplus if block not in running], now)


def drop_unpaid(fleet: Fleet, now: float) -> Step:
    """A budget that was lowered: blocks that still wait go, the newest first, until the rest is paid for."""
    rest, unpaid = fleet.committed, []
    for block in reversed(fleet.blocks):
        if fleet.budget.holds(rest):
            break
        if block.state in (BlockState.SUBMITTING, BlockState.PENDING):
            rest -= block.commitment
            unpaid.append(block)
    return drop(fleet, unpaid, now)


def drop_replaced(fleet: Fleet, now: float) -> Step:
    surplus = [block for block in fleet.blocks if block.is_surplus and block.state in HOLDS]
    there = sum(b.nodes for b in fleet.blocks if b.state is BlockState.RUNNING and fleet.counts(b))
    return drop(fleet, surplus, now) if surplus and there >= fleet.wished else (fleet, [])


def drop(fleet: Fleet, blocks: list[Block], now: float) -> Step:
    """Drain those with workers, end the others; the controller's own goes with the cluster only."""
    instructions: list[Instruction] = []
    for block in blocks:
        if block.is_home:
            continue
        if block.workers:
            fleet = change(
                fleet,
                block.name,
                lambda b: replace(b, state=BlockState.DRAINING, reason="finishing", since=now),
            )
            instructions.append(DrainBlock(block))
        else:
            fleet, more = end(fleet, block, now)
            instructions += more
    return fleet, instructions


def end(fleet: Fleet, block: Block, now: float) -> Step:
    """End the block's job; one that was not submitted yet is ended when its job is known."""
    if block.state is BlockState.ENDING:
        return fleet, []
    fleet = change(
        fleet, block.name, lambda b: replace(b, state=BlockState.ENDING, reason="ending", since=now)
    )
    return fleet, [CancelBlock(block)] if block.job is not None else []
