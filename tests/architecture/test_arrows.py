"""Imports point inwards only; a wrong one is named with its file and line."""

from __future__ import annotations

import ast
import sys

import pytest

from tests.architecture.arrows import (
    FLOOR,
    MAY_IMPORT,
    PACKAGES,
    ROOT,
    Arrow,
    arrows,
    imports_of_typescript,
    read_arrows,
)

OURS = set(MAY_IMPORT)
SRC = ROOT / "extension" / "src"


def wrong(arrow: Arrow) -> bool:
    return arrow.target in OURS and arrow.target not in MAY_IMPORT[arrow.source] | {arrow.source}


def test_every_part_has_its_place() -> None:
    """A new folder or module of ``funicular`` is put into the table before it is used."""
    found = {path.stem for path in PACKAGES["funicular"].iterdir() if path.suffix == ".py" or path.is_dir()}

    assert found - {"__init__", "__pycache__", "py"} <= OURS


def test_imports_point_inwards() -> None:
    """Nobody imports what lies further out, or beside."""
    assert [f"{each.where}: {each.source} -> {each.target}" for each in arrows() if wrong(each)] == []


def test_the_floor_stands_on_the_standard_library() -> None:
    """errors, units, messages and the like need nothing that has to be installed."""
    foreign = [
        f"{each.where}: {each.target}"
        for each in arrows()
        if each.source in FLOOR and each.target not in sys.stdlib_module_names | OURS
    ]

    assert foreign == []


def test_imports_are_absolute() -> None:
    """A relative import would hide an arrow."""
    assert [each.where for each in arrows() if each.target == "a"] == []


@pytest.mark.parametrize(
    "line",
    [
        "import funicular.routing.api",
        "from funicular.routing import api",
        "from funicular import routing",
        "def f():\n    from funicular.routing.api import map",
    ],
)
def test_a_wrong_arrow_is_seen(line: str) -> None:
    """The reader misses no way of writing an import."""
    [arrow] = read_arrows(ast.parse(line), "funicular.schedulers.slurm", "slurm.py")

    assert wrong(arrow)
    assert arrow.where.startswith("slurm.py:")


def test_a_right_arrow_is_left_alone() -> None:
    """Inward arrows and other people's packages are fine."""
    tree = ast.parse("import os, distributed\nfrom funicular.errors import FunicularError")

    assert not any(map(wrong, read_arrows(tree, "funicular.clusters.api", "api.py")))


FORBIDDEN_IN_TYPESCRIPT = {
    "views": (".*tokens", "@jupyterlab/services", "@lumino/signaling", "../plugins", "../models/api"),
    "models": ("react", "@jupyterlab/ui-components", "../plugins", "../views"),
    "plugins": ("./",),
    "panel": ("../plugins", "@jupyterlab/services"),  # wires models to views
}


@pytest.mark.parametrize("folder", FORBIDDEN_IN_TYPESCRIPT)
def test_typescript_keeps_its_layers(folder: str) -> None:
    """Views know props only, models know no React, plugins meet through tokens; the panel joins the first."""
    forbidden = FORBIDDEN_IN_TYPESCRIPT[folder]
    found = [
        f"{path.relative_to(ROOT)}:{line}: {module}"
        for path in sorted((SRC / folder).rglob("*.ts*"))
        for line, module in imports_of_typescript(path)
        if any(
            module.startswith(start) or (start[:2] == ".*" and module.endswith(start[2:]))
            for start in forbidden
        )
    ]

    assert found == []
