"""What the figures were measured on: processors, load, versions."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.place import Place

PACKAGES = ("dask", "distributed", "dask-jobqueue", "cloudpickle", "numpy", "cryptography")
LAB = ("jupyterlab", "jupyter_server")  # a node's Python need not have them


@dataclass(frozen=True, slots=True)
class Machine:
    """load: runnable processes at the start, over the last minute."""

    when: str
    cores: int
    processor: str
    memory_gb: int
    load: float
    system: str
    versions: dict[str, str]

    @property
    def in_words(self) -> str:
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return (
            f"{self.when}: {self.cores} cores ({self.processor}), {self.memory_gb} GB, load {self.load:.2f}, "
            f"{self.system}\n{versions}"
        )

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def look(place: Place | None) -> Machine:
    """This machine now, and the site's Python; our own where no site is needed."""
    asked = (
        "import json, platform\nfrom importlib.metadata import version\n"
        f"print(json.dumps({{'python': platform.python_version()}} | {{n: version(n) for n in {PACKAGES}}}))"
    )
    if place is None:
        versions = {"python": platform.python_version()} | {name: version(name) for name in LAB + PACKAGES}
    else:
        slurm = place.site.slurm("sinfo", "--version").stdout.split()[-1]
        versions = {"slurm": slurm} | place.answer(place.person.python(asked))
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        when=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        cores=len(os.sched_getaffinity(0)),
        processor=_processor(),
        memory_gb=round(pages / 2**30),
        load=os.getloadavg()[0],
        system=f"{platform.system()} {platform.release()}",
        versions=versions,
    )


def _processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()
