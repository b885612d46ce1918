"""The course's notebooks as tests see them: where they are, what they must give, and what they gave."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from tests.architecture.arrows import ROOT

HERE = Path(__file__).parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FIRST_ASCENT = ROOT / "notebooks" / "00-first-ascent.ipynb"
LINE = re.compile(r"[\d\s]+ .+ on (\d+) nodes? \((\d+) cores?\) in [\d.]+ \w+, [\d.]+ core-h", re.MULTILINE)

# What notebook 00 has found, whoever ran it.
FIRST_ASCENT_RESULTS = """
import hashlib, json
print(json.dumps({
    "best settings": search.best_params_,
    "best score": search.best_score_,
    "all scores": list(search.cv_results_["mean_test_score"]),
    "windows": [[list(each.shape), hashlib.sha256(each.tobytes()).hexdigest()] for each in windows],
    "means of windows": [float(each.mean()) for each in windows],
    "sheet": hashlib.sha256(sheet.tobytes()).hexdigest(),
    "by height": {str(height): value for height, value in by_height.items()},
    "slope": round(float(slope), 12),
}))
"""


@dataclass(frozen=True, slots=True)
class Executed:
    """A notebook with its outputs."""

    cells: tuple[Any, ...]

    def printed(self, cell: str) -> str:
        """What this cell wrote to its standard output."""
        return self._of(cell, "stdout")

    def answer(self, number: int = 0) -> Any:
        """The JSON that an asked question printed."""
        return json.loads(self.printed(f"ask-{number}").splitlines()[0])

    @property
    def lines(self) -> dict[str, tuple[int, int]]:
        """Cell to nodes and cores, for cells under which a line says that the cluster was used."""
        found = {cell.id: LINE.search(self.printed(cell.id)) for cell in self.cells}
        return {cell: (int(match[1]), int(match[2])) for cell, match in found.items() if match}

    @property
    def noise(self) -> str:
        """All that was written to standard error."""
        return "".join(self._of(cell.id, "stderr") for cell in self.cells)

    def _of(self, cell: str, stream: str) -> str:
        outputs = next(each for each in self.cells if each.id == cell).get("outputs", [])
        return "".join(each["text"] for each in outputs if each.get("name") == stream)


def read(path: Path) -> Executed:
    """An executed notebook."""
    return Executed(tuple(nbformat.read(path, as_version=4).cells))


@cache
def plain_results(notebook: Path, question: str) -> Any:
    """What a plain serial program finds; computed once for all sites."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, str(HERE / "plain.py"), str(notebook), question],
            capture_output=True, text=True, timeout=400, cwd=folder, check=False,
            env={**os.environ, "PYTHONWARNINGS": "default"},
        )  # fmt: skip

    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
