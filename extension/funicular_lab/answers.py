"""What the server tells the browser. ``contract.py`` turns these into TypeScript."""

from __future__ import annotations

from dataclasses import dataclass

from funicular.messages import ClusterView


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem details object (RFC 9457) with the next step, and the ``message`` JupyterLab reads."""

    type: str
    title: str
    status: int
    detail: str
    next_step: str
    message: str


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
class AboutAnswer:
    """Which Funicular this is. ``site``: what FUNICULAR_SITE says, ``auto`` where it says nothing."""

    version: str
    session: str
    site: str


@dataclass(frozen=True, slots=True)
class StartHereAnswer:
    """Where the welcome notebook is, and whether it was put there just now."""

    path: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """A body without fields."""
