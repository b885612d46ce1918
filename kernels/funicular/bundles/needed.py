"""Which packages an environment needs on a machine that is not this one, from what pip found. Pure.

pip chooses wheels for another Python, but asks environment markers of the Python that it runs in itself
(https://github.com/pypa/pip/issues/11664, pip 26.3): it brings too much, or too little. So the closure is
computed anew, with the markers of the target.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from funicular.bundles.target import Target


@dataclass(frozen=True, slots=True)
class Found:
    """A wheel that pip would take.   requires: as its metadata say.   sha256: empty where nobody says it."""

    name: str
    version: str
    url: str
    sha256: str
    requires: tuple[str, ...]

    @property
    def file(self) -> str:
        return self.url.rpartition("/")[2].replace("%2B", "+").replace("%21", "!")


def read_report(report: Mapping[str, Any]) -> dict[str, Found]:
    """The packages of pip's installation report (format 1), by normalised name."""
    found = {}
    for each in report["install"]:
        metadata, source = each["metadata"], each["download_info"]
        name = normal(metadata["name"])
        found[name] = Found(
            name=name,
            version=metadata["version"],
            url=source["url"],
            sha256=source.get("archive_info", {}).get("hashes", {}).get("sha256", ""),
            requires=tuple(metadata.get("requires_dist", ())),
        )
    return found


def closure(
    roots: Mapping[str, Collection[str]], found: Mapping[str, Found], target: Target
) -> tuple[set[str], list[str]]:
    """Names of all that the roots need on ``target``, and the requirements that nothing found fulfils.

    roots: package to its extras.
    """
    from packaging.requirements import Requirement

    done: set[tuple[str, str]] = set()
    waiting = [(normal(name), extra) for name, extras in roots.items() for extra in ("", *extras)]
    missing: dict[str, None] = {}
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in done or name not in found:
            continue
        done.add((name, extra))
        for text in found[name].requires:
            needs = Requirement(text)
            if needs.marker is not None and not needs.marker.evaluate({**target.markers, "extra": extra}):
                continue
            other = normal(needs.name)
            if other in found and needs.specifier.contains(found[other].version, prereleases=True):
                waiting += [(other, each) for each in ("", *map(normal, needs.extras))]
            else:
                needs.marker = None
                missing[str(needs)] = None
    return {name for name, _ in done}, list(missing)


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
