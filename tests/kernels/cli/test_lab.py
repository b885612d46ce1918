"""``funicular lab``: what it starts, and what it puts into the folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request

from funicular.cli.lab import lab_command, welcome_for
from tests.kernels.cli.conftest import read
from tests.kernels.schedulers.conftest import until


def test_jupyterlab_s_own_options_are_passed_on(funicular, tmp_path):
    """Everything that is not ours goes to JupyterLab of this environment, as it was written."""
    answer = read(funicular("lab", "--json", "--no-browser", "--port=8899", "a b.ipynb", cwd=tmp_path))

    assert answer["command"][:3] == [sys.executable, "-m", "jupyterlab"]
    assert answer["command"][-3:] == ["--no-browser", "--port=8899", "a b.ipynb"]


def test_what_the_user_says_is_not_said_twice():
    """A default of ours gives way to the user's."""
    command = lab_command(["--LabApp.default_url=/tree"], welcome="x.ipynb", has_kernel=True)

    assert [each for each in command if "default_url" in each] == ["--LabApp.default_url=/tree"]


def test_a_folder_with_notebooks_gets_none_of_ours(tmp_path):
    """The welcome notebook is for empty folders."""
    (tmp_path / "mine.ipynb").write_text("{}")

    assert welcome_for(tmp_path) is None


def test_nothing_happens_with_json(funicular, tmp_path):
    """``--json`` says what would be done, and does not do it."""
    read(funicular("lab", "--json", cwd=tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_it_serves_a_lab_with_the_kernel(tmp_path):
    """The real thing: an empty folder gets the welcome notebook, and Jupyter's own API lists the kernel."""
    runtime, folder = tmp_path / "runtime", tmp_path / "work"
    folder.mkdir()
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_TOKEN": "secret"}
    command = [sys.executable, "-m", "funicular.cli", "lab", "--no-browser", "--port=0", "--allow-root"]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as lab:
        try:
            until(lambda: list(runtime.glob("jpserver-*.json")), within_s=60)
            server = json.loads(next(runtime.glob("jpserver-*.json")).read_text())
            answer = {}
            until(lambda: answer.update(_get(server, "api/kernelspecs")) or answer, within_s=60)
        finally:
            lab.terminate()
            lab.wait(30)

    assert answer["default"] == "funicular"
    assert answer["kernelspecs"]["funicular"]["spec"]["display_name"] == "Python 3 (Funicular)"


def _get(server, path):
    request = urllib.request.Request(server["url"] + path, headers={"Authorization": "token secret"})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.load(reply)
    except OSError:
        return {}
