"""Every setting is on its page, and every setting on the page is read somewhere."""

from __future__ import annotations

import re

from tests.architecture.arrows import PACKAGES, ROOT

PAGE = ROOT / "docs" / "settings.md"
NAME = re.compile(r"\bFUNICULAR_[A-Z]+(?:_[A-Z]+)*\b")


def in_code() -> dict[str, str]:
    """Each variable that the packages name, with a file that names it."""
    found: dict[str, str] = {}
    for folder in PACKAGES.values():
        for path in sorted(folder.rglob("*.py")):
            for name in NAME.findall(path.read_text(encoding="utf-8")):
                found.setdefault(name, str(path.relative_to(ROOT)))
    return found


def on_page() -> set[str]:
    """Each variable in a table's first column."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return {name for row in rows for name in NAME.findall(row.split("|")[1])}


def test_every_setting_is_documented() -> None:
    """Whoever reads a variable in the code finds out what it is for."""
    missing = {name: where for name, where in in_code().items() if name not in on_page()}

    assert len(in_code()) > 10
    assert missing == {}


def test_every_documented_setting_is_read() -> None:
    """A row whose variable is gone goes as well."""
    assert sorted(on_page() - in_code().keys()) == []
