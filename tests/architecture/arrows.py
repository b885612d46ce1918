"""Who may import whom, and a reader of imports that names file and line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOOR = {"errors", "units", "messages", "processes", "version"}

# part -> the parts of Funicular that it may import besides itself
MAY_IMPORT: dict[str, set[str]] = dict.fromkeys(FLOOR, FLOOR)
MAY_IMPORT["schedulers"] = FLOOR
MAY_IMPORT["sites"] = FLOOR | {"schedulers"}
MAY_IMPORT["clusters"] = MAY_IMPORT["sites"] | {"sites"}
MAY_IMPORT["routing"] = MAY_IMPORT["clusters"] | {"clusters"}
MAY_IMPORT["widgets"] = MAY_IMPORT["routing"] | {"routing"}
MAY_IMPORT["profiling"] = MAY_IMPORT["clusters"] | {"clusters"}
MAY_IMPORT["kernel"] = MAY_IMPORT["routing"] | {"routing", "profiling"}
MAY_IMPORT["loops"] = FLOOR
MAY_IMPORT["bundles"] = FLOOR
MAY_IMPORT["hints"] = FLOOR | {"loops"}
MAY_IMPORT["doctor"] = MAY_IMPORT["clusters"] | {"clusters"}
MAY_IMPORT["cli"] = MAY_IMPORT["routing"] | {"routing", "hints", "profiling", "doctor", "bundles"}
MAY_IMPORT["funicular_lab"] = MAY_IMPORT["clusters"] | {"clusters"}
MAY_IMPORT["funicular_spawner"] = MAY_IMPORT["sites"] | {"sites"}

PACKAGES = {
    "funicular": ROOT / "kernels" / "funicular",
    "funicular_lab": ROOT / "extension" / "funicular_lab",
    "funicular_spawner": ROOT / "spawner" / "funicular_spawner",
}


@dataclass(frozen=True)
class Arrow:
    """``source`` (a part of Funicular) imports ``target`` (a part, or another package) at ``where``."""

    source: str
    target: str
    where: str


def part_of(module: str) -> str:
    """``funicular.clusters.api`` -> ``clusters``; ``funicular_lab.app`` -> ``funicular_lab``."""
    names = module.split(".")
    return names[1] if names[0] == "funicular" and len(names) > 1 else names[0]


def arrows() -> Iterator[Arrow]:
    """Every import in the three packages, those inside functions and for type checkers included."""
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            module = ".".join([package, *path.relative_to(folder).with_suffix("").parts])
            if path != PACKAGES["funicular"] / "__init__.py":  # it names everything, and loads nothing
                tree = ast.parse(path.read_text(encoding="utf-8"))
                yield from read_arrows(tree, module, str(path.relative_to(ROOT)))


def read_arrows(tree: ast.AST, module: str, path: str) -> Iterator[Arrow]:
    """The imports in one file. ``from funicular import x`` is an import of the part ``x``."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                targets = [name.name for name in names]
            case ast.ImportFrom(module="funicular", level=0, names=names):
                targets = [f"funicular.{name.name}" for name in names]
            case ast.ImportFrom(module=str(target), level=0):
                targets = [target]
            case ast.ImportFrom(level=level) if level > 0:
                targets = ["a.relative.import"]
            case _:
                continue
        for target in targets:
            yield Arrow(part_of(module), part_of(target), f"{path}:{node.lineno}")


def imports_of_typescript(path: Path) -> list[tuple[int, str]]:
    """Line and module of each import in a TypeScript file."""
    text = path.read_text(encoding="utf-8")
    found = re.finditer(r"""^(?:import|export)\b[^;]*?\bfrom\s+['"]([^'"]+)['"]""", text, re.MULTILINE)
    return [(text.count("\n", 0, match.start()) + 1, match[1]) for match in found]
