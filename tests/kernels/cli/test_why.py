"""``funicular clusters why`` tells deaths, also of clusters that are gone."""

from __future__ import annotations

import pytest

from funicular.clusters import graveyard
from funicular.clusters.obituary import Obituary
from tests.kernels.cli.conftest import read


def died(number: int, kind: str = "worker") -> Obituary:
    return Obituary(
        kind, f"b1-{number} on n1", f"Cause {number}.", 1_700_000_000.0 + number, "Do this.", signal=9
    )


@pytest.fixture
def deaths(state_home) -> None:
    """Twelve deaths in a cluster that is gone, one in another."""
    for number in range(12):
        graveyard.bury("gone", died(number))
    graveyard.bury("other", died(99, "node"))


def test_nothing_has_died(funicular):
    """One sentence, and an empty list for programs."""
    assert funicular("clusters", "why").stdout == "Nothing has died.\n"
    assert read(funicular("clusters", "why", "--json")) == []


def test_the_latest_deaths_with_cause_and_next_step(funicular, deaths):
    """Oldest first, each with its cluster; earlier ones are counted, --all shows them."""
    text = funicular("clusters", "why").stdout

    assert text.index("Cause 3.") < text.index("Cause 99.")
    assert "Cause 2." not in text
    assert "3 earlier deaths" in text
    assert "Next: Do this." in text
    assert "other\n" in text
    assert "Cause 0." in funicular("clusters", "why", "--all").stdout


def test_one_cluster_that_is_gone(funicular, deaths):
    """Its name is enough; JSON carries every field."""
    found = read(funicular("clusters", "why", "other", "--json"))

    assert [(each["cluster"], each["kind"], each["signal"]) for each in found] == [("other", "node", 9)]


def test_an_unknown_cluster_is_refused_with_the_known_ones(funicular, deaths):
    """A typing mistake is no 'nothing has died'."""
    done = funicular("clusters", "why", "othre")

    assert done.returncode == 1
    assert "gone, other" in done.stderr
