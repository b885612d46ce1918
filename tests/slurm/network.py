"""Nodes with an address each: a bridge for the login node, a network namespace for every node.

Everything is named after the project, and only what bears these names is ever deleted.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.slurm.layout import SUBNET, Layout

BRIDGE = "funicular0"
PREFIX = "funicular-"
NAMESPACES = Path("/run/netns")


def build(layout: Layout) -> None:
    """Bridge, namespaces and their links; each node's default route leads to the login node (no further)."""
    taken = _ip("-o", "-4", "addr", "show").stdout
    if f" {SUBNET}." in taken:
        raise RuntimeError(f"the addresses {SUBNET}.0/24 are in use on this machine:\n{taken}")
    steps = [
        f"link add {BRIDGE} type bridge",
        f"addr add {layout.head_address}/24 dev {BRIDGE}",
        f"link set {BRIDGE} up",
    ]
    for node in layout.nodes:
        outside = f"funi-{node.name}"
        inside = f"-n {node.namespace}"
        steps += [
            f"netns add {node.namespace}",
            f"link add {outside} type veth peer name eth0 netns {node.namespace}",
            f"link set {outside} master {BRIDGE} up",
            f"{inside} addr add {node.address}/24 dev eth0",
            f"{inside} link set eth0 up",
            f"{inside} link set lo up",
            f"{inside} route add default via {layout.head_address}",
        ]
    for step in steps:
        _ip(*step.split(), check=True)


def remove() -> None:
    """Delete the project's bridge, links and namespaces, whatever is left of them."""
    for one in sorted(NAMESPACES.glob(f"{PREFIX}n*")) if NAMESPACES.is_dir() else []:
        _ip("netns", "del", one.name)
    for line in _ip("-o", "link", "show").stdout.splitlines():
        name = line.split(":")[1].strip().split("@")[0]
        if name.startswith("funi-n"):
            _ip("link", "del", name)
    _ip("link", "del", BRIDGE)


def exists() -> bool:
    """Whether the project's bridge is there."""
    return Path(f"/sys/class/net/{BRIDGE}").exists()


def listening(port: int) -> bool:
    """Whether somebody listens on this TCP port of this machine (outside the nodes)."""
    wanted = f":{port:04X}"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        rows = Path(table).read_text().splitlines()[1:] if Path(table).exists() else []
        if any(row.split()[1].endswith(wanted) and row.split()[3] == "0A" for row in rows):
            return True
    return False


def _ip(*words: str, check: bool = False) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done
