"""The Python that jobs on the site run: built from the system's Python in a world-readable place.

A virtual environment below a private home cannot be run by another user, so the one for jobs is made
here: the project's dependencies are installed once (kept by a hash of the dependency tables), and the
project's own packages are a copy of the checkout, refreshed when it changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import tomllib
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
CACHE = Path("/var/tmp/funicular-test-env")
PYTHON = "/usr/bin/python3"
EXTRAS = ("lab",)
SOURCES = {  # in the checkout, and where it is installed
    "kernels/funicular": "funicular",
    "spawner/funicular_spawner": "funicular_spawner",
    "extension/funicular_lab": "funicular_lab",
    "notebooks": "funicular_lab/notebooks",
}
NOT_COPIED = shutil.ignore_patterns("__pycache__", "node_modules", ".ipynb_checkpoints")


def read_project(checkout: Path = CHECKOUT) -> dict[str, object]:
    """The checkout's pyproject.toml."""
    return tomllib.loads((checkout / "pyproject.toml").read_text())


@cache
def _python_version() -> str:
    return subprocess.run([PYTHON, "-V"], capture_output=True, text=True, check=True).stdout


def wanted_packages(project: dict) -> list[str]:
    """What jobs need: the project's dependencies and those of the ``lab`` extra, sorted."""
    table = project["project"]
    extras = table.get("optional-dependencies", {})
    return sorted([*table["dependencies"], *(one for extra in EXTRAS for one in extras.get(extra, ()))])


def ensure_environment(*, tell=print) -> Path:
    """The folder of a virtual environment with the project's dependencies; made when it is not there."""
    packages = wanted_packages(read_project())
    key = hashlib.sha256("\n".join([_python_version(), *packages]).encode()).hexdigest()[:12]
    place = CACHE / key
    if (place / "complete").exists():
        return place
    tell(f"making the Python environment of the jobs in {place} (once; a minute or two)")
    shutil.rmtree(place, ignore_errors=True)
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    old_umask = os.umask(0o022)
    try:
        subprocess.run([PYTHON, "-m", "venv", str(place)], check=True)
        pip = [str(place / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run(
            [*pip, *packages], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"pip could not install what jobs need:\n{done.stdout}{done.stderr}")
        (place / "complete").write_text("\n".join(packages) + "\n")
    finally:
        os.umask(old_umask)
    return place


def refresh_code(root: Path, environment: Path, checkout: Path = CHECKOUT) -> Path:
    """Put the checkout's packages into ``environment`` as if they were installed; gives the copy's folder.

    A copy is named by its content, so an unchanged checkout costs only the comparison.
    """
    project = read_project(checkout)
    copy = root / "code" / _content_hash(checkout)
    if not copy.exists():
        old_umask = os.umask(0o022)
        try:
            _copy(project, checkout, copy, environment)
        finally:
            os.umask(old_umask)
    _point(root / "src", copy)
    _install(project, checkout, root / "src", environment)
    return copy


def _content_hash(checkout: Path) -> str:
    digest = hashlib.sha256((checkout / "pyproject.toml").read_bytes())
    for source in (*SOURCES, "extension/package.json"):
        top = checkout / source
        files = [top] if top.is_file() else sorted(one for one in top.rglob("*") if one.is_file())
        for one in files:
            if "__pycache__" not in one.parts and "node_modules" not in one.parts:
                digest.update(str(one.relative_to(checkout)).encode() + b"\0" + one.read_bytes())
    return digest.hexdigest()[:16]


def _copy(project: dict, checkout: Path, copy: Path, environment: Path) -> None:
    draft = copy.with_name(f"{copy.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    for source, target in SOURCES.items():
        if (checkout / source).is_dir():
            shutil.copytree(checkout / source, draft / target, ignore=NOT_COPIED)
    _write_metadata(project, checkout, draft)
    for one in (draft, *draft.rglob("*")):
        one.chmod(0o755 if one.is_dir() else 0o644)
    subprocess.run([str(environment / "bin/python"), "-m", "compileall", "-q", str(draft)], check=False)
    try:
        draft.rename(copy)
    except OSError:  # another process made the same copy first
        shutil.rmtree(draft)


def _write_metadata(project: dict, checkout: Path, draft: Path) -> None:
    """What ``importlib.metadata`` reads: the version and the entry points."""
    table = project["project"]
    package = checkout / "extension/package.json"
    version = json.loads(package.read_text())["version"] if package.exists() else "0.0.0"
    info = draft / f"{table['name']}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {table['name']}\nVersion: {version}\n")
    groups = {"console_scripts": table.get("scripts", {}), **table.get("entry-points", {})}
    lines = [
        line
        for group, entries in groups.items()
        for line in (f"[{group}]", *(f"{name} = {target}" for name, target in entries.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")


def _install(project: dict, checkout: Path, source: Path, environment: Path) -> None:
    """The parts outside ``site-packages``: path file, console scripts, kernelspec and server settings."""
    packages = next((environment / "lib").glob("python3.*")) / "site-packages"
    (packages / "funicular-site.pth").write_text(f"{source}\n")
    for name, target in project["project"].get("scripts", {}).items():
        module, function = target.split(":")
        script = environment / "bin" / name
        start = f"import sys\nfrom {module} import {function}\nsys.exit({function}())\n"
        script.write_text(f"#!{environment}/bin/python\n{start}")
        script.chmod(0o755)
    for source_name, target_name in _shared_data(project).items():
        origin, target = checkout / source_name, environment / target_name
        if origin.is_dir():
            shutil.copytree(origin, target, dirs_exist_ok=True, ignore=NOT_COPIED)
        elif origin.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(origin, target)
        if origin.exists():
            _make_readable(target)


def _shared_data(project: dict) -> dict[str, str]:
    wheel = project.get("tool", {}).get("hatch", {}).get("build", {}).get("targets", {}).get("wheel", {})
    return dict(wheel.get("shared-data", {}))


def _make_readable(top: Path) -> None:
    for one in (top, *top.rglob("*")):
        one.chmod(one.stat().st_mode | stat.S_IRGRP | stat.S_IROTH | (0o111 if one.is_dir() else 0))


def _point(link: Path, target: Path) -> None:
    """Make ``link`` point to ``target`` in one step."""
    draft = link.with_name(f"{link.name}.{os.getpid()}")
    draft.symlink_to(target)
    draft.replace(link)
