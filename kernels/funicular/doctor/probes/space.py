"""How much room there is for files, here and on a node, and whether nodes see the same folders."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from funicular.doctor.finding import Finding, State
from funicular.doctor.probe import Errand, Probe, Seen
from funicular.units import format_bytes, format_count

NAME = "space"
TIGHT_BYTES = 10**9
TIGHT_FILES = 10_000
IN_MEMORY = ("tmpfs", "ramfs")
ELSEWHERE = ("home", "$TMPDIR")  # another probe speaks of the first; the second is each host's own


@dataclass(frozen=True, slots=True)
class Folder:
    """One place for files.   kind: of its file system.   files: how many more; ``None``: no limit is said."""

    name: str
    path: str
    is_there: bool = False
    is_writable: bool = False
    free_bytes: int = 0
    files: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Folders:
    """Those of the errand, and the temporary one."""

    folders: tuple[Folder, ...] = ()
    temporary: Folder | None = None


def gather(errand: Errand) -> Folders:
    """Look at each; nothing is written."""
    mounts = _mounts()
    found = tuple(_look(name, path, mounts) for name, path in errand.folders)
    return Folders(found, _look("temporary folder", tempfile.gettempdir(), mounts))


def _look(name: str, path: str, mounts: dict[str, str]) -> Folder:
    try:
        room = os.statvfs(path)
    except OSError:
        return Folder(name, path)
    real = os.path.realpath(path)
    mount = max((each for each in mounts if _is_below(real, each)), key=len, default="")
    return Folder(
        name,
        path,
        is_there=True,
        is_writable=os.access(path, os.W_OK | os.X_OK),
        free_bytes=room.f_bavail * room.f_frsize,
        files=room.f_favail if room.f_files else None,
        kind=mounts.get(mount, ""),
    )


def _is_below(path: str, mount: str) -> bool:
    return mount == "/" or path == mount or path.startswith(f"{mount}/")


def _mounts() -> dict[str, str]:
    """Mount point to kind of file system."""
    try:
        lines = Path("/proc/self/mounts").read_text(errors="replace").splitlines()
    except OSError:
        return {}
    words = (line.split() for line in lines)
    return {each[1].replace("\\040", " "): each[2] for each in words if len(each) > 2}


def judge(seen: Seen[Folders]) -> Iterator[Finding]:
    """Room here, the same folders on the node, and what its temporary folder is made of."""
    here, node = seen.here, seen.node
    where = seen.trial.where if seen.trial else "the node"
    quota = seen.place.profile.storage.quota_command if seen.place.profile else ""
    for each in here.folders if here else ():
        yield _here(each, quota)
        there = next((one for one in node.folders if one.path == each.path), None) if node else None
        if each.is_there and there is not None and not there.is_there and each.name not in ELSEWHERE:
            yield Finding(
                NAME,
                State.WARN,
                f"{each.name} ({each.path}) is not there on {where}.",
                "Work on the cluster finds no files under this path.",
                "Keep what workers read in a folder that nodes see.",
            )
    if node is not None and node.temporary is not None and not seen.place.is_local:
        yield _temporary(node.temporary, where)


def _here(folder: Folder, quota: str) -> Finding:
    shown = (
        f"{folder.name} ({folder.path})"
        if folder.name.startswith("$")
        else f"Your {folder.name} ({folder.path})"
    )
    if not folder.is_there:
        return Finding(
            NAME,
            State.WARN,
            f"{shown} does not exist.",
            "Programs that write there fail.",
            f"Make it, or set {folder.name.lstrip('$')} to a folder of yours.",
        )
    if not folder.is_writable:
        return Finding(
            NAME,
            State.WARN,
            f"You cannot write to {shown}.",
            "",
            "Ask the support whose folder it is meant to be.",
        )
    kind = f" ({folder.kind})" if folder.kind else ""
    files = "" if folder.files is None else f", {format_count(folder.files)} files"
    what = f"{shown}: room for {format_bytes(folder.free_bytes)}{files}{kind}."
    how = f"A quota of yours may be tighter; the site's command for it: {quota}" if quota else ""
    if folder.free_bytes < TIGHT_BYTES or (folder.files is not None and folder.files < TIGHT_FILES):
        return Finding(
            NAME,
            State.WARN,
            what,
            "An environment or the logs of a cluster may not fit any more.",
            "Remove what you do not need (pip cache purge, old environments), or use another folder.",
        )
    return Finding(
        NAME, State.OK, what, how or "A quota of yours may be tighter: the site's pages say how to see it."
    )


def _temporary(folder: Folder, where: str) -> Finding:
    shown = f"The temporary folder on {where} ({folder.path})"
    if not folder.is_there or not folder.is_writable:
        return Finding(
            NAME,
            State.FAIL,
            f"{shown} cannot be written to.",
            "Workers put there what does not fit into memory.",
            "Set TMPDIR in jobs to a folder that can be written to (job-script-prologue).",
        )
    room = format_bytes(folder.free_bytes)
    if folder.kind in IN_MEMORY:
        return Finding(
            NAME,
            State.NOTE,
            f"{shown} is in memory ({folder.kind}, {room}).",
            "What workers spill there counts as memory of the job.",
            "Where the nodes have a disk, set TMPDIR in jobs to it (job-script-prologue).",
        )
    if folder.free_bytes < TIGHT_BYTES:
        return Finding(
            NAME, State.WARN, f"{shown} has room for {room} only.", "Workers cannot spill much there."
        )
    return Finding(
        NAME, State.OK, f"{shown} has room for {room} ({folder.kind}).", "Workers can spill to it."
    )


probe = Probe("files", "Folders for files", judge, Folders, gather, on_node=True)
