"""Every command that is read: it stands in a profile, and a page of its site shows what it prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from funicular.sites.balances import balances
from funicular.sites.known import profiles

DOCUMENTED = Path(__file__).parents[3] / "data/documented"
KNOWN = profiles({"HOME": "/nonexistent"})


@pytest.mark.parametrize("command", balances())
def test_a_profile_names_it_and_a_page_shows_it(command: str) -> None:
    """Else it would never be run, or its parser be invented."""
    commands = {each for profile in KNOWN.values() for each in profile.accounting.commands}
    (row,) = [line for line in (DOCUMENTED / "README.md").read_text().splitlines() if f"`{command}`" in line]
    file, page = row.split("|")[1].strip(" `"), row.split("|")[3]

    assert command in commands
    assert (DOCUMENTED / file).exists()
    assert "https://" in page
