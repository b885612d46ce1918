"""Counts submissions: a program named sbatch, first on the path, notes each call and becomes the real one."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from tests.bench.place import Failed, Place

ACCOUNTED_WITHIN_S = 15.0


class Counter:
    """``path`` goes in front of the user's path; ``taken`` counts since it was last asked."""

    def __init__(self, place: Place) -> None:
        real = shutil.which("sbatch")
        assert real, "the site is up, so sbatch is here"
        self._place = place
        self._log = place.person.write("sbatch-calls", "")
        self.path: Path = place.site.shims({"sbatch": f'echo "$$ $*" >> {self._log}\nexec {real} "$@"'})
        self._jobs = self._accounted()

    def taken(self) -> float:
        """Calls of sbatch since the last time. Raises ``Failed`` if accounting saw another number of jobs."""
        calls = len(self._log.read_text().splitlines())
        self._log.write_text("")
        deadline = time.monotonic() + ACCOUNTED_WITHIN_S
        while (jobs := self._accounted()) is not None:
            if self._jobs is not None and jobs - self._jobs == calls:
                break
            if time.monotonic() > deadline:
                raise Failed(f"{calls} calls of sbatch, but accounting has {jobs} jobs after {self._jobs}")
            time.sleep(0.3)
        self._jobs = jobs
        return float(calls)

    def _accounted(self) -> int | None:
        """Jobs of this user in the accounting; ``None`` where this site keeps none."""
        if not self._place.site.layout.as_root:
            return None
        asked = ("sacct", "-X", "-n", "-P", "-u", self._place.person.name, "-S", "now-1days", "-o", "JobID")
        return len(self._place.site.slurm(*asked).stdout.split())
