"""What was committed and billed, read from lines of a file: one line for each thing that befell a job. Pure.

A job counts at its whole commitment from before it is submitted until it is known what it cost: by the
scheduler's accounting where that can be read, else as it was seen, else at its limit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from funicular.clusters.budget import Cost, commitment
from funicular.errors import FunicularError
from funicular.messages import from_json, to_json

COMMITTED = "committed"  # about to be submitted
SUBMITTED = "submitted"  # the scheduler has it, under this job number
STARTED = "started"  # it holds its nodes; ``since_s`` says since when
ENDED = "ended"  # it is over; its cost as it was seen
ACCOUNTED = "accounted"  # its cost as accounting has it
CLOSED = "closed"  # the cluster ended in order: a new one of its name begins at nothing


@dataclass(frozen=True, slots=True)
class Line:
    """One event. Times are Unix time; costs are core-, node- and GPU-seconds of the whole job.

    run: the controller's process, ``host/pid/start``.   name: the job's, unique.
    account: who pays; empty where there are none.   nodes, cores, gpus: the job's.
    busy_core_s: of the cost, what tasks used.
    billing: of the job, in the site's own units a second, where it has some.
    billing_s: its cost in these units times seconds.
    """

    event: str
    when_s: float
    cluster: str
    run: str
    name: str = ""
    site: str = ""
    block: str = ""
    job: str = ""
    nodes: int = 0
    cores: int = 0
    gpus: int = 0
    walltime_s: float = 0.0
    overshoot_s: float = 0.0
    billing: float = 0.0
    since_s: float | None = None
    ran_s: float | None = None
    core_s: float | None = None
    node_s: float | None = None
    gpu_s: float | None = None
    busy_core_s: float | None = None
    billing_s: float | None = None
    account: str = ""

    @property
    def cost(self) -> Cost:
        return Cost(self.core_s or 0.0, self.node_s or 0.0, self.gpu_s or 0.0, self.billing_s or 0.0)


@dataclass(frozen=True, slots=True)
class Charge:
    """What one job comes to. ``source`` of the cost: open, seen, accounting or limit."""

    first: Line
    job: str = ""
    started_s: float | None = None
    ended_s: float | None = None
    cost: Cost = field(default_factory=Cost)
    busy_core_s: float = 0.0
    billing_s: float | None = None
    source: str = "open"

    @property
    def is_open(self) -> bool:
        return self.source == "open"

    @property
    def rate(self) -> Cost:
        first = self.first
        return Cost(first.cores, first.nodes, first.gpus, first.billing)

    @property
    def commitment(self) -> Cost:
        return commitment(self.rate, self.first.walltime_s, self.first.overshoot_s)

    @property
    def most(self) -> Cost:
        """What it counts: its cost, or all it can still come to."""
        return self.commitment if self.is_open else self.cost

    @property
    def over_at_s(self) -> float:
        """When its limit has passed for sure, begun or not: from then on it holds nothing."""
        begun = self.first.when_s if self.started_s is None else self.started_s
        return begun + self.first.walltime_s + 60 + self.first.overshoot_s

    def so_far(self, now_s: float) -> Cost:
        """Its cost, or what it has cost by now."""
        if not self.is_open or self.started_s is None:
            return self.cost
        return self.rate.times(min(now_s - self.started_s, self.over_at_s - self.started_s))

    def since(self, moment_s: float, now_s: float) -> float:
        """The share (0..1) of its cost that fell after this moment."""
        if self.started_s is None:
            return 1.0 if (self.ended_s or now_s) >= moment_s else 0.0
        end = now_s if self.ended_s is None else self.ended_s
        if end <= self.started_s:
            return 1.0 if end >= moment_s else 0.0
        return min(1.0, max(0.0, (end - max(moment_s, self.started_s)) / (end - self.started_s)))


@dataclass(frozen=True, slots=True)
class Sum:
    """Charges put together. committed: billed so far, and all that open jobs can still come to."""

    billed: Cost = field(default_factory=Cost)
    committed: Cost = field(default_factory=Cost)
    busy_core_s: float = 0.0
    jobs: int = 0


def render(line: Line) -> str:
    """The line as JSON; what is not known is left out."""
    default = {each.name: each.default for each in fields(Line)}
    known = {name: value for name, value in to_json(line).items() if value != default[name]}
    return json.dumps(known, separators=(",", ":"))


def parse(text: str) -> tuple[tuple[Line, ...], int]:
    """The lines of a ledger, and how many cannot be read (torn by a full disk, of a later version)."""
    found, torn = [], 0
    known = {each.name for each in fields(Line)}
    for row in filter(None, map(str.strip, text.split("\n"))):
        try:
            message: Mapping[str, Any] = json.loads(row)
            found.append(from_json(Line, {name: message[name] for name in message if name in known}))
        except (ValueError, TypeError, FunicularError):
            torn += 1
    return tuple(found), torn


def charges(lines: Iterable[Line]) -> tuple[Charge, ...]:
    """One charge for each job, in the order in which they were committed. Said twice counts once."""
    found: dict[str, Charge] = {}
    for line in lines:
        if line.event == COMMITTED:
            found.setdefault(line.name, Charge(line))
        elif line.name in found:
            found[line.name] = _after(found[line.name], line)
    return tuple(found.values())


def lives_of(cluster: str, lines: Iterable[Line]) -> frozenset[str]:
    """The names of this cluster's jobs since a cluster of its name last ended in order."""
    names: set[str] = set()
    for line in lines:
        if line.cluster == cluster and line.event == CLOSED:
            names.clear()
        elif line.cluster == cluster and line.event == COMMITTED:
            names.add(line.name)
    return frozenset(names)


def total(found: Iterable[Charge], *, now_s: float, since_s: float = 0.0) -> Sum:
    """The sum of these charges, as far as it fell after ``since_s``."""
    billed, committed, busy, jobs = Cost(), Cost(), 0.0, 0
    for charge in found:
        share = charge.since(since_s, now_s)
        if share == 0 and not charge.is_open:
            continue
        billed += charge.so_far(now_s).times(share)
        committed += charge.most if charge.is_open else charge.cost.times(share)
        busy += charge.busy_core_s * share
        jobs += 1
    return Sum(billed, committed, busy, jobs)


def _after(charge: Charge, line: Line) -> Charge:
    match line.event:
        case "submitted":
            return replace(charge, job=line.job)
        case "started":
            busy = charge.busy_core_s if line.busy_core_s is None else line.busy_core_s
            return replace(charge, started_s=line.since_s, busy_core_s=busy)
        case "ended" if charge.source != "accounting":
            return _over(charge, line, "limit" if line.ran_s is None and line.core_s else "seen")
        case "accounted":
            return _over(charge, line, "accounting")
    return charge


def _over(charge: Charge, line: Line, source: str) -> Charge:
    ended = line.since_s if line.since_s is not None else line.when_s
    ran = line.ran_s or 0.0
    started = ended - ran if source == "accounting" and line.ran_s is not None else charge.started_s
    busy = charge.busy_core_s if line.busy_core_s is None else line.busy_core_s
    return replace(
        charge,
        job=line.job or charge.job,
        started_s=started,
        ended_s=ended,
        cost=line.cost,
        busy_core_s=busy,
        billing_s=charge.billing_s if line.billing_s is None else line.billing_s,
        source=source,
    )
