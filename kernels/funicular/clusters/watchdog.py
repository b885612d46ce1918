"""Notices that a cluster's controller is gone or frozen, so that no result is waited for in vain.

distributed notices a closed connection at once, but waits for ever on a frozen scheduler.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from funicular.processes import ProcessId

if TYPE_CHECKING:
    from distributed import Client

EVERY_S = 1.0
ANSWER_WITHIN_S = 2.5
MISSES = 2
FAR_MISSES = 6  # 21 s
BUSY_FOR_S = 60.0  # a controller that computes (a huge graph) may be silent for so long


async def watch(
    client: Client,
    process: ProcessId | None,
    on_lost: Callable[[str], None],
    on_end: Callable[[], object] = lambda: None,
    *,
    far: bool = False,
) -> None:
    """Run on the client's loop until the client closes; aborts its connection when the controller is lost.

    process: the controller, when it is on this host: one whose processor time grows is busy, not gone.
    on_lost: hears why, in words.   on_end: is called when the process is gone, in order or not.
    far: it is on another host, where nobody sees whether it is busy: it gets more time.
    """
    missed = 0
    ticks = 0
    while client.status in ("running", "connecting"):
        await asyncio.sleep(EVERY_S)
        try:
            asked: Any = client.scheduler
            await asyncio.wait_for(asked.identity(n_workers=0), ANSWER_WITHIN_S)
            missed = 0
            continue
        except (TimeoutError, OSError):
            missed += 1
        if process is not None and (process.is_stopped or not process.is_alive):
            break
        is_busy = process is not None and process.cpu_ticks > ticks
        ticks = process.cpu_ticks if process else 0
        if missed >= (FAR_MISSES if far else MISSES) and not (
            is_busy and missed * (EVERY_S + ANSWER_WITHIN_S) < BUSY_FOR_S
        ):
            break
    else:
        if process is not None and not process.is_alive:
            on_end()
        return
    on_end()
    on_lost("ended" if process is not None and not process.is_alive else "is frozen or cannot be reached")
    if client.scheduler_comm is not None:
        client.scheduler_comm.comm.abort()
    if client.scheduler is not None:  # questions under way have connections of their own
        client.rpc.remove(str(client.scheduler.address), reason="the controller does not answer")
