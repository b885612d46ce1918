"""What went wrong, in the one shape; and nothing at all."""

from __future__ import annotations

from dataclasses import dataclass


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
class Nothing:
    """A body without fields."""
