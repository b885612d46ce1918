"""Whether a compute node sees this Python, its packages and the home folder."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from funicular.doctor.finding import Finding, State
from funicular.doctor.probe import Errand, Probe, Seen
from funicular.units import format_seconds

NAME = "python"
SLOW_S = 20.0
PACKAGES = ("distributed", "dask", "numpy", "cloudpickle")


@dataclass(frozen=True, slots=True)
class Python:
    """One interpreter.   started_in_s: from its start to here.   packages: ``name version``."""

    executable: str
    version: str
    packages: tuple[str, ...]
    started_in_s: float | None = None


def gather(errand: Errand) -> Python:
    """This process's own."""
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name} is missing")
    return Python(sys.executable, platform.python_version(), tuple(found), _age_s())


def _age_s() -> float | None:
    """How old this process's parent, or this process, is: from the interpreter's start to here."""
    try:
        import psutil

        return max(0.0, time.time() - psutil.Process(os.getppid()).create_time())
    except Exception:  # psutil's own errors; where it is missing nothing is lost but this number
        return None


def judge(seen: Seen[Python]) -> Iterator[Finding]:
    """What a worker would find there."""
    trial, here, node = seen.trial, seen.here, seen.node
    if trial is None or not trial.is_done:
        if here is not None:
            yield Finding(NAME, State.OK, f"Python {here.version} here: {here.executable}.")
        return
    if trial.said.get("home") == "no":
        yield Finding(
            NAME,
            State.WARN,
            f"Your home folder is not there on {trial.where}.",
            "Workers find no files of yours under the paths that the notebook knows.",
            "Keep notebooks and data where compute nodes see them (the site's scratch or project folder).",
        )
    if trial.said.get("python") == "no":
        yield Finding(
            NAME,
            State.FAIL,
            f"This Python is not there on {trial.where}: {here.executable if here else sys.executable}.",
            "Workers run the notebook's own Python, so no cluster can start from this environment.",
            "Make the environment in a folder that compute nodes see, and start JupyterLab from it.",
        )
    elif node is None and trial.said.get("code") not in (None, "0"):
        last = trial.words.splitlines()[-1] if trial.words else f"it ended with code {trial.said.get('code')}"
        foreign = _is_foreign(trial.said.get("machine", ""))
        yield Finding(
            NAME,
            State.FAIL,
            f"This Python does not work on {trial.where}.",
            f"Its last words: {last}",
            "Log in on such a node and make an environment there; see the finding on processors."
            if foreign
            else "Start it by hand in a job; perhaps it needs a module first (job-script-prologue).",
        )
    elif node is not None:
        yield from _compared(here, node, trial.where)


def _is_foreign(machine: str) -> bool:
    return bool(machine) and machine != platform.machine()


def _compared(here: Python | None, node: Python, where: str) -> Iterator[Finding]:
    missing = [
        each for each in node.packages if each.endswith("is missing") and not (here and each in here.packages)
    ]
    if missing or (here is not None and (here.version, here.packages) != (node.version, node.packages)):
        differing = [each for each in node.packages if here is None or each not in here.packages]
        yield Finding(
            NAME,
            State.FAIL,
            f"{where} has another Python environment under the same path.",
            f"There: Python {node.version}, {', '.join(differing or node.packages)}."
            + (f" Here: Python {here.version}." if here else ""),
            "Use an environment on a file system that is the same everywhere.",
        )
        return
    begun = node.started_in_s
    what = f"Python {node.version} and your packages are the same on {where}."
    if begun is not None and begun > SLOW_S:
        yield Finding(
            NAME,
            State.WARN,
            f"{what} It took {format_seconds(begun)} to start.",
            "It reads thousands of small files from a slow file system; each node waits that long.",
            "Put the environment into a container or on a faster file system; ask the support where.",
        )
    else:
        started = f"It started in {format_seconds(begun)}." if begun is not None else ""
        yield Finding(NAME, State.OK, what, started)


probe = Probe("compute node", "Python", judge, Python, gather, on_node=True)
