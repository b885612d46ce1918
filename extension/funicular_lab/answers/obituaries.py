"""What died in this user's clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["scale", "start", "retry"]
Dead = Literal["worker", "node", "block", "controller"]


@dataclass(frozen=True, slots=True)
class ObituaryView:
    """One death. ``when_s``: Unix time; ``curve``: (seconds before the end, bytes); ``rerun``: tasks.

    action: what the panel can do about it now; null where nothing is to be done, or the cluster is gone.
    """

    cluster: str
    kind: Dead
    name: str
    cause: str
    when_s: float
    next_step: str
    state: str
    peak_bytes: int
    limit_bytes: int
    curve: tuple[tuple[float, float], ...]
    log: tuple[str, ...]
    rerun: tuple[str, ...]
    action: Action | None
    exit_code: int
    signal: int


@dataclass(frozen=True, slots=True)
class ObituariesAnswer:
    """The latest deaths, newest first. ``more``: how many older ones there are."""

    obituaries: tuple[ObituaryView, ...]
    more: int
