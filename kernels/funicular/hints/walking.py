"""Which files a command line means: files, folders and patterns."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

SUFFIXES = (".py", ".ipynb")
SKIPPED = {"__pycache__", "build", "dist", "env", "node_modules", "site-packages", "venv"}


def files(paths: Sequence[str]) -> Iterator[str]:
    """The files meant, each once, in order. What does not exist is given too: reading it says so.

    In folders: scripts and notebooks, but nothing hidden, no checkpoints and no environments.
    """
    seen: set[str] = set()
    for path in paths:
        for found in _meant(path):
            real = os.path.realpath(found)
            if real not in seen:
                seen.add(real)
                yield found


def _meant(path: str) -> Iterator[str]:
    if os.path.isdir(path):
        yield from _in_folder(path)
    elif os.path.lexists(path) or not glob.has_magic(path):
        yield path
    else:
        matches = sorted(glob.glob(path, recursive=True))
        if not matches:
            yield path
        for match in matches:
            if os.path.isdir(match):
                yield from _in_folder(match)
            elif match.endswith(SUFFIXES):
                yield match


def _in_folder(top: str) -> Iterator[str]:
    for folder, inner, names in os.walk(top):
        inner[:] = sorted(name for name in inner if not _is_skipped(Path(folder, name)))
        for name in sorted(names):
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield os.path.normpath(os.path.join(folder, name))


def _is_skipped(folder: Path) -> bool:
    name = folder.name
    return (
        name.startswith(".")
        or name in SKIPPED
        or name.endswith(".egg-info")
        or (folder / "pyvenv.cfg").is_file()
    )
