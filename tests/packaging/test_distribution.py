"""The sdist and the wheel: built from this tree, without Node.js, and looked into."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSION = json.loads((ROOT / "extension" / "package.json").read_text())["version"]
DATA = f"funicular-{VERSION}.data/data"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An sdist of this tree, and a wheel made from that sdist with nothing but Python on the path."""
    folder = tmp_path_factory.mktemp("dist")
    only_python = folder / "bin"
    only_python.mkdir()
    (only_python / "python").symlink_to(sys.executable)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    answer = subprocess.run(
        command, env={**os.environ, "PATH": str(only_python)}, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return dist / f"funicular-{VERSION}-py3-none-any.whl"


def test_the_wheel_carries_three_packages_and_their_data(wheel: Path) -> None:
    """Packages, the Lab extension, its settings, the server's configuration, kernel and notebooks."""
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        "funicular/__init__.py",
        "funicular/py.typed",
        "funicular_lab/app.py",
        "funicular_spawner/__init__.py",
        f"{DATA}/share/jupyter/labextensions/@funicular/lab/package.json",
        f"{DATA}/share/jupyter/labextensions/@funicular/lab/install.json",
        f"{DATA}/share/jupyter/labextensions/@funicular/lab/static/style.js",
        f"{DATA}/share/jupyter/labextensions/@funicular/lab/schemas/@funicular/lab/status.json",
        f"{DATA}/etc/jupyter/jupyter_server_config.d/funicular_lab.json",
        f"{DATA}/share/jupyter/kernels/funicular/kernel.json",
        f"{DATA}/share/jupyter/kernels/funicular/logo-svg.svg",
        f"{DATA}/share/jupyter/kernels/funicular/logo-64x64.png",
        f"{DATA}/share/jupyter/funicular/notebooks/00-first-ascent.ipynb",
        f"{DATA}/share/jupyter/funicular/errors/cluster-problem.md",
        f"funicular-{VERSION}.dist-info/licenses/LICENSE",
    }

    assert expected - names == set()


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    """No tests, no sources of the front end, no bundle twice."""
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert tops == {
        "funicular",
        "funicular_lab",
        "funicular_spawner",
        f"funicular-{VERSION}.data",
        f"funicular-{VERSION}.dist-info",
    }
    assert not any("funicular_lab/labextension" in name for name in zipfile.ZipFile(wheel).namelist())


def test_the_sdist_carries_the_bundle(dist: Path) -> None:
    """An sdist installs where Node.js is absent; it takes no node_modules along."""
    with tarfile.open(dist / f"funicular-{VERSION}.tar.gz") as archive:
        names = archive.getnames()

    assert f"funicular-{VERSION}/extension/funicular_lab/labextension/static/style.js" in names
    assert not any("node_modules" in name or name.endswith(".tsbuildinfo") for name in names)


def test_there_is_one_version(wheel: Path) -> None:
    """Wheel, package.json, lock and the built extension say the same."""
    archive = zipfile.ZipFile(wheel)
    metadata = archive.read(f"funicular-{VERSION}.dist-info/METADATA").decode()
    built = json.loads(archive.read(f"{DATA}/share/jupyter/labextensions/@funicular/lab/package.json"))
    lock = json.loads((ROOT / "extension" / "package-lock.json").read_text())

    assert f"\nVersion: {VERSION}\n" in metadata
    assert (built["version"], lock["version"]) == (VERSION, VERSION)


def test_funicular_is_imported_without_anything_else(wheel: Path, tmp_path: Path) -> None:
    """``import funicular`` needs the standard library alone, and so little time that nobody notices."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    program = (
        "import sys, time; before = set(sys.modules); began = time.perf_counter(); import funicular; "
        "print(time.perf_counter() - began, *sorted({name.split('.')[0] for name in sys.modules} - before))"
    )
    took = []
    for _ in range(5):
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        answer = subprocess.check_output([sys.executable, "-S", "-c", program], env=environment, text=True)
        seconds, *loaded = answer.split()
        took.append(float(seconds))

        assert set(loaded) - sys.stdlib_module_names == {"funicular"}
    assert min(took) < 0.1


def test_the_front_end_is_small(wheel: Path) -> None:
    """All scripts of the Lab extension together stay under 150 kB, as they travel (compressed)."""
    scripts = [each for each in zipfile.ZipFile(wheel).infolist() if each.filename.endswith(".js")]

    assert scripts
    assert sum(each.compress_size for each in scripts) < 150_000
