"""Makes a bundle: asks pip what is needed, fetches it, writes it whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funicular.bundles import texts
from funicular.bundles.manifest import FORMAT, MANIFEST, WHEELS, Manifest, Wheel, named, render, sha256
from funicular.bundles.needed import Found, closure, read_report
from funicular.bundles.running import package_in, run_lines, why
from funicular.bundles.target import BundleImpossible, Target
from funicular.errors import FunicularError
from funicular.units import format_bytes, plural

Tell = Callable[[str], None]
_MOST_ROUNDS = 8


class BundleNotMade(FunicularError):
    """The packages of a bundle could not be fetched or written."""

    code = "bundle-not-made"


@dataclass(frozen=True, slots=True)
class Order:
    """What to put into a bundle.   wheel: Funicular's own."""

    wheel: Path
    extras: tuple[str, ...]
    target: Target

    @property
    def name(self) -> str:
        """What the bundle is called."""
        version = named(self.wheel.name)[1]
        target = self.target
        extras = "-".join(self.extras) or "kernel"
        return f"funicular-{version}-{extras}-py{target.python}-linux-{target.machine}"


def resolve(order: Order, tell: Tell) -> tuple[Found, ...]:
    """All that the bundle holds, Funicular first; only metadata are fetched. Raises ``BundleNotMade``."""
    extras = f"[{','.join(order.extras)}]" if order.extras else ""
    own = f"funicular{extras} @ {order.wheel.absolute().as_uri()}"
    tell(
        f"Asking pip what Funicular{extras} needs for Python {order.target.python} on {order.target.machine}."
    )
    more: list[str] = []
    for _ in range(_MOST_ROUNDS):
        found = read_report(_report([own, "pip", *more], order.target))
        if unknown := sorted(set(order.extras) - _extras(order.wheel)):
            raise BundleImpossible(
                f"Funicular has no extra {', '.join(unknown)}.",
                why=f"it has: {', '.join(sorted(_extras(order.wheel)))}",
                next_step="Leave it out, or write --extras '' for the kernel alone.",
            )
        names, missing = closure({"funicular": order.extras, "pip": ()}, found, order.target)
        if not missing:
            first = sorted(names, key=lambda name: (name != "funicular", name))
            return tuple(found[name] for name in first)
        more += missing
    raise BundleNotMade("pip's answers do not come to an end.", why=f"still missing: {', '.join(missing)}")


def make(order: Order, found: tuple[Found, ...], place: Path, *, is_tar: bool, tell: Tell) -> Manifest:
    """Fetch all of ``found`` and write the bundle to ``place``: whole, or not at all.

    Raises ``BundleNotMade``, and ``BundleImpossible`` when something is there already.
    """
    free(place)
    with _written_whole(place) as draft:
        folder = draft / order.name
        wheels = folder / WHEELS
        wheels.mkdir(parents=True)
        shutil.copyfile(order.wheel, wheels / order.wheel.name)
        _fetch([each for each in found if each.name != "funicular"], order.target, wheels, tell)
        manifest = _manifest(order, found, wheels)
        (folder / MANIFEST).write_text(render(manifest), encoding="utf-8")
        (folder / texts.README).write_text(texts.readme(manifest), encoding="utf-8")
        (folder / texts.INSTALL).write_text(texts.install_script(), encoding="utf-8")
        if is_tar:
            tell(f"Writing {place.name} ({format_bytes(manifest.bytes)}).")
            with tarfile.open(draft / "all.tar", "x:") as archive:
                archive.add(folder, order.name, filter=_anybodys)
            os.replace(draft / "all.tar", place)
        else:
            os.rename(folder, place)
    return manifest


def free(place: Path) -> None:
    """Raises ``BundleImpossible`` when something is at ``place`` already, or nothing can be put there."""
    if os.path.lexists(place):
        raise BundleImpossible(
            f"{place} is there already.",
            why="a bundle is never written over another one",
            next_step="Remove it, or name another place: --output PATH",
        )
    if not place.parent.is_dir():
        raise BundleImpossible(
            f"There is no folder {place.parent}.",
            why="the bundle was to be put into it",
            next_step=f"Make it (mkdir -p {place.parent}), or name another place: --output PATH",
        )


@contextlib.contextmanager
def _written_whole(place: Path) -> Iterator[Path]:
    """A folder beside ``place``, for what is not finished yet; it goes away whatever happens."""
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as problem:
        raise BundleNotMade(
            f"{place} could not be written.", why=str(problem), next_step="Name another place: --output PATH"
        ) from problem


def _report(requirements: list[str], target: Target) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="funicular-bundle-") as folder:
        answer = Path(folder, "report.json")
        options = ["--dry-run", "--ignore-installed", f"--report={answer}", f"--target={folder}/nowhere"]
        _pip("install", *options, *target.pip_options, *requirements)
        report: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return report


def _fetch(found: list[Found], target: Target, wheels: Path, tell: Tell) -> None:
    """Exactly these files, by their hashes."""
    pins = "".join(
        f"{each.name}=={each.version}" + (f" --hash=sha256:{each.sha256}" if each.sha256 else "") + "\n"
        for each in found
    )
    seen: set[str] = set()

    def on_line(line: str) -> None:
        if (name := package_in(line)) and name not in seen:
            seen.add(name)
            tell(f"[{len(seen)}/{len(found)}] {name}")

    with tempfile.TemporaryDirectory(prefix="funicular-bundle-") as folder:
        asked = Path(folder, "requirements.txt")
        asked.write_text(pins, encoding="utf-8")
        tell(f"Fetching {plural(len(found), 'wheel')}.")
        _pip("download", "--no-deps", f"--dest={wheels}", *target.pip_options, f"-r{asked}", on_line=on_line)


def _pip(verb: str, *arguments: str, on_line: Callable[[str], None] = lambda line: None) -> None:
    command = [sys.executable, "-m", "pip", verb, "--no-input", "--progress-bar=off", *arguments]
    code, said = run_lines([*command, "--disable-pip-version-check"], on_line)
    if code:
        raise BundleNotMade(
            "The packages could not be fetched.",
            why=why(said, code),
            next_step="Make the bundle where there is internet; pip's settings (proxy, index) are heeded.",
        )


def _manifest(order: Order, found: tuple[Found, ...], wheels: Path) -> Manifest:
    listed, unpacked = [], 0
    there = {named(path.name): path for path in sorted(wheels.iterdir())}
    for each in found:
        path = there.get((each.name, each.version)) or wheels / each.file
        if not path.is_file():
            raise BundleNotMade(
                "pip did not fetch everything.", why=f"{each.name} {each.version} is not there"
            )
        with path.open("rb") as file:
            digest = sha256(file)
        name, version = named(path.name)
        listed.append(Wheel(path.name, name, version, digest, path.stat().st_size))
        with zipfile.ZipFile(path) as archive:
            unpacked += sum(one.file_size for one in archive.infolist())
    return Manifest(
        format=FORMAT,
        funicular=named(order.wheel.name)[1],
        extras=order.extras,
        python=order.target.python,
        system="linux",
        machine=order.target.machine,
        glibc=order.target.glibc,
        made_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        installed_bytes=unpacked,
        wheels=tuple(listed),
    )


def _extras(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        lines = archive.read(metadata).decode("utf-8").splitlines()
    return {line.removeprefix("Provides-Extra: ") for line in lines if line.startswith("Provides-Extra: ")}


def _anybodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without names of the maker, and readable by whoever unpacks it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() else 0o644
    return member
