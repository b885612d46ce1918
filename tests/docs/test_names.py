"""Every public name, magic and command is on a page, and what the pages show can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import funicular
from funicular.kernel import magics
from funicular.kernel.wish_text import parse_wish
from tests.architecture.arrows import ROOT
from tests.notebooks.course import NOTEBOOKS

PAGES = {path: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
SCALE = re.compile(r"%scale ([^`\n\"\\]+(?:\"[^\"]*\")?)")


@pytest.mark.parametrize("name", funicular.__all__)
def test_public_name_is_explained(name: str) -> None:
    """Each has its paragraph in docs/python.md."""
    assert re.search(rf"^\*\*`funicular\.{name}\b", PAGES[ROOT / "docs" / "python.md"], re.MULTILINE)


@pytest.mark.parametrize("name", magics.NAMES)
def test_magic_is_explained(name: str) -> None:
    """Each has its row in docs/python.md."""
    assert f"| `%{name}` |" in PAGES[ROOT / "docs" / "python.md"]


def wishes() -> list[tuple[str, str]]:
    """Each ``%scale ...`` that a page or a notebook shows."""
    texts = {**PAGES, ROOT / "README.md": (ROOT / "README.md").read_text(encoding="utf-8")}
    texts |= {path: path.read_text(encoding="utf-8").replace("\\n", "\n") for path in NOTEBOOKS}
    found = [(path.name, wish.strip()) for path, text in texts.items() for wish in SCALE.findall(text)]
    return [(where, wish) for where, wish in found if wish not in ("stop", "why") and "..." not in wish]


def test_wishes_on_pages_are_understood() -> None:
    """A line to paste works."""
    shown = wishes()

    assert len(shown) >= 8
    for where, wish in shown:
        assert parse_wish(wish), (where, wish)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "kernels" / "funicular" / "cli").glob("*.py")), ids=lambda p: p.stem
)
def test_command_is_explained(path: Path) -> None:
    """Each file of the cli that is a command has its heading in docs/cli.md."""
    if "\nSUMMARY" in path.read_text(encoding="utf-8"):
        assert f"## `funicular {path.stem}`" in PAGES[ROOT / "docs" / "cli.md"]
