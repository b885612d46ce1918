"""Which scheduler is here, whether it answers, and how quickly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from funicular.doctor.finding import Finding, State, sentence
from funicular.doctor.probe import Probe, Seen
from funicular.units import format_seconds

SLOW_S = 3.0  # a question that takes longer is near our patience
NAME = "scheduler"
AT_ONCE_S = 0.1
ABSENT = "was not found on this machine"


def judge(seen: Seen[None]) -> Iterator[Finding]:
    """Whether jobs can be submitted from here."""
    place = seen.place
    if not place.availability.here:
        yield Finding(
            NAME,
            State.UNKNOWN,
            f"{place.site} does not answer.",
            f"{sentence(place.availability.why_not)} Until it does, nothing is known of your jobs.",
            "Try again in a few minutes. If it stays silent, tell the support of this machine.",
        )
        return
    if place.is_local:
        yield from _local(place.others)
        return
    called = f", machine {place.cluster!r}" if place.cluster else ""
    version, took = place.availability.version or place.site, _took(place.answered_in_s)
    what = f"{version}{called}, answered {took}."
    if place.answered_in_s > SLOW_S:
        yield Finding(
            NAME,
            State.WARN,
            what,
            "It is slow just now: clusters start and grow later than they could.",
            "Try again at a quieter hour. If it is always so, tell the support of this machine.",
        )
    else:
        yield Finding(NAME, State.OK, what, "Notebooks here can start jobs.")
    if place.job:
        yield Finding(
            NAME,
            State.NOTE,
            f"This runs inside job {place.job}.",
            "What is said of this machine is of a compute node; clusters end with that job.",
            "For the login node's side, run funicular doctor there.",
        )


def _took(seconds: float) -> str:
    return "at once" if seconds < AT_ONCE_S else f"in {format_seconds(seconds)}"


def _local(others: tuple[tuple[str, str], ...]) -> Iterator[Finding]:
    for name, why in others:
        if ABSENT not in why:
            yield Finding(
                NAME,
                State.UNKNOWN,
                f"{name} is installed here, and does not answer.",
                f"{sentence(why)} Until it does, notebooks would use this machine alone.",
                "Try again in a few minutes. If it stays silent, tell the support of this machine.",
            )
    absent = [name for name, why in others if ABSENT in why]
    yield Finding(
        NAME,
        State.NOTE if others else State.OK,
        f"No batch system is here ({', '.join(absent)})." if absent else "Jobs run on this machine itself.",
        "Notebooks scale out over this machine's own cores.",
        "On a supercomputer, log in to one of its login nodes and run funicular doctor there."
        if absent
        else "",
    )


def learn(seen: Seen[None]) -> Mapping[str, object]:
    """The scheduler's version."""
    version = seen.place.availability.version
    return {"scheduler.version": version} if version and not seen.place.is_local else {}


probe: Probe[None] = Probe("scheduler", "The scheduler", judge, learn=learn, rank=1)
