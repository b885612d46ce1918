"""A control group of one's own with a memory limit, and a process that goes beyond it.

``python -m tests.cgroups`` (as root) writes what this machine's kernel says before and after to
``tests/data/linux-<version>/``, as ``cgroup-v1-...`` or ``cgroup-v2-...``.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from funicular.clusters.cgroup import ROOT
from funicular.schedulers.run import Answer
from tests.recordings import FOLDER, render

FILES = {
    1: ("memory.oom_control", "memory.failcnt", "memory.limit_in_bytes", "memory.max_usage_in_bytes"),
    2: ("memory.events", "memory.max", "memory.peak"),
}
LIMIT_BYTES = 60_000_000
OVERRUN = "held = [bytearray(10_000_000) for _ in range(20)]"


@contextmanager
def limited_group(name: str = "funicular-test") -> Iterator[tuple[int, Path]]:
    """Version and folder of a group of our own below the root of the memory hierarchy.

    Raises ``OSError`` where that cannot be made.
    """
    version = 1 if (ROOT / "memory").is_dir() else 2
    folder = (ROOT / "memory" if version == 1 else ROOT) / f"{name}-{os.getpid()}"
    folder.mkdir()
    try:
        (folder / FILES[version][2 if version == 1 else 1]).write_text(str(LIMIT_BYTES))
        yield version, folder
    finally:
        folder.rmdir()


def run_in(folder: Path, *command: str) -> int:
    """Run a command in the group; gives its exit code, or minus the signal that ended it."""
    script = 'echo $$ > "$0/cgroup.procs"; exec "$@"'
    return subprocess.run(["bash", "-c", script, str(folder), *command], check=False).returncode


def main() -> None:
    """Record."""
    release = platform.release()
    target = FOLDER / f"linux-{'.'.join(release.split('.')[:2])}"
    target.mkdir(exist_ok=True)
    with limited_group() as (version, folder):
        for moment in ("before", "after"):
            if moment == "after":
                run_in(folder, sys.executable, "-c", OVERRUN)
            for name in FILES[version]:
                argv = ("cat", str(folder / name).replace(f"-{os.getpid()}", ""))
                answer = Answer(argv, 0, (folder / name).read_text(), "")
                file = target / f"cgroup-v{version}-{name.replace('.', '-')}-{moment}-oom.txt"
                file.write_text(render(answer, version=f"Linux {release}", when=time.time()))
        for name in ("cgroup", "mountinfo"):
            asked = subprocess.run(
                ["bash", "-c", f'echo $$ > "{folder}/cgroup.procs"; exec cat /proc/self/{name}'],
                capture_output=True,
                text=True,
                check=True,
            )
            lines = [line for line in asked.stdout.splitlines(True) if "cgroup" in line or name == "cgroup"]
            text = "".join(lines).replace(f"-{os.getpid()}", "")
            answer = Answer(("cat", f"/proc/self/{name}"), 0, text, "")
            note = "in the group; only the lines of control groups"
            text = render(answer, version=f"Linux {release}", when=time.time(), note=note)
            (target / f"proc-self-{name}.txt").write_text(text)


if __name__ == "__main__":
    main()
