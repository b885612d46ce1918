"""The welcome notebook, through the real kernel on this machine, beside a plain serial run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.notebooks.course import FIRST_ASCENT, FIRST_ASCENT_RESULTS, HERE, Executed, plain_results, read

EAGER = {"FUNICULAR_MIN_GAIN_S": "0"}  # what goes does not depend on how fast or busy this machine is
HEAVY = {"digits", "windows", "stations"}


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """Notebook 00 as a newcomer leaves it, on two cores."""
    folder = tmp_path_factory.mktemp("a newcomer's folder")
    own = {"FUNICULAR_SITE": "local", "FUNICULAR_LOCAL_CORES": "2", "FUNICULAR_LEASE_S": "5", **EAGER}
    places = {name: str(folder / name) for name in ("XDG_STATE_HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    notebook, output = folder / FIRST_ASCENT.name, folder / "executed.ipynb"
    notebook.write_bytes(FIRST_ASCENT.read_bytes())
    done = subprocess.run(
        [sys.executable, str(HERE / "execute.py"), str(notebook), str(output), "--ask", FIRST_ASCENT_RESULTS],
        capture_output=True, text=True, timeout=400, cwd=folder, check=False,
        env={**os.environ, **own, **places},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    return read(output)


def test_results_are_those_of_a_serial_run(executed: Executed) -> None:
    """Best settings and all scores, every pixel of every picture, sums of tables."""
    plain = plain_results(FIRST_ASCENT, FIRST_ASCENT_RESULTS)
    found = executed.answer()

    assert found == plain
    assert found["best score"] > 0.97
    assert 0.6 < -100 * found["slope"] < 0.7


def test_heavy_cells_say_what_they_cost(executed: Executed) -> None:
    """The search, the pictures and the table went to the cluster and say so in a line; no other cell did."""
    assert executed.lines == dict.fromkeys(HEAVY, (1, 2))


def test_nothing_else_is_said(executed: Executed) -> None:
    """No warning and no message that a newcomer could not place."""
    assert executed.noise == ""


def test_cluster_is_shown_and_ended(executed: Executed) -> None:
    """Before: no cluster; towards the end: one node and its job; after the last cell: it is ending."""
    shown = {
        cell.id: "".join(out["data"]["text/plain"] for out in cell.outputs if "data" in out)
        for cell in executed.cells
        if cell.cell_type == "code"
    }

    assert shown["look"].startswith("No cluster yet")
    assert "1 node, 2 workers, 2 cores" in shown["scale"]
    assert "running" in shown["jobs"]
    assert "is ending; it used" in shown["stop"]
