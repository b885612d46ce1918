"""Funicular's own wheel, from wherever Funicular runs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import DistributionFinder, MetadataPathFinder

import pytest

from funicular.bundles import own_wheel as module
from funicular.bundles.own_wheel import own_wheel
from funicular.bundles.target import BundleImpossible
from tests.kernels.bundles.tiny import OWN_VERSION, write_wheel


def test_an_installation_becomes_the_wheel_that_it_came_from(tmp_path, monkeypatch, index):
    """Code, metadata and shared files are all there again; scripts and compiled files are not."""
    info = f"funicular-{OWN_VERSION}"
    more = {
        f"{info}__data/data/share/jupyter/kernels/funicular/kernel__json": "{}",
        f"{info}__dist-info/entry_points__txt": "[console_scripts]\nfunicular = funicular:main\n",
    }
    more = {path.replace(OWN_VERSION, OWN_VERSION.replace(".", "__")): text for path, text in more.items()}
    wheel = write_wheel(tmp_path, "funicular", OWN_VERSION, **more)
    environment = tmp_path / "e"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    pip = next(index.glob("pip-*.whl")) / "pip"
    command = [environment / "bin" / "python", pip, "install", "-q", "--no-index", "--no-deps", wheel]
    subprocess.run(command, check=True)
    (place,) = environment.glob("lib/python*/site-packages")
    context = DistributionFinder.Context(name="funicular", path=[str(place)])
    (installed,) = MetadataPathFinder.find_distributions(context)
    monkeypatch.setattr(module, "distribution", lambda name: installed)
    (tmp_path / "out").mkdir()
    again = own_wheel(tmp_path / "out")

    assert (environment / "bin" / "funicular").exists()
    assert again.name == wheel.name
    assert set(zipfile.ZipFile(again).namelist()) == set(zipfile.ZipFile(wheel).namelist())


def test_code_that_runs_from_a_wheel_is_in_that_wheel(own_wheel, tmp_path):
    """The installer of a bundle hands on the very file that it was started from."""
    program = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1])\n"
        "from funicular.bundles.own_wheel import own_wheel\n"
        "print(own_wheel(pathlib.Path(sys.argv[2])).read_bytes() == pathlib.Path(sys.argv[1]).read_bytes())"
    )
    said = subprocess.check_output(
        [sys.executable, "-I", "-S", "-c", program, str(own_wheel), str(tmp_path)], text=True
    )

    assert said == "True\n"


def test_a_file_of_something_else_is_refused(tmp_path):
    """Another package's wheel, and a file that is not there."""
    other = write_wheel(tmp_path, "tiny", "1.0")
    for path in (other, tmp_path / "funicular-9-py3-none-any.whl"):
        with pytest.raises(BundleImpossible):
            own_wheel(tmp_path, path)
