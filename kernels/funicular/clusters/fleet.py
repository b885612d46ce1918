"""The blocks of a cluster and what is wished of them: frozen values, changed by ``lifecycle`` alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from funicular.clusters import budget as money
from funicular.clusters.budget import Budget, Cost
from funicular.clusters.lives import overlap_s
from funicular.errors import FunicularError
from funicular.schedulers.base import USUAL_ASKING, Asking, JobId


class BlockState(StrEnum):
    SUBMITTING = "submitting"
    PENDING = "pending"
    STARTING = "starting"  # the job runs, its workers are not there yet
    RUNNING = "running"
    DRAINING = "draining"
    ENDING = "ending"


COMING = frozenset({BlockState.SUBMITTING, BlockState.PENDING, BlockState.STARTING})
HOLDS = frozenset({BlockState.SUBMITTING, BlockState.PENDING, BlockState.STARTING, BlockState.RUNNING})


@dataclass(frozen=True, slots=True)
class Shape:
    """What every node of a block is: blocks of another shape are replaced. Amounts are a node's."""

    cores: int
    memory_bytes: int | None
    gpus: int
    walltime_s: float
    queue: str | None
    account: str | None
    workers: int
    threads: int
    billing: float = 0.0  # in the site's own units a second, where it has some
    overshoot_s: float = 0.0  # how long the scheduler may let a job outlive its walltime
    asking: Asking = USUAL_ASKING  # how the scheduler is asked for the queue

    def is_like(self, other: Shape | None) -> bool:
        """Whether nodes are the same but for their time: a block is replaced before its end anyway."""
        return other is not None and replace(self, walltime_s=0) == replace(other, walltime_s=0)

    @property
    def rate(self) -> Cost:
        """What a node costs a second."""
        return Cost(self.cores, 1, self.gpus, self.billing)


@dataclass(frozen=True, slots=True)
class Problem:
    """What stops the cluster growing: what, why, next step, and the code of the error's page."""

    what: str
    why: str = ""
    next_step: str = ""
    code: str = "cluster-problem"
    is_temporary: bool = False  # the scheduler did not answer; it is asked again

    @classmethod
    def of(cls, error: FunicularError) -> Problem:
        """An error as what stops the growth."""
        return cls(error.what, error.why, error.next_step, error.code)

    def as_dict(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "why": self.why,
            "next_step": self.next_step,
            "code": self.code,
            "is_temporary": self.is_temporary,
        }


@dataclass(frozen=True, slots=True)
class Block:
    """One job of ``nodes`` nodes. Times are monotonic seconds; ``started`` once it holds its nodes."""

    name: str
    nodes: int
    shape: Shape
    state: BlockState = BlockState.SUBMITTING
    since: float = 0.0
    job: JobId | None = None
    reason: str = ""
    hosts: tuple[str, ...] = ()
    workers: frozenset[str] = frozenset()
    started: float | None = None
    had_workers: bool = False
    is_surplus: bool = False  # goes when what replaces it is there
    lost: int = 0  # nodes whose agent is gone while the job goes on
    clipped_s: float | None = None  # its walltime where the budget leaves less than the shape's
    exclude: tuple[str, ...] = ()  # nodes that it shall not get
    waited_at: float | None = None  # when it was last known to have no nodes yet
    is_home: bool = False  # the controller runs in its job: it lives as long as the cluster, and no longer

    @property
    def walltime_s(self) -> float:
        return self.shape.walltime_s if self.clipped_s is None else self.clipped_s

    @property
    def rate(self) -> Cost:
        """What it costs a second."""
        return self.shape.rate.times(self.nodes)

    @property
    def commitment(self) -> Cost:
        """The most that it can cost."""
        return money.commitment(self.rate, self.walltime_s, self.shape.overshoot_s)

    def charge(self, ran_s: float | None, now: float) -> Cost:
        """What it cost, now that it is over.   ran_s: what the scheduler says; else the most possible."""
        begun = self.waited_at if self.started is None else self.started
        if ran_s is None:
            if begun is None or self.job is None:
                return Cost()
            ran_s = min(self.walltime_s + self.shape.overshoot_s, now - begun)
        return self.rate.times(ran_s)

    @property
    def cores(self) -> int:
        return self.nodes * self.shape.cores

    @property
    def nodes_left(self) -> int:
        """Nodes that work, or will: those that were lost are replaced by another block."""
        return self.nodes - self.lost

    @property
    def workers_due(self) -> int:
        return self.nodes * self.shape.workers

    def left_s(self, now: float) -> float:
        """Seconds until its walltime ends it."""
        return math.inf if self.started is None else self.started + self.walltime_s - now

    @property
    def overlap_s(self) -> float:
        """How long before its end another block is asked for."""
        return overlap_s(self.walltime_s)

    def core_seconds(self, now: float) -> float:
        return 0.0 if self.started is None else (now - self.started) * self.cores


@dataclass(frozen=True, slots=True)
class Fleet:
    """All blocks and what is wished of them.

    wished: nodes the user asked for, or the cap of a first use; 0 = no wish yet.
    is_pinned: keep the wished nodes whether or not there is work, until they were idle for long.
    """

    idle_s: float = 300.0
    wished: int = 0
    shape: Shape | None = None
    is_pinned: bool = False
    blocks: tuple[Block, ...] = ()
    made: int = 0  # blocks made so far; numbers the next one
    spent: Cost = money.NOTHING  # by blocks that are over
    budget: Budget = money.NO_LIMIT
    ghosts: tuple[Block, ...] = ()  # submitted without an answer: their jobs may be there, and cost
    busy_at: float = 0.0
    failed_starts: int = 0
    silent_submits: int = 0
    retry_at: float = 0.0
    shunned: tuple[tuple[str, float], ...] = ()  # nodes that fell silent, and until when they are left alone
    problem: Problem | None = None
    is_stopping: bool = False

    @property
    def nodes(self) -> int:
        """Nodes held or asked for, those on their way out left aside."""
        return sum(b.nodes_left for b in self.blocks if b.state in HOLDS and self.counts(b))

    def counts(self, block: Block) -> bool:
        """Whether it is a part of what is wished. The controller's own may be of another shape."""
        return not block.is_surplus and (not block.is_home or block.shape.is_like(self.shape))

    @property
    def home(self) -> Block | None:
        """The block that the controller runs in, if it runs in one."""
        return next((block for block in self.blocks if block.is_home), None)

    def left_s(self, now: float) -> float:
        """Seconds until the controller's own job ends, and with it the cluster."""
        return math.inf if self.home is None else self.home.left_s(now)

    def core_seconds(self, now: float) -> float:
        """Core-seconds billed so far, running blocks included."""
        return self.cost(now).core_s

    def cost(self, now: float) -> Cost:
        """What was billed so far, running blocks included."""
        held = (b.rate.times(now - b.started) for b in self.blocks if b.started is not None)
        return sum(held, self.spent)

    @property
    def committed(self) -> Cost:
        """What was spent, and the most that blocks which live can still come to: never over the budget."""
        return sum((block.commitment for block in (*self.blocks, *self.ghosts)), self.spent)

    def block(self, name: str) -> Block | None:
        return next((block for block in self.blocks if block.name == name), None)
