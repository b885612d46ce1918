"""Which notebooks use a cluster: its holders, named by what this server knows of its kernels."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_core.utils import ensure_async

from funicular_lab.answers import HolderView


async def name_holders(holders: Iterable[Mapping[str, Any]], kernels: Any, sessions: Any) -> list[HolderView]:
    """Every holder with its notebook.   kernels, sessions: the server's own managers of them."""
    by_kernel = {each["kernel"]["id"]: each for each in await ensure_async(sessions.list_sessions())}
    by_pid = kernels_by_pid(kernels)
    return [name_holder(each, by_pid, by_kernel, own=os.getpid()) for each in holders]


def kernels_by_pid(kernels: Any) -> dict[int, str]:
    """Process to kernel id, for kernels that this server has started on this host."""
    found = {}
    for kernel_id in kernels.list_kernel_ids():
        provisioner = getattr(kernels.get_kernel(kernel_id), "provisioner", None)
        if (pid := getattr(provisioner, "pid", None)) is not None:
            found[int(pid)] = str(kernel_id)
    return found


def name_holder(
    holder: Mapping[str, Any], by_pid: Mapping[int, str], by_kernel: Mapping[str, Any], *, own: int
) -> HolderView:
    """One holder. Pure but for the name of this host.   own: this server's process."""
    pid, here = int(holder["pid"]), socket.gethostname()
    host = str(holder["host"]) or here
    if host == here and pid == own:
        return HolderView("server", "this Jupyter server", None, None, host)
    kernel = by_pid.get(pid) if host == here else None
    session = by_kernel.get(kernel or "", {})
    path = session.get("path") or None
    if session.get("type") == "notebook":
        return HolderView("notebook", os.path.basename(str(path)), path, kernel, host)
    if kernel is not None:
        return HolderView("console", str(session.get("name") or "a console"), path, kernel, host)
    return HolderView("program", f"process {pid}", None, None, host)
