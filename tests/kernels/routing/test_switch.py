"""Routing in a script: on by one line, and only then."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import os, sys, warnings
import dask, joblib, funicular
import beside

def where(x):
    import beside  # also inside
    return beside.half(x), os.getpid()

def inside(found):
    return os.getpid() in {process for _, process in found}

plain = joblib.Parallel(n_jobs=1)(joblib.delayed(where)(x) for x in range(3))
assert inside(plain)
funicular.enable()
funicular.enable()
for found in (
    joblib.Parallel(n_jobs=2)(joblib.delayed(where)(x) for x in range(4)),
    dask.compute(*[dask.delayed(where)(x) for x in range(4)]),
    funicular.map(where, range(4)),
):
    assert [value for value, _ in found] == [0, 0.5, 1, 1.5], found
    assert not inside(found)
print(funicular.stop())
"""


def test_a_script_says_enable_and_nothing_else(state_home: Path, tmp_path: Path) -> None:
    """joblib, Dask and map go to a cluster of the script's own, with modules beside it; it ends by itself."""
    folder = tmp_path / "a script's"
    folder.mkdir()
    (folder / "beside.py").write_text("def half(x):\n    return x / 2\n")
    (folder / "script.py").write_text(SCRIPT)
    environment = {**os.environ, "FUNICULAR_MIN_GAIN_S": "0"}

    done = subprocess.run(
        [sys.executable, str(folder / "script.py")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "is ending; it used" in done.stdout
