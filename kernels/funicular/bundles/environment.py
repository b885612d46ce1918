"""Makes or updates a Python environment and registers its kernel, from a bundle or from the index.

A new environment that could not be finished is removed; in one that was there pip works out first whether
everything fits, and only then writes.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funicular.bundles.manifest import Manifest, requirements
from funicular.bundles.opening import Bundle
from funicular.bundles.running import package_in, run_lines, why, without_network
from funicular.bundles.target import BundleImpossible, Target, misfits
from funicular.errors import FunicularError
from funicular.units import format_bytes

Tell = Callable[[str], None]
COMPILED = 1.4  # compiled files come on top (docs/evidence/bundle.md: 548 MB of 400 MB)
UNFINISHED = ".funicular-unfinished"
_PROBE = (
    "import json, os, platform, sys; print(json.dumps(["
    "'%d.%d' % sys.version_info[:2], platform.machine(), "
    "os.confstr('CS_GNU_LIBC_VERSION') if 'CS_GNU_LIBC_VERSION' in os.confstr_names else '']))"
)


class EnvironmentNotMade(FunicularError):
    """A Python environment could not be made or updated."""

    code = "environment-not-made"


class BundleNotForHere(FunicularError):
    """A bundle for another processor, Python or system."""

    code = "bundle-not-for-here"
    status = 400


@dataclass(frozen=True, slots=True)
class Kernel:
    """How the environment is offered.   where: options of ``funicular kernel install``."""

    name: str
    display_name: str
    where: tuple[str, ...] = ()


def probe(python: str | Path) -> Target:
    """What this Python runs on. Raises ``EnvironmentNotMade`` if it does not run."""
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", _PROBE],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        version, machine, glibc = json.loads(done.stdout)
    except (OSError, ValueError) as problem:
        raise EnvironmentNotMade(
            f"{python} is no Python that runs here.",
            why=str(problem) if isinstance(problem, OSError) else done.stderr.strip(),
            next_step="Name another one: --python /path/to/python3",
        ) from problem
    return Target(version, machine, glibc.partition(" ")[2])


def check_target(manifest: Manifest, python: str | Path) -> None:
    """Raises ``BundleNotForHere`` if what is in the bundle would not run in this Python."""
    here = probe(python)
    if found := misfits(manifest.target, here):
        raise BundleNotForHere(
            "This bundle is for another machine or another Python.",
            why="\n".join(found),
            next_step=f"Name a Python that fits (--python python{manifest.python}), or make a bundle "
            "for here, where there is internet: "
            f"funicular bundle --python {here.python} --machine {here.machine}",
        )


def check_space(folder: Path, needed_bytes: int) -> None:
    """Raises ``EnvironmentNotMade`` if the disk of ``folder`` has less room; quotas it does not see."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    left = shutil.disk_usage(there).free
    if left < needed_bytes:
        raise EnvironmentNotMade(
            "There is no room for the environment.",
            why=f"it needs {format_bytes(needed_bytes)}; {there} has {format_bytes(left)} left",
            next_step="Choose another place: --environment DIR",
        )


def is_environment(folder: Path) -> bool:
    """Whether a Python environment is there that can be updated."""
    has_python = (folder / "bin" / "python").exists()
    return has_python and ((folder / "pyvenv.cfg").exists() or (folder / "conda-meta").exists())


def from_bundle(bundle: Bundle, folder: Path, python: str, tell: Tell) -> bool:
    """Put what is in the bundle into the environment; gives whether that is new."""
    is_new = not is_environment(folder) or (folder / UNFINISHED).exists()
    if not is_new:
        check_target(bundle.manifest, folder / "bin" / "python")
    check_space(folder, int(bundle.manifest.installed_bytes * COMPILED))
    with tempfile.TemporaryDirectory(prefix="funicular-install-") as private:
        asked = Path(private, "requirements.txt")
        asked.write_text(requirements(bundle.manifest), encoding="utf-8")
        pip = bundle.wheels / bundle.manifest.wheel_of("pip").file / "pip"  # runs from its wheel
        options = [
            "--no-index",
            f"--find-links={bundle.wheels}",
            "--require-hashes",
            "--no-cache-dir",
            f"-r{asked}",
        ]
        with _environment(folder, python, tell, options=("--without-pip",)) as own:
            command = [str(own), "-I", str(pip), "install"]
            tell(f"Installing {len(bundle.manifest.wheels)} packages into {folder}.")
            _pip([*command, *options], folder, without_network(), tell, of=len(bundle.manifest.wheels))
    return is_new


def from_index(wheel: Path, extras: Sequence[str], folder: Path, python: str, tell: Tell) -> bool:
    """Put Funicular and what it needs there, from pip's own index; gives whether the environment is new."""
    is_new = not is_environment(folder) or (folder / UNFINISHED).exists()
    extra = f"[{','.join(extras)}]" if extras else ""
    with _environment(folder, python, tell, options=()) as own:
        tell(f"Installing Funicular{extra} and what it needs into {folder}.")
        command = [str(own), "-I", "-m", "pip", "install", f"funicular{extra} @ {wheel.absolute().as_uri()}"]
        _pip(command, folder, os.environ, tell)
    return is_new


def register(folder: Path, kernel: Kernel) -> dict[str, Any]:
    """Offer the environment as a kernel; gives what ``funicular kernel install --json`` says."""
    command = [str(folder / "bin" / "python"), "-P", "-m", "funicular.cli", "kernel", "install", "--json"]
    command += ["--name", kernel.name, "--display-name", kernel.display_name, *kernel.where]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise EnvironmentNotMade(
            f"The environment {folder} is made, but its kernel could not be registered.",
            why=why(done.stderr, done.returncode),
            next_step=f"Try it once more: {folder}/bin/funicular kernel install --user --name {kernel.name}",
        )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@contextlib.contextmanager
def _environment(folder: Path, python: str, tell: Tell, *, options: Sequence[str]) -> Iterator[Path]:
    """The environment's interpreter. A new one goes away again if what is done with it fails or stops."""
    marker = folder / UNFINISHED
    if marker.exists():
        tell(f"Removing what an interrupted installation left in {folder}.")
        shutil.rmtree(folder)
    if is_environment(folder):
        yield folder / "bin" / "python"
        return
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise BundleImpossible(
            f"{folder} is no Python environment.",
            why="there is something else at that place, and it is not touched",
            next_step="Name another place: --environment DIR",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        marker.touch()
        tell(f"Making the environment {folder}.")
        code, said = run_lines([python, "-I", "-m", "venv", *options, str(folder)], environ=without_network())
        if code:
            raise EnvironmentNotMade(
                "The environment could not be made.",
                why=why(said, code),
                next_step="Name another Python: --python /path/to/python3",
            )
        yield folder / "bin" / "python"
        marker.unlink()
    except BaseException as problem:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(problem, OSError):
            raise _not_written(folder, problem) from problem
        raise


def _pip(
    command: Sequence[str], folder: Path, environ: Mapping[str, str], tell: Tell, *, of: int = 0
) -> None:
    """Run pip; each package is told.   of: how many there are; 0: nobody knows."""
    seen: set[str] = set()

    def on_line(line: str) -> None:
        if (name := package_in(line)) and name not in seen:
            seen.add(name)
            tell(f"[{len(seen)}{f'/{of}' if of else ''}] {name}")
        elif line.startswith("Installing "):
            tell("Writing them; shared file systems take their time.")

    code, said = run_lines(
        [*command, "--no-input", "--progress-bar=off", "--disable-pip-version-check"],
        on_line,
        environ=environ,
    )
    if code:
        raise EnvironmentNotMade(
            f"The packages could not be installed into {folder}.",
            why=why(said, code),
            next_step="Nothing of a new environment is left. Correct what is said above, and try again.",
        )


def _not_written(folder: Path, problem: OSError) -> EnvironmentNotMade:
    return EnvironmentNotMade(
        f"The environment {folder} could not be written.",
        why=str(problem),
        next_step="Choose a place where you may write and there is room: --environment DIR",
    )
