"""Holding a cluster from wherever this process is: by its pid on the controller's host, else for a while.

A kernel's connection to Dask's scheduler holds as well (``controller.py``): a cell that computes for an
hour without a word keeps its cluster, on any host.
"""

from __future__ import annotations

import math
import socket

from funicular.clusters import api_client
from funicular.clusters.registry import Entry
from funicular.processes import process_id

HOLD_S = 90.0  # from another host: to be said again before it is over
AGAIN_S = 30.0
CONNECT_S = 20.0  # a kernel's hold until its connection takes that over


def hold(entry: Entry, *, timeout: float = 5, for_s: float = HOLD_S) -> float:
    """Say that this process needs the cluster; seconds until that is to be said again.

    for_s: how long it holds from another host.
    Raises ``ControllerSilent`` and ``ClusterProblem`` as every call does.
    """
    me = process_id()
    if entry.is_here:
        api_client.call(entry, "hold", timeout=timeout, pid=me.pid, started=me.started)
        return math.inf
    host = socket.gethostname()
    api_client.call(entry, "hold", timeout=timeout, pid=me.pid, started=me.started, host=host, for_s=for_s)
    return AGAIN_S


def release(entry: Entry) -> None:
    """This process needs it no more. Raises as ``hold``."""
    me = process_id()
    host = "" if entry.is_here else socket.gethostname()
    api_client.call(entry, "release", pid=me.pid, started=me.started, host=host)
