"""What this user's clusters cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LedgerSum:
    """Cost of jobs. Billed core-hours, those in which tasks ran, and all that open jobs can still come to."""

    core_hours: float
    core_hours_busy: float
    core_hours_committed: float
    node_hours: float
    gpu_hours: float
    jobs: int


@dataclass(frozen=True, slots=True)
class LedgerNow:
    """What is held at this moment: each hour costs as many core-hours as there are ``cores``."""

    cores: int
    nodes: int
    gpus: int
    jobs: int


@dataclass(frozen=True, slots=True)
class LedgerProject:
    """One account on one site. ``account``: empty where none is needed."""

    site: str
    account: str
    sum: LedgerSum


@dataclass(frozen=True, slots=True)
class LedgerBudget:
    """The budget of a cluster of this session: in words, and how much of it is not committed yet."""

    cluster: str
    text: str
    core_hours: float | None
    core_hours_left: float | None


@dataclass(frozen=True, slots=True)
class LedgerAnswer:
    """What the clusters of this user cost: now, today, this week, and each project in the last two months."""

    now: LedgerNow
    today: LedgerSum
    week: LedgerSum
    projects: tuple[LedgerProject, ...]
    budget: LedgerBudget | None
    unreadable_lines: int
