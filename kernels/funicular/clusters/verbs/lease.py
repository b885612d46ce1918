"""Who needs the cluster, and what their nodes shall have imported."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funicular.clusters import home
from funicular.processes import ProcessId

if TYPE_CHECKING:
    from funicular.clusters.controller import Controller

MOST_HELD_S = 600.0  # a process on another host says it again before


async def on_keep(controller: Controller, keep: bool = True) -> Any:
    """Stay when the last holder is gone (True), or not; ``note``: until when that can hold."""
    controller.holders.keep = keep
    note = home.how_long(controller.blocks.fleet, controller.job, time.monotonic())
    return {"keep": keep, "note": note if keep else ""}


async def on_hold(controller: Controller, pid: int, started: int, host: str = "", for_s: float = 0.0) -> Any:
    """A process that needs the cluster while it lives; one on another ``host``: for so many seconds."""
    process = ProcessId(pid, started)
    if host:
        until = time.monotonic() + min(for_s, MOST_HELD_S)
        controller.holders.hold_until(host, process, until)
    else:
        controller.holders.hold(process)
    return {}


async def on_release(controller: Controller, pid: int, started: int, host: str = "") -> Any:
    """That process needs it no more."""
    controller.holders.release(ProcessId(pid, started), host)
    return {}


async def on_prepare(controller: Controller, modules: list[str]) -> Any:
    """What new nodes import before they fork: what the kernel has imported."""
    agents = controller.agents
    agents.setting = replace(agents.setting, modules=tuple(dict.fromkeys(modules)))
    return {}
