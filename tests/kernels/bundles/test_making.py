"""A bundle made by the real pip of an index of tiny wheels, and an environment made of it without any."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from funicular.bundles import making
from funicular.bundles.manifest import MANIFEST, WHEELS, render
from funicular.bundles.needed import Found
from funicular.bundles.target import Target
from tests.kernels.bundles.tiny import OWN_VERSION, PYTHON, manifest_of
from tests.kernels.cli.conftest import read

MACHINE = os.uname().machine


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user who has nothing yet, and whose pip is set up to lead astray."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("JUPYTER_DATA_DIR", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    return tmp_path / "home"


def names(manifest: dict) -> set[str]:
    return {wheel["name"] for wheel in manifest["wheels"]}


def test_from_an_index_to_a_kernel_without_one(command, only_index, own_wheel, home, tmp_path, monkeypatch):
    """One .tar, its own installer on a bare Python, a kernel that Jupyter finds; then it is updated."""
    place = tmp_path / "bundle.tar"
    made = read(command("bundle", "--tar", "--output", str(place), "--wheel", str(own_wheel), "--json"))
    subprocess.run(["tar", "-xf", place, "-C", tmp_path], check=True)
    (folder,) = tmp_path.glob("funicular-*")

    needed = {"funicular", "pip", "surroundings", "tiny", "kit", "screws"}
    assert names(made["manifest"]) == needed | ({"older-tiny"} if sys.version_info < (3, 12) else set())
    assert (made["manifest"]["python"], made["manifest"]["machine"]) == (PYTHON, MACHINE)
    assert PYTHON in (folder / "README.txt").read_text()

    # From here on there is no index: pip's own settings name one that is not there, and are not heeded.
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "astray"))
    environment = home / "my envs" / "one"
    options = ("--environment", str(environment), "--name", "one", "--json")
    bare = [sys.executable, "-I", "-S", folder / "install.py", *options]
    done = subprocess.run(bare, capture_output=True, text=True)
    first = read(done)
    spec = json.loads((Path(first["kernel"]["folder"]) / "kernel.json").read_text())
    where = "import funicular, kit; print(funicular.__file__, funicular.__version__)"
    said = subprocess.check_output(
        [environment / "bin" / "python", "-I", "-c", where], cwd=tmp_path, text=True
    )
    (environment / "mine").touch()
    second = read(command("kernel", "install", "--from", str(place), *options))

    assert first["is_new"] and not second["is_new"]
    assert spec["argv"][0] == str(environment / "bin" / "python")
    assert said.startswith(str(environment)) and said.split()[-1] == OWN_VERSION
    assert (environment / "mine").exists()
    assert not (tmp_path / "astray").exists()


def test_a_dry_run_fetches_nothing(command, only_index, own_wheel, tmp_path):
    """It names what it would fetch, for another Python than this: by that one's markers."""
    options = ("--wheel", str(own_wheel), "--extras", "", "--machine", "aarch64", "--dry-run", "--json")
    later = read(command("bundle", *options, "--python", "3.13", cwd=tmp_path))
    earlier = read(command("bundle", *options, "--python", "3.11", cwd=tmp_path))

    assert names(later) == {"funicular", "pip", "surroundings", "tiny", "future-tiny"}
    assert names(earlier) == {"funicular", "pip", "surroundings", "tiny", "older-tiny"}
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_fetched_leaves_nothing(command, only_index, own_wheel, index, tmp_path, monkeypatch):
    """pip's own words, and no half a bundle."""
    poor = tmp_path / "poor"
    poor.mkdir()
    for wheel in index.iterdir():
        if not wheel.name.startswith("screws"):
            (poor / wheel.name).symlink_to(wheel)
    monkeypatch.setenv("PIP_FIND_LINKS", str(poor))
    out = tmp_path / "out"
    out.mkdir()
    answer = command("bundle", "--wheel", str(own_wheel), "--output", str(out / "b"))

    assert answer.returncode == 1
    assert "screws" in why_of(answer)
    assert list(out.iterdir()) == []


def test_what_is_lost_half_way_leaves_nothing(only_index, own_wheel, tmp_path):
    """A package that vanished from the index after it was found there: no bundle, and no draft of one."""
    order = making.Order(own_wheel, (), Target(PYTHON, MACHINE))
    found = (
        Found("funicular", OWN_VERSION, own_wheel.as_uri(), "", ()),
        Found("vanished", "1.0", "file:///vanished-1.0-py3-none-any.whl", "", ()),
    )

    with pytest.raises(making.BundleNotMade, match="could not be fetched"):
        making.make(order, found, tmp_path / "b", is_tar=False, tell=lambda line: None)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(command, own_wheel, tmp_path):
    """A bundle that is there stays as it is; the way out is told before anything is fetched."""
    (tmp_path / "b").mkdir()
    answer = command("bundle", "--wheel", str(own_wheel), "--output", str(tmp_path / "b"))

    assert answer.returncode == 1
    assert "--output" in answer.stderr
    assert "Asking pip" not in answer.stderr


def test_an_extra_that_there_is_not_is_told(command, only_index, own_wheel):
    """With those that there are."""
    answer = command("bundle", "--wheel", str(own_wheel), "--extras", "lab,moon", "--dry-run")

    assert answer.returncode == 1
    assert "moon" in answer.stderr and "it has: lab" in answer.stderr


@pytest.fixture
def bundle(index, tmp_path) -> Path:
    """A bundle for here without pip's help, as a folder."""
    folder = tmp_path / "bundle"
    (folder / WHEELS).mkdir(parents=True)
    wheels = []
    for wheel in sorted(index.iterdir()):
        wheels.append(folder / WHEELS / wheel.name)
        wheels[-1].write_bytes(wheel.read_bytes())
    (folder / MANIFEST).write_text(render(manifest_of(wheels, Target(PYTHON, MACHINE, "2.17"), ("lab",))))
    return folder


def why_of(answer: subprocess.CompletedProcess[str]) -> str:
    """The middle of the three things that an error says."""
    return answer.stderr.partition("Why:")[2].partition("Next:")[0]


def rewritten(folder: Path, **changes: object) -> None:
    said = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(said | changes))


def without(folder: Path, name: str) -> None:
    said = json.loads((folder / MANIFEST).read_text())
    rewritten(folder, wheels=[wheel for wheel in said["wheels"] if wheel["name"] != name])


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda folder: rewritten(folder, machine="riscv64"), "it is for riscv64 processors"),
        (lambda folder: rewritten(folder, python="3.99"), "it is for Python 3.99"),
        (lambda folder: rewritten(folder, glibc="2.99"), "it needs glibc 2.99"),
        (lambda folder: rewritten(folder, installed_bytes=10**18), "it needs 1400 PB"),
        (lambda folder: without(folder, "screws"), "screws"),  # a whole bundle of too little
        (lambda folder: without(folder, "pip"), "pip"),
        (lambda folder: next((folder / WHEELS).glob("kit*")).write_bytes(b"x"), "kit-2.0"),
    ],
)
def test_what_cannot_be_installed_leaves_nothing(command, bundle, home, harm, why):
    """Told in words; no environment, no kernel, nothing beside it."""
    harm(bundle)
    answer = command("kernel", "install", "--from", str(bundle), "--environment", str(home / "envs" / "e"))

    assert answer.returncode == 1
    assert why in why_of(answer)
    assert not list(home.glob("**/e")) and not list(home.glob("**/kernel.json"))


def test_what_does_not_fit_leaves_an_environment_as_it_was(command, bundle, home):
    """An update whose bundle lacks something is refused by pip before it touches anything."""
    environment = home / "e"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    without(bundle, "screws")
    before = sorted(map(str, environment.rglob("*")))
    answer = command("kernel", "install", "--from", str(bundle), "--environment", str(environment))

    assert answer.returncode == 1
    assert "screws" in why_of(answer)
    assert sorted(map(str, environment.rglob("*"))) == before


def test_other_things_at_that_place_are_not_touched(command, bundle, home):
    """A folder with files in it is no environment."""
    (home / "e").mkdir(parents=True)
    (home / "e" / "thesis.txt").touch()
    answer = command("kernel", "install", "--from", str(bundle), "--environment", str(home / "e"))

    assert answer.returncode == 1
    assert [each.name for each in (home / "e").iterdir()] == ["thesis.txt"]


def test_what_an_interruption_left_is_made_anew(command, bundle, home):
    """An environment that was never finished is not taken for one."""
    environment = home / "e"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (environment / ".funicular-unfinished").touch()
    (environment / "half").touch()
    options = ("--environment", str(environment), "--no-kernel", "--json")
    done = read(command("kernel", "install", "--from", str(bundle), *options))

    assert done == {"environment": str(environment), "is_new": True, "kernel": None}
    assert not (environment / "half").exists()
    assert not (environment / ".funicular-unfinished").exists()
