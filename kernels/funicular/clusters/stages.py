"""How far a block has come: news that is late never takes it back. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from funicular.clusters.fleet import Block, BlockState, Fleet


def change(fleet: Fleet, name: str, change: Callable[[Block], Block]) -> Fleet:
    return replace(fleet, blocks=tuple(change(b) if b.name == name else b for b in fleet.blocks))


def advance(block: Block, state: BlockState, now: float) -> Block:
    """The block in a later state; news that comes late never takes it back."""
    order = list(BlockState)
    return block if order.index(state) <= order.index(block.state) else replace(block, state=state, since=now)


def started(block: Block, hosts: tuple[str, ...], since: float, now: float) -> Block:
    started = since if block.started is None else min(since, block.started)
    block = replace(block, started=started, hosts=hosts or block.hosts)
    if block.state in (BlockState.SUBMITTING, BlockState.PENDING):
        return replace(
            advance(block, BlockState.STARTING, now), reason="its nodes are there, workers are starting"
        )
    return block


def joined(block: Block, worker: str, now: float) -> Block:
    block = replace(block, workers=block.workers | {worker}, had_workers=True)
    if block.started is None:
        block = replace(block, started=now)
    if block.state in (BlockState.SUBMITTING, BlockState.PENDING, BlockState.STARTING):
        return replace(advance(block, BlockState.RUNNING, now), reason="")
    return block
