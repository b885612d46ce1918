"""``funicular kernel`` puts the kernel where Jupyter finds it, and takes it away again."""

from __future__ import annotations

import json
import sys

import pytest

from tests.kernels.cli.conftest import read


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A Jupyter that knows no kernels but those put into ``tmp_path``."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    return tmp_path / "data" / "kernels"


def test_installed_for_the_user_it_runs_this_environment(funicular, nowhere):
    """The kernel's own interpreter is written down, so it works from every Jupyter."""
    answer = read(funicular("kernel", "install", "--json"))
    written = json.loads((nowhere / "funicular" / "kernel.json").read_text())

    assert answer == {"name": "funicular", "folder": str(nowhere / "funicular")}
    assert written["argv"] == [sys.executable, "-m", "funicular.kernel", "-f", "{connection_file}"]
    assert written["display_name"] == "Python 3 (Funicular)"
    assert list((nowhere / "funicular").glob("logo*"))


def test_it_is_listed_and_removed(funicular, nowhere):
    """What was installed under a name of one's own is listed with its Python, and removed."""
    funicular("kernel", "install", "--name", "mine", "--display-name", "Mine")
    rows = {row["name"]: row for row in read(funicular("kernel", "list", "--json"))}

    assert rows["mine"]["python"] == sys.executable
    assert read(funicular("kernel", "remove", "--name", "mine", "--json"))["removed"] == "mine"
    assert not (nowhere / "mine").exists()


def test_below_a_prefix(funicular, tmp_path):
    """An admin may put it below a folder of theirs."""
    answer = read(funicular("kernel", "install", "--prefix", str(tmp_path), "--json"))

    assert answer["folder"] == str(tmp_path / "share" / "jupyter" / "kernels" / "funicular")


def test_a_place_that_cannot_be_written_is_told(funicular, tmp_path):
    """The reason is in words, with a place that works."""
    (tmp_path / "share").write_text("a file, not a folder")
    answer = funicular("kernel", "install", "--prefix", str(tmp_path))

    assert answer.returncode == 1
    assert "funicular kernel install --user" in answer.stderr


def test_a_kernel_of_somebody_else_is_not_removed(funicular, nowhere):
    """Only Funicular's own kernels are taken away."""
    folder = nowhere / "other"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text('{"argv": ["x"], "display_name": "x", "language": "python"}')

    assert funicular("kernel", "remove", "--name", "other").returncode == 1
    assert folder.exists()
