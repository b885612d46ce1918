"""The obituary of a controller, written by whoever finds it dead: itself it could not.

One that ended in order took its entry out of the registry; an entry whose process is gone was killed.
"""

from __future__ import annotations

import signal
import time

from funicular.clusters import graveyard, launch, registry
from funicular.clusters.obituary import Obituary
from funicular.clusters.registry import Entry, cluster_folder

NEXT = "Run the cell again: a new cluster starts. The jobs of the old one end by themselves."


def notice(entry: Entry) -> Obituary | None:
    """Bury the controller of this entry if it died and nobody has said so yet."""
    if entry.is_alive is not False or registry.read(entry.name) != entry:
        return None
    return _bury(entry, *_why(launch.exit_code_of(entry.process.pid)))


def frozen(entry: Entry) -> Obituary | None:
    """A controller that answers nothing and is being ended for it."""
    return _bury(entry, "It was frozen or could not be reached, and was ended for a new one to start.", 0)


def with_its_job(entry: Entry, reason: str) -> Obituary | None:
    """A controller whose job is over.   reason: the scheduler's, in words."""
    cause = f"Job {entry.job}, in which it ran, is over: {reason or 'the scheduler does not say why'}."
    return _bury(entry, cause, 0)


def _bury(entry: Entry, cause: str, number: int) -> Obituary | None:
    name = f"of {entry.name} (process {entry.process.pid} on {entry.host})"
    if any(each.name == name for each in graveyard.read(entry.name) if each.kind == "controller"):
        return None
    from funicular.clusters.blocks import last_lines

    log = tuple(last_lines(cluster_folder(entry.name) / "controller.log", 5))
    found = Obituary("controller", name, cause, time.time(), NEXT, signal=number, log=log)
    graveyard.bury(entry.name, found)
    return found


def _why(code: int | None) -> tuple[str, int]:
    """What its exit code says, if it is known here (only to the process that started it)."""
    if code == -signal.SIGKILL:
        return (
            "Somebody killed it (SIGKILL): the out-of-memory killer of this machine, a limit of the login "
            "node, or a person.",
            signal.SIGKILL,
        )
    if code is not None and code < 0:
        return f"It was ended by signal {signal.Signals(-code).name}.", -code
    if code:
        return f"It failed with exit code {code}; its log says more.", 0
    return "It is gone without a word: killed, or its machine was restarted.", 0
