"""The sites that are known: shipped profiles, and those of this machine's administrators and of the user.

A file with the same id in a later place goes before the shipped one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache

from funicular.errors import FunicularError
from funicular.sites import glance
from funicular.sites.model import Profile
from funicular.sites.profile_file import parse_profile


class UnknownSite(FunicularError):
    """An id that no profile has."""

    code = "unknown-site"
    status = 404


def profiles(environ: Mapping[str, str] = os.environ) -> dict[str, Profile]:
    """All profiles by id, in alphabetical order. Raises ``ProfileBroken`` for one that cannot be read."""
    found = dict(_shipped())
    for folder in glance.folders(environ):
        for path in sorted(folder.glob("*.yaml")):
            profile = parse_profile(path.read_text(encoding="utf-8"), str(path))
            found[profile.id] = profile
    return dict(sorted(found.items()))


def profile(site: str, environ: Mapping[str, str] = os.environ) -> Profile:
    """The profile with this id, case aside. Raises ``UnknownSite`` that lists those there are."""
    found = profiles(environ)
    if site.lower() not in found:
        raise UnknownSite(
            f"No site {site!r} is known.",
            why=f"Known are: {', '.join(found)}.",
            next_step="Use one of these, or write a profile with: funicular sites new",
        )
    return found[site.lower()]


@cache
def _shipped() -> dict[str, Profile]:
    """The catalogue: read once, it does not change."""
    read = [parse_profile(text, f"{site}.yaml") for site, text in glance.shipped_texts().items()]
    return {each.id: each for each in read}
