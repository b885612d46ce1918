"""What the kernel says about the memory of our control group: its limit, and whom it has killed.

v2 has ``memory.events`` and ``memory.max``, v1 ``memory.oom_control``, ``memory.failcnt`` and
``memory.limit_in_bytes``. Where none can be read nothing is known, and that is fine.
Source: https://docs.kernel.org/admin-guide/cgroup-v2.html and .../cgroup-v1/memory.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class MemoryEvents:
    """Counted since the group was made.   oom_kills: processes killed.   limit_hits: of the limit.

    file: which says so.   high_hits: of the soft limit (v2 alone).
    """

    file: str
    oom_kills: int
    limit_hits: int = 0
    high_hits: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Our control group and those above it, ours first, as far as they can be seen."""

    version: int
    folders: tuple[Path, ...]


def parse_events(text: str) -> MemoryEvents:
    """v2's ``memory.events``: ``low``, ``high``, ``max``, ``oom``, ``oom_kill``, ..., a line each."""
    found = _flat(text)
    return MemoryEvents("memory.events", found.get("oom_kill", 0), found.get("max", 0), found.get("high", 0))


def parse_oom_control(text: str, failcnt: str = "") -> MemoryEvents | None:
    """v1's ``memory.oom_control`` and ``memory.failcnt``; kernels before 4.13 do not count whom they kill."""
    found = _flat(text)
    if "oom_kill" not in found:
        return None
    hits = failcnt.strip()
    return MemoryEvents("memory.oom_control", found["oom_kill"], int(hits) if hits.isdecimal() else 0)


def find_group(cgroups: str, mounts: str) -> Group | None:
    """Where our group's memory files are.   cgroups, mounts: ``/proc/self/cgroup`` and ``.../mountinfo``.

    A group that is not below what is mounted here (in a container, say) is not found.
    """
    for line in cgroups.splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        version = 2 if number == "0" and not controllers else 1
        if version == 1 and "memory" not in controllers.split(","):
            continue
        for root, place in _mounted(mounts, version):
            inside = _below(path, root)
            if inside is None:
                continue
            steps = Path(inside).parts
            folders = [Path(place, *steps[:count]) for count in range(len(steps), -1, -1)]
            group = Group(version, tuple(folders))
            if version == 1 or _has_memory(group):
                return group
    return None


def own_group() -> Group | None:
    """The group of this process."""
    try:
        return find_group(Path("/proc/self/cgroup").read_text(), Path("/proc/self/mountinfo").read_text())
    except OSError:
        return None


def read_events(group: Group | None) -> MemoryEvents | None:
    """What has happened in our group until now; ``None`` where it cannot be read."""
    if group is None:
        return None
    folder = group.folders[0]
    try:
        if group.version == 2:
            return parse_events((folder / "memory.events").read_text())
        failcnt = (folder / "memory.failcnt").read_text()
        return parse_oom_control((folder / "memory.oom_control").read_text(), failcnt)
    except OSError:
        return None


def limit_bytes(group: Group | None) -> int | None:
    """The smallest limit of our group and those above; ``None``: no limit, or none that can be read."""
    name = "memory.max" if group is not None and group.version == 2 else "memory.limit_in_bytes"
    limits = []
    for folder in group.folders if group is not None else ():
        try:
            text = (folder / name).read_text().strip()
        except OSError:
            continue
        if text.isdecimal():
            limits.append(int(text))
    return min(limits, default=None)


def told(before: MemoryEvents | None, after: MemoryEvents | None) -> str:
    """``"memory.events: oom_kill 1"`` if the kernel has killed somebody in between; else empty."""
    kills = after.oom_kills - (before.oom_kills if before else 0) if after else 0
    if after is None or kills <= 0:
        return ""
    return f"{after.file}: oom_kill {kills}"


def _flat(text: str) -> dict[str, int]:
    pairs = (line.split() for line in text.splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdecimal()}


def _mounted(mounts: str, version: int) -> Iterator[tuple[str, str]]:
    """Root and mount point of each hierarchy of this version that has the memory controller, or may."""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        words, kinds = left.split(), right.split()
        if len(words) < 5 or len(kinds) < 3:
            continue
        if (version == 2 and kinds[0] == "cgroup2") or (
            version == 1 and kinds[0] == "cgroup" and "memory" in kinds[2].split(",")
        ):
            yield words[3], words[4]


def _below(path: str, root: str) -> str | None:
    """The path relative to what is mounted; ``None`` when it is elsewhere."""
    if root == "/":
        return path.strip("/")
    return path[len(root) :].strip("/") if f"{path}/".startswith(f"{root}/") else None


def _has_memory(group: Group) -> bool:
    return (group.folders[0] / "memory.events").exists()
