"""Start a cluster's controller and wait until it is registered."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from funicular.clusters import registry
from funicular.clusters.budget import NO_LIMIT, Budget, default_budget
from funicular.clusters.environment import for_workers
from funicular.clusters.home import Home
from funicular.clusters.own_job import own_job
from funicular.clusters.placement import choose_placement, may_be_block
from funicular.clusters.private import current_umask, socket_folder, write_private
from funicular.clusters.registry import Entry, cluster_folder
from funicular.clusters.security import VALID_DAYS
from funicular.errors import FunicularError
from funicular.messages import Wish, from_json, to_json
from funicular.schedulers.settings import number
from funicular.sites.detect import LOCAL, choose_site
from funicular.sites.here import may_forbid_servers, no_servers
from funicular.sites.policy import Policy, read_policy

START_S = 60.0  # a cold parallel file system takes its time
IDLE_S = 300.0
LEASE_S = 120.0
_started: list[subprocess.Popen[bytes]] = []  # they outlive us; polled so that none stays a zombie


class ControllerFailed(FunicularError):
    """A controller that did not come up."""

    code = "controller-failed"
    status = 500


@dataclass(frozen=True, slots=True)
class Launch:
    """What a new controller must know; written to ``launch.json`` (0600) in the cluster's folder.

    folder: where workers run (the notebook's).   environment: what they get of the notebook's.
    modules: what nodes import before they fork.
    idle_s: blocks without work go after so long.   lease_s: the cluster ends so long after its last holder.
    budget: the most that it may cost, until a wish names another.
    home: the first block, where the controller runs in its job.
    certificate_days: how long its certificates hold, and so the cluster.
    """

    name: str
    site: str
    python: str
    folder: str
    umask: int
    environment: Mapping[str, str]
    modules: tuple[str, ...] = ()
    idle_s: float = IDLE_S
    lease_s: float = LEASE_S
    budget: Budget = NO_LIMIT
    home: Home | None = None
    certificate_days: float = VALID_DAYS


def find_or_start(
    name: str, *, site: str = "auto", modules: tuple[str, ...] = (), wish: Wish | None = None
) -> Entry:
    """The running cluster of this name, started if there is none. Two callers start one.

    Where the controller shall run in the cluster's first job, that is submitted for ``wish`` (none: the
    smallest sensible one), and the entry is of a cluster that is coming.
    Raises ``ControllerFailed`` with the last lines of its log.
    """
    with one_at_a_time(name):
        entry = registry.read(name)
        if entry is not None and entry.is_alive is not False:
            return entry
        if entry is not None:
            registry.forget(name)
        policy = Policy() if site == LOCAL else read_policy()  # one that is broken is told here, in words
        launch = Launch(
            name=name,
            site=site,
            python=sys.executable,
            folder=os.getcwd(),
            umask=current_umask(),
            environment=for_workers(os.environ),
            modules=modules,
            idle_s=number(os.environ, "FUNICULAR_IDLE_S", IDLE_S),
            lease_s=number(os.environ, "FUNICULAR_LEASE_S", LEASE_S),
            certificate_days=number(os.environ, "FUNICULAR_CERTIFICATE_DAYS", VALID_DAYS, of="days"),
            budget=default_budget(os.environ),
        )
        if may_be_block(policy, os.environ, may_forbid=site != LOCAL and may_forbid_servers()):
            return _place(launch, policy, wish)
        return _start(launch)


def _place(launch: Launch, policy: Policy, wish: Wish | None) -> Entry:
    scheduler = choose_site(launch.site)
    policy = Policy() if scheduler.name == LOCAL else policy
    job = own_job(scheduler.name)
    forbids = no_servers(scheduler) if job is None else ""
    placement = choose_placement(policy, job, os.environ, site_forbids=forbids)
    if not placement.is_block:
        return _start(launch)
    from funicular.clusters import first_job

    launch = replace(launch, site=scheduler.name)
    is_pinned = wish is not None
    return first_job.submit(launch, scheduler, policy, wish or Wish(), is_pinned=is_pinned, why=placement.why)


def write_launch(launch: Launch) -> None:
    """What the controller of this cluster shall know."""
    write_private(cluster_folder(launch.name) / "launch.json", json.dumps(to_json(launch)))


def read_launch(name: str) -> Launch | None:
    """What was written for the controller of this cluster; ``None`` when there is nothing readable."""
    try:
        text = (cluster_folder(name) / "launch.json").read_text(encoding="utf-8")
        return from_json(Launch, json.loads(text))
    except (OSError, ValueError, FunicularError):
        return None


def _start(launch: Launch) -> Entry:
    folder = cluster_folder(launch.name)
    write_launch(launch)
    log = folder / "controller.log"
    with open(log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as output:
        process = subprocess.Popen(
            [launch.python, "-m", "funicular.clusters.controller", launch.name],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=folder,
        )
    _started[:] = [process, *(each for each in _started if each.poll() is None)]
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        entry = registry.read(launch.name)
        if entry is not None:
            return entry
        if process.poll() is not None:
            raise _failed(log, f"It ended with exit code {process.returncode}.")
        time.sleep(0.02)
    process.terminate()
    raise _failed(log, f"It was not ready after {START_S:.0f} s.")


def exit_code_of(pid: int) -> int | None:
    """How a controller that this process started has ended; ``None`` when it runs or is not ours."""
    return next((each.poll() for each in _started if each.pid == pid), None)


def _failed(log: Path, why: str) -> ControllerFailed:
    lines = log.read_text(errors="replace").splitlines()[-6:]
    return ControllerFailed(
        "The cluster's controller did not start.",
        why="\n".join([why, *(f"  {line}" for line in lines)]),
        next_step=f"The whole log is {log}. Run the cell again to try once more.",
    )


@contextlib.contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Kernels of one session run on one host, so a lock on its own disk keeps them apart."""
    path = socket_folder() / f"{name}.lock"
    with open(path, "w", opener=lambda p, flags: os.open(p, flags, 0o600)) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
