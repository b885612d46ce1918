"""Where stores of results lie, whose they are, and how long they stay.

Results are pickles, and whoever can write one runs code where it is loaded. So they lie where other users
cannot write: not beside the notebook, whose folder a project often shares, but with the clusters' keys, or
where ``FUNICULAR_RESULTS`` says. A folder or file that somebody else could have written to is refused.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from funicular.clusters.private import UnsafeFolder, private_folder
from funicular.clusters.registry import state_home
from funicular.errors import FunicularError
from funicular.messages import from_json

FOLDER = "FUNICULAR_RESULTS"
KEEP_S = 90 * 86400.0  # a store that nobody has used for so long is deleted
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class StoreProblem(FunicularError):
    """A store of results that cannot be used as it is."""

    code = "results-store"
    status = 400


@dataclass(frozen=True, slots=True)
class About:
    """Whose results a store has.

    function: its name.   parts: digests of what it is made of.   folder: the notebook's.   made_s: Unix time.
    """

    function: str
    parts: Mapping[str, str]
    folder: str
    python: str
    made_s: float


@dataclass(frozen=True, slots=True)
class Listed:
    """A store in the list.   about: ``None``: it cannot be read.   used_s: Unix time of the last result."""

    name: str
    about: About | None
    nbytes: int
    used_s: float


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of all stores, private."""
    place = environ.get(FOLDER, "").strip()
    return own_folder(Path(place).expanduser() / "funicular-results" if place else state_home() / "results")


def path_of(name: str) -> Path:
    """Where the store of this name is, or would be. Raises ``StoreProblem``."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise StoreProblem(
            f"{name!r} cannot be the name of a results store.",
            why="It also names a folder.",
            next_step='Use letters, digits, hyphens, points and underscores: resume="sweep-1".',
        )
    return home() / name


def own_folder(path: Path) -> Path:
    """``path`` as a folder of this user, made if need be. Raises ``UnsafeFolder`` if others may write it."""
    with contextlib.suppress(FileNotFoundError):
        if path.lstat().st_mode & _OTHERS:
            raise UnsafeFolder(
                f"Others may write to {path}.",
                why="Results are loaded from there, and what is loaded may run as you.",
                next_step=f"If you trust what is in it: chmod 700 '{path}'. Else delete it.",
            )
    return private_folder(path)


def check_file(path: Path, found: os.stat_result) -> None:
    """Raises ``UnsafeFolder`` unless only this user can have written the file."""
    is_ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid() and found.st_nlink == 1
    if not is_ours or found.st_mode & _OTHERS:
        raise UnsafeFolder(
            f"{path} may have been written by somebody else.",
            why="It is a link, or another user's, or others may write to it; what is loaded may run as you.",
            next_step=f"Delete it (ls -l '{path}' shows what it is), and run the cell again.",
        )


def read_about(path: Path) -> About | None:
    """Whose the results below this folder are; ``None`` when nobody has said so, or it cannot be read."""
    file = path / "about.json"
    try:
        check_file(file, file.lstat())
        return from_json(About, json.loads(file.read_text(encoding="utf-8")))
    except UnsafeFolder:
        raise
    except (OSError, ValueError, FunicularError):
        return None


def stores() -> tuple[Listed, ...]:
    """All stores of this user, the one used last at the end."""
    found = []
    for folder in home().iterdir():
        with contextlib.suppress(OSError, UnsafeFolder):
            file = (folder / "results").lstat()
            found.append(Listed(folder.name, read_about(folder), file.st_size, file.st_mtime))
    return tuple(sorted(found, key=lambda each: each.used_s))


def remove(name: str) -> bool:
    """Delete a store; whether there was one. Raises ``StoreProblem`` while a call writes to it."""
    from funicular.routing.store import Store

    path = path_of(name)
    if not path.is_dir():
        return False
    store = Store(name)
    shutil.rmtree(path)
    store.close()
    return True


def prune(now_s: float) -> tuple[str, ...]:
    """Delete what nobody has used for long; gives the names."""
    gone = []
    for each in stores():
        with contextlib.suppress(OSError, FunicularError):  # in use after all, or somebody else prunes
            if now_s - each.used_s > KEEP_S and remove(each.name):
                gone.append(each.name)
    return tuple(gone)
