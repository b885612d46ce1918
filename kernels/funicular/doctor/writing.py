"""Writes what was found into the user's own profile of this machine."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from funicular.clusters.private import write_private
from funicular.doctor.examine import Examined
from funicular.errors import FunicularError
from funicular.sites import glance
from funicular.sites.model import Profile
from funicular.sites.new_profile import ARCHITECTURES, draft
from funicular.sites.profile_file import parse_profile
from funicular.sites.profile_text import amended

SOURCE = "funicular doctor on this machine"


class NothingToWrite(FunicularError):
    """There is no profile to be made of what was found."""

    code = "doctor-nothing-to-write"
    status = 400


def write(name: str, found: Examined, environ: Mapping[str, str] = os.environ) -> Path:
    """Write the profile into the user's folder; gives the file. One that was there is kept beside it (``~``).

    name: the id for a machine that is not known; empty: what its scheduler calls it.
    """
    site, text = profile_text(name, found, today=date.today())
    folder = glance.folders(environ)[1]
    path = folder / f"{site}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            path.replace(path.with_name(f"{path.name}~"))
        write_private(path, text)
    except OSError as error:
        raise NothingToWrite(
            f"The profile {path} could not be written.",
            why=str(error),
            next_step="Free some space there, or set XDG_CONFIG_HOME to a folder of yours.",
        ) from error
    return path


def profile_text(name: str, found: Examined, *, today: date) -> tuple[str, str]:
    """The profile's id and text. Pure. Raises ``NothingToWrite``, ``ProfileBroken``."""
    place = found.place
    if place.is_local or not place.queues:
        raise NothingToWrite(
            "There is nothing to write into a profile.",
            why="No batch system is in use here: a profile describes a supercomputer."
            if place.is_local
            else "The scheduler did not list its queues, which a profile begins with.",
            next_step="Run it on a login node of the machine, when its scheduler answers.",
        )
    known = place.profile
    if known is not None and name in ("", known.id):
        return known.id, amended(known, found.learnt, today=today, source=SOURCE)
    site = name or _id_from(place.cluster)
    return site, amended(_drafted(site, found, today), found.learnt, today=today, source=SOURCE)


def _drafted(site: str, found: Examined, today: date) -> Profile:
    place = found.place
    seen = [value for path, value in found.learnt.items() if path.endswith(".arch")]
    arch = str(seen[0]) if seen else platform.machine()
    clusters = [place.cluster] if place.cluster and place.cluster.lower() != site else []
    text = draft(
        site,
        place.site,
        place.availability,
        place.queues or (),
        clusters=clusters,
        arch=arch if arch in ARCHITECTURES else "x86_64",
        today=today,
    )
    return parse_profile(text, f"{site}.yaml")


def _id_from(cluster: str | None) -> str:
    site = re.sub(r"[^a-z0-9-]+", "-", (cluster or "").lower()).strip("-")
    if not site:
        raise NothingToWrite(
            "How shall this machine be called?",
            why="Its scheduler has no name for it.",
            next_step="Name it: funicular doctor --write mymachine",
        )
    return site
