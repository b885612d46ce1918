"""A script: runs a notebook's code as a plain serial program, without Funicular, then prints what is asked.

python plain.py NOTEBOOK QUESTION
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any


def plain_funicular() -> ModuleType:
    """What the notebooks use of it, as Python has it built in."""
    module = ModuleType("funicular")
    module.map = lambda function, *items: list(map(function, *items))  # type: ignore[attr-defined]
    module.stop = lambda: None  # type: ignore[attr-defined]
    return module


def main() -> None:
    """One process, one core, one thing at a time."""
    path, question = sys.argv[1:]
    os.environ["LOKY_MAX_CPU_COUNT"] = "1"  # makes n_jobs=-1 a plain loop
    import dask
    import nbformat

    dask.config.set(scheduler="synchronous")
    sys.modules["funicular"] = plain_funicular()
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            lines = [line for line in cell.source.splitlines() if not line.startswith("%")]
            exec(compile("\n".join(lines), cell.id, "exec"), namespace)
    exec(question, namespace)


if __name__ == "__main__":
    main()
