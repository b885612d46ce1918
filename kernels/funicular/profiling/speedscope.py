"""A profile as a file for https://www.speedscope.app. Pure."""

from __future__ import annotations

from typing import Any

from funicular.profiling.session import CellProfile, ProfileSession

SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def as_speedscope(session: ProfileSession) -> dict[str, Any]:
    """One profile a cell, and one more for its other threads where there are any; weights are seconds."""
    frames: list[dict[str, Any]] = []
    profiles: list[dict[str, Any]] = []
    for cell in session.cells:
        first = len(frames)
        frames += [{"name": each.function, "file": each.file, "line": each.line} for each in cell.frames]
        profiles.append(_profile(cell, first, in_threads=False))
        if any(stack.in_threads for stack in cell.stacks):
            profiles.append(_profile(cell, first, in_threads=True))
    return {
        "$schema": SCHEMA,
        "exporter": "funicular",
        "name": session.title,
        "shared": {"frames": frames},
        "profiles": profiles,
    }


def _profile(cell: CellProfile, first: int, *, in_threads: bool) -> dict[str, Any]:
    stacks = [stack for stack in cell.stacks if stack.in_threads is in_threads]
    return {
        "type": "sampled",
        "name": f"{cell.title}, other threads" if in_threads else cell.title,
        "unit": "seconds",
        "startValue": 0,
        "endValue": sum(stack.wall_s for stack in stacks),
        "samples": [[first + n for n in stack.frames] for stack in stacks],
        "weights": [stack.wall_s for stack in stacks],
    }
