"""Where the machine is not as its profile says: the last finding, made of what all probes learnt. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from funicular.doctor.finding import Finding, State
from funicular.doctor.place import Place
from funicular.sites.profile_text import differences

NAME = "profile"
WRITE = "Keep what was found in a profile of your own: funicular doctor --write"


def of_profile(place: Place, learnt: Mapping[str, object]) -> Iterator[Finding]:
    """The difference, or that there is no profile."""
    if place.is_local or not place.queues:
        return
    if place.profile is None:
        yield Finding(
            NAME,
            State.NOTE,
            "This machine is none of those that Funicular knows.",
            "It works without a profile: the scheduler is asked for all that is needed.",
            WRITE,
        )
        return
    found = differences(place.profile, learnt)
    if not found:
        yield Finding(NAME, State.OK, f"Nothing found here contradicts the profile of {place.profile.name}.")
        return
    said = "; ".join(f"{each.path} is {_said(each.found)}, not {_said(each.said)}" for each in found)
    yield Finding(
        NAME,
        State.NOTE,
        f"The profile of {place.profile.name} can learn something: {said}.",
        "Profiles are hints from documents; what was found here is right.",
        WRITE,
    )


def _said(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "known" if value is None else str(value)
