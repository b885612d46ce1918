"""What the cluster of a process is called: one for each environment of a Jupyter server, or its own."""

from __future__ import annotations

import hashlib
import os
import re
import sys


def cluster_name() -> str:
    """The cluster this process belongs to: a named one, its Jupyter server's, or its own.

    A session with kernels of several environments has a cluster for each, named after it.
    """
    if named := os.environ.get("FUNICULAR_CLUSTER"):
        return named
    if session := os.environ.get("FUNICULAR_SESSION"):
        return f"{session}-{environment_name(sys.prefix)}"
    return f"py-{os.getpid()}"


def environment_name(prefix: str) -> str:
    """A short name for the environment at ``prefix``: its folder's, and four characters to tell it apart."""
    folder = re.sub(r"[^a-z0-9]+", "-", os.path.basename(prefix).lower()).strip("-")[:16].strip("-")
    mark = hashlib.sha256(prefix.encode()).hexdigest()[:4]
    return f"{folder}-{mark}" if folder else mark
