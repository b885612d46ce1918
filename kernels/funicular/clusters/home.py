"""The first block of a cluster whose controller runs in it: what it is, and what is said of its end."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from funicular.clusters.fleet import Block, BlockState, Fleet, Shape
from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.obituary import Obituary
from funicular.messages import Wish
from funicular.schedulers.base import JobId
from funicular.sites.policy import Policy
from funicular.sites.request import Plan
from funicular.units import format_seconds

BLOCK = "b1"
LONGER = "funicular.stop(), then funicular.scale(nodes=1, hours={hours})"


@dataclass(frozen=True, slots=True)
class Home:
    """What the controller must know of the job that it finds itself in; in ``launch.json``.

    token: ends the names of the cluster's jobs.   wish: what it was planned for.
    is_pinned: it was asked for, not just needed.
    clipped_s: its walltime where the budget leaves less than the plan's.   why: why not beside the notebook.
    policy, defaults: the site's and the user's, as read where the notebook runs; nodes may lack the files.
    keep: it shall stay without holders.
    """

    token: str
    wish: Wish
    is_pinned: bool
    shape: Shape
    nodes: int
    clipped_s: float | None
    plan: Plan
    why: str
    policy: Policy
    defaults: SiteDefaults
    keep: bool = False

    @property
    def walltime_s(self) -> float:
        return self.shape.walltime_s if self.clipped_s is None else self.clipped_s

    def block(self, job: JobId | None, since: float) -> Block:
        """The block itself, its job in the queue."""
        return Block(
            BLOCK,
            self.nodes,
            self.shape,
            state=BlockState.SUBMITTING if job is None else BlockState.PENDING,
            since=since,
            job=job,
            clipped_s=self.clipped_s,
            waited_at=since,
            is_home=True,
        )


def beforehand(why: str, walltime_s: float) -> str:
    """What is said before the cluster starts: how long it can live, and why."""
    return (
        f"the cluster lives as long as its first job, {format_seconds(walltime_s)} at most: "
        f"its controller runs in it ({why})"
    )


def near_the_end(fleet: Fleet, now: float) -> str:
    """What is said in the last minutes of the controller's own job; empty before."""
    home = fleet.home
    if home is None or home.left_s(now) > home.overlap_s:
        return ""
    return (
        f"The cluster ends in {format_seconds(home.left_s(now))} with job {home.job}, "
        f"in which its controller runs; no other job can take that over.\n"
        f"Next: fetch results now. What is not done then can go on in a new cluster, which the next cell\n"
        f"      starts; for one that lives longer: {_longer(home)}\n"
    )


def obituary(cluster: str, fleet: Fleet, pid: int) -> Obituary:
    """Of a controller whose job has no time any more, told before it ends."""
    home = fleet.home
    assert home is not None
    host = home.hosts[0] if home.hosts else "its node"
    return Obituary(
        "controller",
        f"of {cluster} (process {pid} on {host})",
        f"The walltime of job {home.job}, in which it ran, is over ({format_seconds(home.walltime_s)}).",
        time.time(),
        f"Run the cell again: a new cluster starts. For one that lives longer: {_longer(home)}",
    )


def _longer(home: Block) -> str:
    return LONGER.format(hours=max(1, math.ceil(home.walltime_s / 3600 * 2)))


def how_long(fleet: Fleet, job: JobId | None, now: float) -> str:
    """Until when a cluster can be kept; empty where nothing but its keeper ends it."""
    if fleet.home is not None:
        left = format_seconds(fleet.left_s(now))
        return f"It can stay for {left}: then job {fleet.home.job} ends, in which its controller runs."
    return f"It ends with job {job}, in which the notebook and its controller run." if job else ""


def too_long(fleet: Fleet, walltime_s: float, now: float) -> str:
    """Why jobs are shorter than wished; empty where they are not."""
    left = fleet.left_s(now)
    if walltime_s <= left or fleet.home is None:
        return ""
    return (
        f"no job outlives the cluster, which ends in {format_seconds(left)} with job {fleet.home.job}, "
        f"in which its controller runs; for longer: {LONGER.format(hours=f'{walltime_s / 3600:.3g}')}"
    )
