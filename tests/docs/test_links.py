"""The links in our pages hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.arrows import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "notebooks").glob("*.md")])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_into_the_tree_hold(path: Path) -> None:
    """A relative link or picture leads to a file that is there."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    here = [target for target in targets if not re.match(r"[a-z]+:", target)]

    assert [target for target in here if not (path.parent / target).exists()] == []
