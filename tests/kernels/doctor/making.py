"""What tests of the doctor are made of: a place, a trial, and one finding picked out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from funicular.doctor.finding import Finding, State
from funicular.doctor.place import Place
from funicular.doctor.probe import Seen
from funicular.doctor.trial import Ended, Trial
from funicular.schedulers.base import Availability, Queue

CPU = Queue("cpu", True, 16, 64, 256 * 10**9, max_walltime_s=86400, accounts=("physics",))
GPU = Queue("gpu", False, 4, 32, 512 * 10**9, gpus_per_node=4, needs_gpu=True, accounts=("physics",))


def place(*queues: Queue, **other: Any) -> Place:
    """A Slurm with these queues."""
    given = {"site": "slurm", "availability": Availability(True, "slurm 25.05.1"), "host": "login1"}
    return Place(**{**given, "queues": queues or (CPU,), **other})


LOCAL = place(site="local", availability=Availability(True, "local"))


def trial(ended: Ended = Ended.DONE, **other: Any) -> Trial:
    """A job on node n1 of queue cpu."""
    said = {"host": "n1", "machine": "x86_64", "home": "yes", "python": "yes", "code": "0", "end": "yes"}
    return Trial(**{"ended": ended, "queue": "cpu", "job": "7", "said": said, **other})


def seen(here: Any = None, node: Any = None, **other: Any) -> Seen[Any]:
    """What a probe judges; a trial is there when a node is."""
    given = {"place": place(), "trial": trial() if node is not None else None}
    return Seen(here=here, node=node, **{**given, **other})


def states(findings: Iterable[Finding]) -> list[State]:
    """Their states in order."""
    return [each.state for each in findings]


def only(findings: Iterable[Finding]) -> Finding:
    """The one finding there is."""
    (found,) = findings
    return found
