"""Every error has its page, and every page its error."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.arrows import PACKAGES, ROOT

PAGES = ROOT / "docs" / "errors"
ALWAYS = {"mistake": "extension/funicular_lab/handler.py"}  # for what was not foreseen


def codes() -> dict[str, str]:
    """The ``code`` of every error class, with the file and line it is in."""
    found = dict(ALWAYS)
    for folder in PACKAGES.values():
        for path in sorted(folder.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.ClassDef(body=body):
                        for line in body:
                            if code := _code(line):
                                found.setdefault(code, f"{path.relative_to(ROOT)}:{line.lineno}")
    return found


def _code(line: ast.stmt) -> str | None:
    match line:
        case (
            ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code)))
            | ast.AnnAssign(target=ast.Name(id="code"), value=ast.Constant(value=str(code)))
        ):
            return code
    return None


def test_every_error_has_its_page() -> None:
    """The address in an error's ``type`` leads somewhere."""
    missing = [
        f"{where}: docs/errors/{code}.md" for code, where in codes().items() if not page(code).exists()
    ]

    assert missing == []


def test_every_page_has_its_error() -> None:
    """A page that no error leads to is removed."""
    sources = [path.read_text(encoding="utf-8") for each in PACKAGES.values() for path in each.rglob("*.py")]
    unused = [
        path.stem for path in PAGES.glob("*.md") if not any(f'"{path.stem}"' in text for text in sources)
    ]

    assert sorted({*unused} - {*ALWAYS}) == []


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.md")), ids=lambda path: path.stem)
def test_a_page_says_what_to_do(path: Path) -> None:
    """Each page has a title and answers the question that a person has."""
    text = path.read_text(encoding="utf-8")

    assert text.startswith("# ")
    assert "**What to do" in text


def page(code: str) -> Path:
    return PAGES / f"{code}.md"


def test_every_code_has_one_class() -> None:
    """Who catches an error by its class catches all of its code."""
    homes: dict[str, list[str]] = {}
    for folder in PACKAGES.values():
        for path in sorted(folder.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for line in node.body if isinstance(node, ast.ClassDef) else ():
                    if isinstance(line, ast.Assign) and (code := _code(line)):
                        homes.setdefault(code, []).append(f"{path.relative_to(ROOT)}:{line.lineno}")

    assert {code: found for code, found in homes.items() if len(found) > 1} == {}
