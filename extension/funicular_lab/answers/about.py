"""Which Funicular this is, and where its welcome notebook lies."""

from __future__ import annotations

from dataclasses import dataclass


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
