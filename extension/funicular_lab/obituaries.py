"""What died in this user's clusters, the latest first, and what the panel can do about it."""

from __future__ import annotations

import signal
from typing import cast

from funicular.clusters import graveyard, registry
from funicular.clusters.obituary import Obituary
from funicular_lab.answers import Action, ObituariesAnswer, ObituaryView
from funicular_lab.answers.obituaries import Dead

SHOWN = 50
FULL = 0.8  # of the limit: who died with this much may have died of it


def read() -> ObituariesAnswer:
    """The latest deaths of all clusters, also of those that are gone. Blocks: files are read."""
    alive = frozenset(entry.name for entry in registry.entries() if entry.is_alive is not False)
    found = [(name, each) for name in graveyard.clusters() for each in graveyard.read(name)]
    found.sort(key=lambda pair: pair[1].when_s, reverse=True)
    shown = tuple(view_of(name, each, is_alive=name in alive) for name, each in found[:SHOWN])
    return ObituariesAnswer(shown, len(found) - len(shown))


def view_of(cluster: str, each: Obituary, *, is_alive: bool) -> ObituaryView:
    """A death as the browser gets it.   is_alive: whether the cluster is still there."""
    return ObituaryView(
        cluster=cluster,
        kind=cast("Dead", each.kind),
        name=each.name,
        cause=each.cause,
        when_s=each.when_s,
        next_step=each.next_step,
        state=each.state,
        peak_bytes=each.peak_bytes,
        limit_bytes=each.limit_bytes,
        curve=tuple((at, held) for at, held in each.curve),
        log=each.log,
        rerun=each.rerun,
        action=action_of(each, is_alive=is_alive),
        exit_code=each.exit_code,
        signal=each.signal,
    )


def action_of(each: Obituary, *, is_alive: bool) -> Action | None:
    """What helps: more memory where that ran out, another try where a job failed, a new cluster."""
    if each.kind == "controller":
        return None if is_alive else "start"
    if not is_alive:
        return None
    is_full = each.limit_bytes > 0 and each.peak_bytes >= FULL * each.limit_bytes
    if each.kind == "worker" and (is_full or each.signal == signal.SIGKILL):
        return "scale"
    if each.state == "OUT_OF_MEMORY" or each.state == "TIMEOUT":
        return "scale"
    return "retry" if each.kind == "block" else None
