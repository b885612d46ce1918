"""Where everything of the test site is: folders, addresses, ports, names. Values only."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/var/tmp/funicular-slurm")
SUBNET = "10.77.0"
CPUS = 8
MEMORY_MB = 16000
GPUS = 4


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the site.   namespace: its network namespace, empty on plain ports."""

    name: str
    hostname: str
    address: str
    port: int
    namespace: str = ""
    gpus: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole site.   as_root: nodes have their own addresses; else all daemons run as one user on ports.

    The first port is the controller's; accounting exists only as root.
    """

    root: Path
    nodes: tuple[Node, ...]
    head: str
    head_address: str
    as_root: bool
    slurm_user: str = "slurm"
    controller_port: int = 16817
    accounting_port: int = 16819
    database_port: int = 13306

    @property
    def conf(self) -> Path:
        return self.root / "etc/slurm.conf"

    @property
    def munge_socket(self) -> Path:
        return self.root / "munge/run/munge.socket"

    @property
    def state_file(self) -> Path:
        return self.root / "site.json"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def homes(self) -> Path:
        return self.root / "home"


def root_layout(count: int = 4, root: Path = ROOT) -> Layout:
    """``count`` nodes with an address each; the last one has the GPUs."""
    nodes = tuple(
        Node(
            name=f"n{i}",
            hostname=f"n{i}",
            address=f"{SUBNET}.{10 + i}",
            port=17000,
            namespace=f"funicular-n{i}",
            gpus=GPUS if i == count else 0,
        )
        for i in range(1, count + 1)
    )
    return Layout(root, nodes, socket.gethostname(), f"{SUBNET}.1", as_root=True)


def rootless_layout(user: str, uid: int, count: int = 4, root: Path | None = None) -> Layout:
    """``count`` nodes on this machine's own address, all as ``user``; no accounting, no GPUs."""
    host = socket.gethostname()
    base = 18000 + uid % 200 * 100
    nodes = tuple(Node(f"n{i}", host, "127.0.0.1", base + 1 + i) for i in range(1, count + 1))
    return Layout(
        root or Path(f"{ROOT}-{uid}"),
        nodes,
        host,
        "127.0.0.1",
        as_root=False,
        slurm_user=user,
        controller_port=base,
    )
