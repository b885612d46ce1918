"""A script: executes a notebook through the kernel that it names, and writes it with its outputs.

    python execute.py NOTEBOOK OUTPUT [--first CODE] [--ask CODE ...]

``--first`` is a cell before all others; each ``--ask`` one before the last, which stops the cluster.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import nbformat
from nbclient import NotebookClient

CELL_MAY_TAKE_S = 300


def main() -> None:
    """Execute in the notebook's folder, so that modules beside it are found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--first")
    parser.add_argument("--ask", action="append", default=[])
    options = parser.parse_args()
    notebook = nbformat.read(options.notebook, as_version=4)
    if options.first:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(options.first, id="first"))
    last = max(at for at, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    for number, code in enumerate(options.ask):
        notebook.cells.insert(last + number, nbformat.v4.new_code_cell(code, id=f"ask-{number}"))
    folder = str(options.notebook.resolve().parent)
    client = NotebookClient(notebook, timeout=CELL_MAY_TAKE_S, resources={"metadata": {"path": folder}})
    try:
        client.execute()
    finally:
        nbformat.write(notebook, options.output)


if __name__ == "__main__":
    main()
