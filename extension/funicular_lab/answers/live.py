"""A cluster's last minutes, and who uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from funicular.clusters.live import FunctionView


@dataclass(frozen=True, slots=True)
class HolderView:
    """Who uses the cluster. ``path``: of the notebook, ``kernel``: its id, where this server knows them."""

    kind: Literal["notebook", "console", "server", "program"]
    name: str
    path: str | None
    kernel: str | None
    host: str


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """A cluster's last ten minutes: one array a quantity, a sample a second at most; times are Unix time."""

    t_s: tuple[float, ...]
    busy: tuple[float, ...]
    cores: tuple[float, ...]
    memory_bytes: tuple[float, ...]
    memory_limit_bytes: tuple[float, ...]
    functions: tuple[FunctionView, ...]
    holders: tuple[HolderView, ...]
