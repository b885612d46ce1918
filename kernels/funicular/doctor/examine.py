"""The whole examination: asks the scheduler, looks around, sends the tiny job, and has it all judged."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from funicular.doctor import forked
from funicular.doctor.finding import Finding, State, sentence
from funicular.doctor.place import Place, look
from funicular.doctor.probe import Errand, Probe, Seen, all_probes
from funicular.doctor.profiled import of_profile
from funicular.doctor.trial import Trial
from funicular.doctor.visit import Tell, Terms, visit
from funicular.errors import FunicularError
from funicular.messages import from_json
from funicular.schedulers import catalogue

LOOK_S = 60.0  # the scheduler's own questions have limits that end before
FOLDERS = ("SCRATCH", "WORK", "PROJECT", "FAST", "TMPDIR")
INTERNET = ("example.org", "443")


class PlaceUnknown(FunicularError):
    """Nobody could say what scheduler is here."""

    code = "doctor-no-place"


@dataclass(frozen=True, slots=True)
class Examined:
    """Findings by probe, and what they say of the machine in a profile's fields."""

    place: Place
    findings: tuple[Finding, ...]
    learnt: Mapping[str, object] = field(default_factory=dict)
    trial: Trial | None = None


def examine(setting: str, *, job: bool, terms: Terms, tell: Tell) -> Examined:
    """Look at everything. Bounded in time: what does not answer is ``unknown``. Raises ``PlaceUnknown``."""
    asking = partial(_waiting, tell)
    if setting != "auto":
        catalogue.find(setting)  # a slip is told as one
    place = forked.ask_all({"the scheduler": (partial(look, setting, terms.queue), LOOK_S)}, waiting=asking)[
        "the scheduler"
    ]
    if isinstance(place, forked.Silent):
        raise PlaceUnknown(
            "The scheduler of this machine could not be asked.",
            why=place.why,
            next_step="Try again in a minute, or look at this machine alone: funicular doctor --site local",
        )
    errand = Errand(folders=folders(place, os.environ), internet=INTERNET)
    probes = all_probes()
    here = forked.ask_all(
        {
            name: (partial(probe.gather, errand), probe.limit_s)
            for name, probe in probes.items()
            if probe.here and probe.gather is not None
        },
        waiting=asking,
    )
    trial = None
    if job and place.takes_jobs:
        trial, errand = visit(catalogue.find(place.site), place, errand, terms, tell)
    judged = [judge(name, probe, place, here, trial, errand) for name, probe in probes.items()]
    learnt = {path: value for _, fields in judged for path, value in fields.items()}
    findings = [each for found, _ in judged for each in found]
    return Examined(place, (*findings, *of_profile(place, learnt)), learnt, trial)


def judge(
    name: str, probe: Probe[Any], place: Place, here: Mapping[str, Any], trial: Trial | None, errand: Errand
) -> tuple[list[Finding], Mapping[str, object]]:
    """What one probe makes of what was gathered; what did not answer is said as such. Pure."""
    findings, mine, theirs = [], here.get(name), None
    if isinstance(mine, forked.Silent):
        findings.append(unknown(name, probe, "here", mine.why))
        mine = None
    if probe.facts is not None and trial is not None:
        if name in trial.silent:
            findings.append(unknown(name, probe, f"on {trial.where}", trial.silent[name]))
        elif name in trial.facts:
            try:
                theirs = from_json(probe.facts, trial.facts[name])
            except FunicularError as error:
                findings.append(
                    unknown(name, probe, f"on {trial.where}", f"{error.what} {error.why}".strip())
                )
    seen = Seen(place, mine, theirs, trial, errand)
    return [*findings, *probe.judge(seen)], probe.learn(seen)


def unknown(name: str, probe: Probe[Any], where: str, why: str) -> Finding:
    """The finding for a question that nobody answered."""
    return Finding(
        name,
        State.UNKNOWN,
        f"{probe.title} {where}: no answer.",
        sentence(why[:1].upper() + why[1:]),
        "Run funicular doctor again; if it stays so, tell the support of this machine.",
    )


def folders(place: Place, environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Where files may be kept here: the usual variables, and those that the site's profile names."""
    named = place.profile.storage.environment if place.profile else ()
    names = dict.fromkeys((*named, *FOLDERS))
    found = [(f"${name}", environ[name]) for name in names if environ.get(name, "").startswith("/")]
    return (("home", os.path.expanduser("~")), *found)


def _waiting(tell: Callable[[str], None], names: set[str]) -> None:
    if names:
        tell(f"Asking: {', '.join(sorted(names))}")
