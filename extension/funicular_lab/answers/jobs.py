"""All jobs of this user, ours or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from funicular_lab.answers.problem import Problem

JobStateWord = Literal["pending", "running", "ending", "gone"]


@dataclass(frozen=True, slots=True)
class JobView:
    """One job. ``reason``: why it waits, in words, ``code``: the scheduler's own; ``cluster``: ours, if any.

    since_s: how long it has waited or run.   next_step: what helps, empty where waiting is all there is.
    """

    job: str
    name: str
    state: JobStateWord
    reason: str
    code: str
    since_s: float
    time_left_s: float | None
    nodes: int
    queue: str
    cluster: str | None
    next_step: str
    account: str
    cores: int | None


@dataclass(frozen=True, slots=True)
class JobsAnswer:
    """The user's jobs as they were ``age_s`` seconds ago. ``problem``: why nobody could be asked since."""

    site: str
    jobs: tuple[JobView, ...]
    age_s: float
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class ScriptAnswer:
    """What the scheduler was given for a job. ``source``: kept by us, or asked of the scheduler."""

    job: str
    script: str
    source: Literal["kept", "scheduler"]
