"""The clusters of this user: one folder each, found by whoever runs as the same user.

``$XDG_STATE_HOME/funicular/clusters/<name>/`` holds ``cluster.json`` (for kernels: addresses and the
client's key), ``agent.json`` (for nodes), and the logs. Files are 0600, the folder is 0700.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from funicular.clusters.private import private_folder, write_private
from funicular.clusters.security import Credentials
from funicular.errors import FunicularError
from funicular.messages import from_json, to_json
from funicular.processes import ProcessId

KEEP_LOGS_S = 30 * 24 * 3600
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class UnusableName(FunicularError):
    """A cluster name that cannot be a folder, a job name and a part of an address."""

    code = "cluster-name"
    status = 400


class NoSuchCluster(FunicularError):
    """No cluster of this user has this name, or several could be meant."""

    code = "no-such-cluster"
    status = 404


@dataclass(frozen=True, slots=True)
class Entry:
    """One cluster in the registry. ``socket``: path of its API on ``host``. ``created_s``: Unix time.

    addresses: of the host, best first.   api_port: of the API over TLS; 0: on the socket only.
    job: what the controller runs in, if it runs in a job.   home: the block of the cluster that this job
    is; empty where it is more than that (the notebook's own job).
    While the first job waits, nothing but name, site, job and home is known.
    """

    name: str
    site: str
    host: str
    process: ProcessId
    socket: str
    scheduler: str  # tls://address:port, as reached from the controller's host
    created_s: float
    python: str
    version: str
    credentials: Credentials = field(repr=False)
    addresses: tuple[str, ...] = ()
    api_port: int = 0
    job: str = ""
    home: str = ""

    @property
    def is_coming(self) -> bool:
        """Whether there is no controller yet: the job that brings it waits or starts."""
        return not self.scheduler

    @property
    def is_here(self) -> bool:
        return self.host == socket.gethostname()

    @property
    def is_alive(self) -> bool | None:
        """Whether the controller runs; ``None`` when it is on another host and cannot be looked at."""
        return self.process.is_alive if self.is_here else None


def state_home() -> Path:
    """Where Funicular keeps what must outlive a process: private, on the shared file system."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return private_folder(Path(base) / "funicular")


def cluster_folder(name: str) -> Path:
    """The private folder of the cluster ``name``, made if need be. Raises ``UnusableName``."""
    if not _NAME.fullmatch(name):
        raise UnusableName(
            f"{name!r} cannot be the name of a cluster.",
            why="It also names jobs, folders and web addresses.",
            next_step="Use up to 40 small letters, digits and hyphens, such as 'my-search'.",
        )
    return private_folder(private_folder(state_home() / "clusters") / name)


def write(entry: Entry) -> None:
    """Put the entry into the registry, whole or not at all."""
    file = "coming.json" if entry.is_coming else "cluster.json"  # never written over
    write_private(cluster_folder(entry.name) / file, json.dumps(to_json(entry)))


def coming(name: str, *, site: str, job: str, home: str, python: str, version: str) -> Entry:
    """The entry of a cluster whose first job was just submitted."""
    return Entry(
        name=name,
        site=site,
        host="",
        process=ProcessId(0),
        socket="",
        scheduler="",
        created_s=time.time(),
        python=python,
        version=version,
        credentials=Credentials("", "", ""),
        job=job,
        home=home,
    )


def read(name: str) -> Entry | None:
    """The entry of this name, or ``None``. An entry that cannot be read is none."""
    folder = cluster_folder(name)
    return _read(folder / "cluster.json") or _read(folder / "coming.json")


def _read(path: Path) -> Entry | None:
    try:
        return from_json(Entry, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, FunicularError):
        return None


def entries() -> tuple[Entry, ...]:
    """All clusters of this user, those of dead controllers included, oldest first."""
    folder = private_folder(state_home() / "clusters")
    names = [path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    found = [entry for entry in map(read, names) if entry is not None]
    return tuple(sorted(found, key=lambda entry: entry.created_s))


def forget(name: str) -> None:
    """Take the cluster out of the registry; its logs stay a while in ``log/``."""
    folder = cluster_folder(name)
    logs = private_folder(state_home() / "log")
    for path in folder.glob("*.log"):
        shutil.move(path, logs / f"{name}-{path.name}")
    shutil.rmtree(folder, ignore_errors=True)
    _prune(logs)


def _prune(logs: Path) -> None:
    """Old logs and obituaries go: nobody reads them, and homes on supercomputers are small."""
    oldest = time.time() - KEEP_LOGS_S
    for path in logs.iterdir():
        with contextlib.suppress(OSError):  # another process prunes too
            if path.stat().st_mtime < oldest:
                path.unlink()
