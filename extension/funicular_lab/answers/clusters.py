"""This user's clusters, and keeping one."""

from __future__ import annotations

from dataclasses import dataclass

from funicular.messages import ClusterView
from funicular_lab.answers.problem import Problem


@dataclass(frozen=True, slots=True)
class ClusterAnswer:
    """One cluster of this user: how it is, or the problem that kept us from seeing it."""

    name: str
    site: str
    host: str
    is_session: bool
    view: ClusterView | None
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class ClustersAnswer:
    """All clusters of this user. ``session``: this server's name; its kernels' clusters begin with it."""

    session: str
    clusters: tuple[ClusterAnswer, ...]


@dataclass(frozen=True, slots=True)
class KeepWish:
    """Whether the cluster shall stay when nobody uses it."""

    keep: bool


@dataclass(frozen=True, slots=True)
class KeepAnswer:
    """Whether it stays. ``note``: until when that can hold; empty where nothing but its keeper ends it."""

    keep: bool
    note: str = ""
