"""What the lifecycle of a cluster hears, and what it tells to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from funicular.clusters.budget import NO_LIMIT, Budget, Cost
from funicular.clusters.fleet import Block, Fleet, Problem, Shape
from funicular.schedulers.base import JobId

# --- events ---


@dataclass(frozen=True, slots=True)
class Wished:
    """The target is now ``nodes`` of this shape. is_pinned: asked for, not just needed.

    budget: for the cluster's whole life from now on; an empty one leaves what was set before.
    """

    nodes: int
    shape: Shape
    is_pinned: bool = True
    budget: Budget = NO_LIMIT


@dataclass(frozen=True, slots=True)
class Submitted:
    block: str
    job: JobId


@dataclass(frozen=True, slots=True)
class SubmitFailed:
    """will_retry: the scheduler did not answer, so asking again may help.

    may_exist: nor is it known whether it took the job.
    """

    block: str
    problem: Problem
    will_retry: bool
    may_exist: bool = False


@dataclass(frozen=True, slots=True)
class GhostGone:
    """No job of this block's name waits or runs any more.   ran_s: how long one did."""

    block: str
    ran_s: float


@dataclass(frozen=True, slots=True)
class JobPending:
    block: str
    reason: str
    problem: Problem | None = None  # set when it can never start


@dataclass(frozen=True, slots=True)
class JobRunning:
    """ran_s: how long it has held its nodes already."""

    block: str
    hosts: tuple[str, ...] = ()
    ran_s: float = 0.0


@dataclass(frozen=True, slots=True)
class JobGone:
    """ran_s: how long it held its nodes, where the scheduler says it."""

    block: str
    problem: Problem
    ran_s: float | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """Accounting has another figure for a block that is over: the difference."""

    by: Cost


@dataclass(frozen=True, slots=True)
class NodeLost:
    """The agent of one of the block's nodes is gone, unasked.

    dead: the scheduler's name of the node if it fell silent, as after a power cut; else empty.
    """

    block: str
    dead: str = ""


@dataclass(frozen=True, slots=True)
class JobUnknown:
    block: str
    reason: str


@dataclass(frozen=True, slots=True)
class WorkerJoined:
    block: str
    worker: str


@dataclass(frozen=True, slots=True)
class WorkerLeft:
    block: str
    worker: str


@dataclass(frozen=True, slots=True)
class Drained:
    """The block's workers were retired, their results moved."""

    block: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passes. unfinished: tasks not done; holds_results: results wanted by clients lie on workers.

    needs: nodes that somebody waits for, work or not.   busy: unfinished tasks by block.
    is_kept: it shall stay without work and holders.
    """

    unfinished: int = 0
    holds_results: bool = False
    needs: int = 0
    busy: Mapping[str, int] = field(default_factory=dict)
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """End everything."""


Event = (
    Wished
    | Submitted
    | SubmitFailed
    | GhostGone
    | JobPending
    | JobRunning
    | JobGone
    | Corrected
    | NodeLost
    | JobUnknown
    | WorkerJoined
    | WorkerLeft
    | Drained
    | Tick
    | Stop
)

# --- instructions ---


@dataclass(frozen=True, slots=True)
class SubmitBlock:
    block: Block


@dataclass(frozen=True, slots=True)
class DrainBlock:
    """Move the block's results elsewhere and close its workers, then say ``Drained``."""

    block: Block


@dataclass(frozen=True, slots=True)
class CancelBlock:
    """End the block's job."""

    block: Block


@dataclass(frozen=True, slots=True)
class Leave:
    """End the cluster: the job that its controller runs in has no purpose any more, or no time.

    is_late: it is the time.
    """

    is_late: bool


Instruction = SubmitBlock | DrainBlock | CancelBlock | Leave
Step = tuple[Fleet, list[Instruction]]  # the fleet after an event, and what to do
