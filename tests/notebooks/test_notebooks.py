"""What holds for every notebook of the course."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.course import FIRST_ASCENT, NOTEBOOKS

WORDS_OF_EXPERTS = r"sbatch|srun|slurm|partition|LocalCluster|SLURMCluster|Client\(|\bcluster\b|scale\("


def test_the_first_is_where_the_lab_looks_for_it() -> None:
    """``make lab``, ``funicular lab`` and *Start here* open the same file."""
    from funicular.cli.lab import WELCOME

    assert FIRST_ASCENT in NOTEBOOKS
    assert FIRST_ASCENT.name == WELCOME


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stored_clean(path: Path) -> None:
    """No outputs, no counts, our kernel, and the format that every Jupyter reads."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]

    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "funicular"
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_code_names_no_machine(path: Path) -> None:
    """The same code runs everywhere: no cluster object, no scheduler's word in it."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]

    assert [cell.source for cell in cells if re.search(WORDS_OF_EXPERTS, cell.source)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_short(path: Path) -> None:
    """A screen shows a cell and what it says, with no sideways scrolling."""
    cells = nbformat.read(path, as_version=4).cells
    code = [cell.source.splitlines() for cell in cells if cell.cell_type == "code"]

    assert max(len(lines) for lines in code) <= 25
    assert max(len(line) for lines in code for line in lines) <= 90
