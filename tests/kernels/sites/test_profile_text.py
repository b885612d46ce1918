"""A profile written as text, and one that learns."""

from __future__ import annotations

from datetime import date

import pytest

from funicular.sites.known import profiles
from funicular.sites.profile_file import parse_profile
from funicular.sites.profile_text import amended, differences, render

KNOWN = profiles({})
DAY = date(2026, 11, 25)
TEXT = """
id: hill
name: Hill
country: XX
host: somewhere
status: {state: in service}
scheduler: {name: slurm, version: 25.05.1, select_by: [partition]}
node_types:
  fat: {arch: {value: x86_64, unverified: a guess}, cores: 64}
queues:
- {name: day, nodes: fat, max_walltime: '2-01:00:30'}
- {name: night}
interconnect: {interfaces: [ib0, eth0]}
network: {compute_to_internet: some ports}
sources: [a leaflet]
last_verified: 2026-01-01
"""
HILL = parse_profile(TEXT, "hill.yaml")


@pytest.mark.parametrize("site", KNOWN)
def test_each_shipped_profile_reads_back_as_it_is(site: str) -> None:
    """Facts, and the marks of what is not sure."""
    again = parse_profile(render(KNOWN[site], note="a note"), f"{site}.yaml")

    assert again == KNOWN[site]
    assert again.unverified == KNOWN[site].unverified


def test_what_was_found_goes_before_what_was_said() -> None:
    """Of a queue's nodes too; all else stays, with its sources."""
    learnt = {"network.login_to_internet": "yes", "queue:day.arch": "aarch64", "queue:night.arch": "aarch64"}
    again = parse_profile(amended(HILL, learnt, today=DAY, source="found"), "hill.yaml")

    assert again.network.login_to_internet == "yes"
    assert again.node_types["fat"].arch == "aarch64" and again.is_sure("node_types.fat.arch")
    assert again.queues == HILL.queues
    assert (again.sources, again.last_verified) == (("a leaflet", "found"), DAY)


def test_what_was_confirmed_is_sure() -> None:
    """A guess that turns out right loses its mark."""
    again = parse_profile(amended(HILL, {"queue:day.arch": "x86_64"}, today=DAY, source="found"), "hill.yaml")

    assert not HILL.is_sure("node_types.fat.arch")
    assert again.is_sure("node_types.fat.arch")


def test_differences_are_told_and_agreement_is_not() -> None:
    """With what the profile said."""
    found = differences(
        HILL, {"queue:day.arch": "aarch64", "queue:day.cores": 64, "access.login_arch": "x86_64"}
    )

    assert [(each.path, each.said, each.found) for each in found] == [
        ("node_types.fat.arch", "x86_64", "aarch64"),
        ("access.login_arch", None, "x86_64"),
    ]


def test_what_says_less_changes_nothing() -> None:
    """The same version with a name before it, a plain yes beside some ports, interfaces that are listed."""
    learnt = {
        "scheduler.version": "slurm 25.05.1",
        "network.compute_to_internet": "yes",
        "interconnect.interfaces": ("eth0",),
    }

    assert differences(HILL, learnt) == ()


def test_an_interface_that_is_new_comes_first() -> None:
    """Those of the profile stay behind it."""
    (found,) = differences(HILL, {"interconnect.interfaces": ("hsn0",)})

    assert found.found == ["hsn0", "ib0", "eth0"]
