"""Processor and memory of a controller: 200 idle workers (simulated), 10^5 calls through map."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any

from tests.bench.place import SCRIPTS, Failed
from tests.bench.report import Row

NEEDS_SITE = False
WORKERS, PROCESSES, CALLS, WATCHED_S = 200, 4, 100_000, 20


def measure(place: object, repeat: int) -> list[Row]:
    """On a cluster of the site ``local``, a new one for each repeat."""
    runs = [_run() for _ in range(repeat)]

    def row(what: str, key: str, unit: str, *, scale: float = 1.0, peer: str = "", note: str = "") -> Row:
        theirs = tuple(run[peer] * scale for run in runs) if peer else ()
        return Row(what, tuple(run[key] * scale for run in runs), theirs, unit=unit, note=note)

    each = runs[0]["each"]
    return [
        row("controller without work, its own workers", "idle_share", "% of a core", scale=100),
        row(f"controller with {WORKERS} idle workers", "many_share", "% of a core", scale=100,
            note=f"distributed's workers, {WORKERS // PROCESSES} to a process"),
        row("memory of it without them", "idle_rss", "MB", scale=1e-6),
        row(f"memory of it with {WORKERS} idle workers", "many_rss", "MB", scale=1e-6),
        row(f"controller's processor time for {CALLS} calls of map", "map_cpu_s", "s", peer="each_cpu_s",
            note=f"calls of some 0.1 ms; peer: a tenth of them ({each}) by client.map, same controller"),
        row("... and all of it", "map_s", "s", peer="each_s"),
        row("memory of the controller after it", "map_rss", "MB", scale=1e-6),
    ]  # fmt: skip


def _run() -> dict[str, Any]:
    folder = tempfile.mkdtemp(prefix="fun-")
    environ = os.environ | {
        "XDG_STATE_HOME": folder,
        "FUNICULAR_SITE": "local",
        "FUNICULAR_MIN_GAIN_S": "0",
        "FUNICULAR_CLUSTER": "cost",
    }
    arguments = map(str, (WORKERS, PROCESSES, CALLS, WATCHED_S))
    try:
        done = subprocess.run(
            [sys.executable, str(SCRIPTS / "controller_cost.py"), *arguments],
            env=environ,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if done.returncode:
        raise Failed(f"{done.args} gave {done.returncode}\n{done.stdout}\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"  {found}", file=sys.stderr, flush=True)
    return found
