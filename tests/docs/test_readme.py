"""The README's first screen."""

from __future__ import annotations

import re

from tests.architecture.arrows import ROOT

FIRST_SCREEN = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:16])


def test_first_screen_has_a_picture_and_two_commands() -> None:
    """Whoever comes by sees what it is, how to start it, and what happens then."""
    picture = re.search(r"!\[(.+)\]\((.+)\)", FIRST_SCREEN)

    assert picture is not None
    assert len(picture[1]) > 40, "a picture is described for those who do not see it"
    assert (ROOT / picture[2]).stat().st_size < 300_000
    assert "\nmake lab " in FIRST_SCREEN and "\nmake test " in FIRST_SCREEN
    assert "00-first-ascent" in FIRST_SCREEN or "*First ascent*" in FIRST_SCREEN
