"""A package index of tiny wheels. Funicular's wheel there holds its real code."""

from __future__ import annotations

import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import funicular
from funicular.bundles.manifest import FORMAT, Manifest, Wheel, named, sha256
from funicular.bundles.target import Target

OWN_VERSION = "0.0.7"

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
OWN_METADATA = """\
Provides-Extra: lab
Requires-Dist: surroundings
Requires-Dist: tiny>=1
Requires-Dist: future-tiny; python_version >= "3.13"
Requires-Dist: kit[parts]; extra == "lab"
"""


def write_wheel(folder: Path, name: str, version: str, metadata: str = "", **files: str) -> Path:
    """A wheel of a package ``name``.   files: further ones, by their path with ``__`` for a dot."""
    info = f"{name}-{version}.dist-info"
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    texts = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **{path.replace("__", "."): text for path, text in files.items()},
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in texts.items():
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{path},,\n" for path in [*texts, f"{info}/RECORD"]))
    return wheel


def write_own_wheel(folder: Path) -> Path:
    """A wheel of Funicular that needs tiny packages only."""
    wheel = write_wheel(folder, "funicular", OWN_VERSION, OWN_METADATA)
    code = Path(funicular.__file__).parent
    with zipfile.ZipFile(wheel, "r") as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name != "funicular.py"}
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in kept.items():
            archive.writestr(name, text)
        for path in sorted(code.rglob("*.py")):
            archive.write(path, f"funicular/{path.relative_to(code)}")
    return wheel


def write_pip(folder: Path) -> None:
    """The wheel of the pip that is installed here."""
    installed = distribution("pip")
    with zipfile.ZipFile(folder / f"pip-{installed.version}-py3-none-any.whl", "w") as archive:
        for file in installed.files or ():
            if not str(file).startswith("..") and "__pycache__" not in str(file):
                archive.write(str(installed.locate_file(file)), str(file))


def write_index(folder: Path) -> Path:
    """A folder of wheels. ``surroundings`` lends an environment the packages of this one."""
    write_pip(folder)
    write_own_wheel(folder)
    lent = next(path for path in sys.path if path.endswith("site-packages"))
    write_wheel(folder, "surroundings", "1.0", surroundings__pth=f"{lent}\n")
    write_wheel(folder, "tiny", "1.5", "Requires-Dist: older-tiny; python_version < '3.12'\n")
    write_wheel(folder, "older_tiny", "1.0")
    write_wheel(folder, "future_tiny", "1.0")
    write_wheel(folder, "kit", "2.0", "Provides-Extra: parts\nRequires-Dist: screws; extra == 'parts'\n")
    write_wheel(folder, "screws", "3.0")
    return folder


def manifest_of(wheels: list[Path], target: Target, extras: tuple[str, ...] = ()) -> Manifest:
    """The manifest of a bundle of these wheels."""
    listed = []
    for path in wheels:
        with path.open("rb") as file:
            listed.append(Wheel(path.name, *named(path.name), sha256(file), path.stat().st_size))
    version = next((each.version for each in listed if each.name == "funicular"), "0")
    made = "2026-01-01T00:00:00Z"
    return Manifest(
        FORMAT, version, extras, target.python, "linux", target.machine, target.glibc, made, 1, tuple(listed)
    )
