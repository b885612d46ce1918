"""Funicular's own wheel: the one it runs from, made from a checkout, or put together from an installation."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlparse

from funicular.bundles.manifest import named
from funicular.bundles.running import run_lines, why
from funicular.bundles.target import BundleImpossible
from funicular.errors import FunicularError

TAG = "py3-none-any"
_BACKEND = ("hatchling", "hatch_jupyter_builder", "jupyter_builder")
_OF_ITS_INSTALLATION = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json")


class WheelNotMade(FunicularError):
    """Funicular's own wheel could not be made."""

    code = "wheel-not-made"


def own_wheel(folder: Path, given: Path | None = None) -> Path:
    """A wheel of this Funicular in ``folder``.   given: one to take instead.

    Raises ``WheelNotMade``, and ``BundleImpossible`` for a file that is no wheel of Funicular's.
    """
    if given is not None or (given := _running_from()) is not None:
        if not given.is_file() or given.suffix != ".whl" or named(given.name)[0] != "funicular":
            raise BundleImpossible(
                f"{given} is no wheel of Funicular's.", next_step="Look at the path with ls."
            )
        return Path(shutil.copy(given, folder))
    installed = distribution("funicular")
    checkout = _checkout(installed)
    return _packed(installed, folder) if checkout is None else _built(checkout, folder)


def _running_from() -> Path | None:
    """The wheel that this code is imported from, if it is."""
    return next((folder for folder in Path(__file__).parents if folder.suffix == ".whl"), None)


def _checkout(installed: Distribution) -> Path | None:
    """The source tree of an editable installation (PEP 610)."""
    said = json.loads(installed.read_text("direct_url.json") or "{}")
    if not said.get("dir_info", {}).get("editable"):
        return None
    return Path(unquote(urlparse(said["url"]).path))


def _built(checkout: Path, folder: Path) -> Path:
    has_backend = all(importlib.util.find_spec(name) for name in _BACKEND)
    alone = ["--no-build-isolation"] if has_backend else []
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        *alone,
        "-w",
        str(folder),
        str(checkout),
    ]
    code, said = run_lines(command)
    made = sorted(folder.glob("funicular-*.whl"))
    if code or len(made) != 1:
        raise WheelNotMade(
            f"Funicular's own wheel could not be built from {checkout}.",
            why=why(said, code),
            next_step="Name a wheel that is there already: --wheel funicular-VERSION-py3-none-any.whl",
        )
    return made[0]


def _packed(installed: Distribution, folder: Path) -> Path:
    """The files of an installation as the wheel they came from; scripts are made anew wherever it goes."""
    name = f"funicular-{installed.version}"
    places = {str(file): place for file in installed.files or () if (place := _place(str(file), name))}
    if f"{name}.dist-info/METADATA" not in places.values():
        raise WheelNotMade(
            "Funicular's own wheel could not be put together.",
            why=f"the list of its files is not in {name}.dist-info",
            next_step="Name a wheel: --wheel funicular-VERSION-py3-none-any.whl",
        )
    wheel = folder / f"{name}-{TAG}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, place in sorted(places.items(), key=lambda each: each[1]):
            archive.write(str(installed.locate_file(file)), place)
        record = "".join(f"{place},,\n" for place in [*sorted(places.values()), f"{name}.dist-info/RECORD"])
        archive.writestr(f"{name}.dist-info/RECORD", record)
    return wheel


def _place(file: str, name: str) -> str | None:
    """Where an installed file lies in the wheel; ``None`` for what an installation makes by itself."""
    parts = PurePosixPath(file).parts
    if "__pycache__" in parts or (parts[0].endswith(".dist-info") and parts[-1] in _OF_ITS_INSTALLATION):
        return None
    if parts[0] != "..":
        return file
    below = [part for part in parts if part != ".."]
    return None if below[0] == "bin" else "/".join([f"{name}.data", "data", *below])
