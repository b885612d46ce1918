"""Whether the clocks of a compute node and of this machine agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from funicular.doctor import doorbell
from funicular.doctor.finding import Finding, State
from funicular.doctor.probe import Errand, Probe, Seen
from funicular.doctor.trial import Trial
from funicular.units import format_seconds

NAME = "clock"
FAR_S = 5.0
VERY_FAR_S = 300.0
TRIES = 3


@dataclass(frozen=True, slots=True)
class Clock:
    """ahead_s: how far the node's clock is ahead, give or take ``within_s``."""

    ahead_s: float
    within_s: float


def gather(errand: Errand) -> Clock:
    """Ask the door for the time; the quickest answer counts. Raises ``OSError`` when none comes."""
    last: Exception = OSError("no address to ask")
    for address in errand.addresses if errand.port else ():
        try:
            rings = [doorbell.ring(address, errand.port, errand.token, patience_s=1.0) for _ in range(TRIES)]
        except (OSError, ValueError) as error:
            last = error
            continue
        best = min(rings, key=lambda each: each.took_s)
        return Clock(best.ahead_s, best.took_s / 2)
    raise last


def judge(seen: Seen[Clock]) -> Iterator[Finding]:
    """By what the node measured; else by when the job's first line must have been written."""
    trial = seen.trial
    if seen.place.is_local or trial is None:
        return
    found = seen.node or by_bounds(trial)
    if found is None:
        return
    ahead = abs(found.ahead_s)
    direction = "ahead of" if found.ahead_s > 0 else "behind"
    if ahead - found.within_s <= FAR_S:
        within = max(ahead, found.within_s)
        shown = f"{max(1, round(within * 1000))} ms" if within < 1 else format_seconds(within)
        yield Finding(NAME, State.OK, f"The clocks of {trial.where} and this machine agree within {shown}.")
        return
    yield Finding(
        NAME,
        State.FAIL if ahead > VERY_FAR_S else State.WARN,
        f"The clock of {trial.where} is about {format_seconds(ahead)} {direction} this machine's.",
        "Certificates of encrypted connections carry a time, so nodes may refuse them; times in logs and "
        "files do not fit together.",
        "Tell the support of this machine: the clock of that node (or of this one) is wrong.",
    )


def by_bounds(trial: Trial) -> Clock | None:
    """What is known without a door: the node said its time after we submitted and before we read it."""
    text = trial.said.get("time", "")
    if not text.isdecimal() or not trial.before_s < trial.after_s:
        return None
    middle = (trial.before_s + trial.after_s) / 2
    return Clock(int(text) + 0.5 - middle, (trial.after_s - trial.before_s) / 2 + 0.5)


probe = Probe("compute node", "The clock", judge, Clock, gather, here=False, on_node=True)
