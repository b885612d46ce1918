"""The page of each known machine is the one that the catalogue makes."""

from __future__ import annotations

from funicular.sites.pages import pages, with_list
from tests.architecture.arrows import ROOT


def test_every_page_is_written_and_none_is_left_over():
    """``make format`` writes docs/sites."""
    written = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "sites").glob("*.md")}

    assert written == pages(), "run: make format"


def test_the_list_is_whole():
    """Every machine is in docs/sites.md."""
    overview = (ROOT / "docs" / "sites.md").read_text(encoding="utf-8")

    assert "(sites/lumi.md)" in overview
    assert overview == with_list(overview), "run: make format"
