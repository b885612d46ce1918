"""The sites that are known: shipped profiles, and those of this machine's administrators and of the user.

A file with the same id in a later place goes before the shipped one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from funicular.errors import FunicularError
from funicular.sites.model import Profile
from funicular.sites.profile_file import parse_profile

SYSTEM_FOLDER = Path("/etc/funicular/sites")


class UnknownSite(FunicularError):
    """An id that no profile has."""

    code = "unknown-site"
    status = 404


def profiles(environ: Mapping[str, str] = os.environ) -> dict[str, Profile]:
    """All profiles by id, in alphabetical order. Raises ``ProfileBroken`` for one that cannot be read."""
    found = dict(_shipped())
    for folder in folders(environ):
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


def folders(environ: Mapping[str, str]) -> tuple[Path, Path]:
    """Where profiles may lie besides the shipped ones; the later goes before the earlier."""
    home = Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "/")) / ".config")
    return SYSTEM_FOLDER, home / "funicular" / "sites"


@cache
def _shipped() -> dict[str, Profile]:
    """The catalogue: read once, it does not change."""
    files = sorted(resources.files("funicular.sites").joinpath("catalogue").iterdir(), key=lambda f: f.name)
    read = [
        parse_profile(file.read_text(encoding="utf-8"), file.name)
        for file in files
        if file.name.endswith(".yaml")
    ]
    return {each.id: each for each in read}
