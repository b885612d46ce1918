"""How many cores and how much memory this machine gives us: affinity, cgroup, settings."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from pathlib import Path

from funicular.schedulers.local_queue import Slots
from funicular.schedulers.settings import UnreadableSetting
from funicular.units import parse_bytes

SHARE_OF_MEMORY = 0.9  # the rest is for the notebook and the desktop around it


def slots(environ: Mapping[str, str] = os.environ) -> Slots:
    """What jobs may share. ``FUNICULAR_LOCAL_CORES``, ``_MEMORY`` (totals) and ``_NODES`` override."""
    nodes = _count("FUNICULAR_LOCAL_NODES", environ, otherwise=1)
    cores = _count("FUNICULAR_LOCAL_CORES", environ, otherwise=cores_here())
    asked = environ.get("FUNICULAR_LOCAL_MEMORY")
    memory = parse_bytes(asked) if asked else int(memory_here_bytes() * SHARE_OF_MEMORY)
    return Slots(nodes, max(1, cores // nodes), memory // nodes)


def node_names(count: int) -> tuple[str, ...]:
    """The machine's own name when it is one node; ``local-1``, ``local-2``, ... when it plays several."""
    if count == 1:
        return (os.uname().nodename or "localhost",)
    return tuple(f"local-{number}" for number in range(1, count + 1))


def cores_here() -> int:
    """Cores that this process may use: its affinity, or a cgroup's quota when that is less."""
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        allowed = os.cpu_count() or 1
    return max(1, min(allowed, _quota_cores() or allowed))


def memory_here_bytes() -> int:
    """Memory of the machine, or of the cgroup we are in when that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([total, *_cgroup_memory_limits()])


def _count(name: str, environ: Mapping[str, str], *, otherwise: int) -> int:
    text = environ.get(name, "").strip()
    if text and not (text.isdecimal() and int(text) >= 1):
        raise UnreadableSetting(
            f"The setting {name}={text} cannot be read.",
            why="it must be a whole number, at least 1",
            next_step=f"Set it right, or remove it: unset {name}",
        )
    return int(text) if text else otherwise


def _quota_cores() -> int | None:
    for folder in _cgroup_folders(""):
        match _first_line(folder / "cpu.max").split():
            case [quota, period] if quota != "max":
                return max(1, math.floor(int(quota) / int(period)))
    for folder in _cgroup_folders("cpu"):
        quota, period = _first_line(folder / "cpu.cfs_quota_us"), _first_line(folder / "cpu.cfs_period_us")
        if quota.isdecimal() and period.isdecimal():
            return max(1, math.floor(int(quota) / int(period)))
    return None


def _cgroup_memory_limits() -> list[int]:
    files = [folder / "memory.max" for folder in _cgroup_folders("")]
    files += [folder / "memory.limit_in_bytes" for folder in _cgroup_folders("memory")]
    return [int(text) for file in files if (text := _first_line(file)).isdecimal()]


def _cgroup_folders(controller: str) -> list[Path]:
    """The folder of our cgroup (version 2: no controller) and all above it, innermost first."""
    root = Path("/sys/fs/cgroup") / controller
    found = []
    for line in _text(Path("/proc/self/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            inner = root / path.lstrip("/")
            found += [inner, *(above for above in inner.parents if above.is_relative_to(root))]
    return found or [root]


def _first_line(file: Path) -> str:
    return _text(file).partition("\n")[0].strip()


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""


def grace_s(environ: Mapping[str, str] = os.environ) -> float:
    """Seconds between a job's being asked to end and its being killed."""
    text = environ.get("FUNICULAR_LOCAL_GRACE", "").strip() or "5"
    if not re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
        raise UnreadableSetting(
            f"The setting FUNICULAR_LOCAL_GRACE={text} cannot be read.",
            why="it must be a number of seconds",
            next_step="Set it right, or remove it: unset FUNICULAR_LOCAL_GRACE",
        )
    return float(text)
