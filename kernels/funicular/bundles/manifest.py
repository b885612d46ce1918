"""What a bundle says of itself: versions, hashes, and the machine that it is for. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from funicular.bundles.target import Target
from funicular.errors import FunicularError
from funicular.messages import UnexpectedMessage, from_json, to_json

FORMAT = 1
MANIFEST = "manifest.json"
WHEELS = "wheels"
_WHEEL = re.compile(
    r"(?P<name>[A-Za-z0-9_.]+)-(?P<version>[A-Za-z0-9_.+!]+)(-[0-9][^-]*)?-[^-/]+-[^-/]+-[^-/]+\.whl"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EXTRA = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")


class BundleBroken(FunicularError):
    """A bundle that is no bundle, is incomplete, or was changed on its way."""

    code = "bundle-broken"
    status = 400


@dataclass(frozen=True, slots=True)
class Wheel:
    """One file of a bundle.   bytes: its size."""

    file: str
    name: str
    version: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a bundle holds.   made_at: UTC.   installed_bytes: what its files come to once unpacked."""

    format: int
    funicular: str
    extras: tuple[str, ...]
    python: str
    system: str
    machine: str
    glibc: str
    made_at: str
    installed_bytes: int
    wheels: tuple[Wheel, ...]

    @property
    def target(self) -> Target:
        return Target(self.python, self.machine, self.glibc)

    @property
    def bytes(self) -> int:
        return sum(wheel.bytes for wheel in self.wheels)

    def wheel_of(self, name: str) -> Wheel:
        """The wheel of this package. Raises ``BundleBroken`` if there is none."""
        for wheel in self.wheels:
            if wheel.name == name:
                return wheel
        raise broken(f"there is no wheel of {name} in it")


def render(manifest: Manifest) -> str:
    """The text of ``manifest.json``."""
    return json.dumps(to_json(manifest), indent=2) + "\n"


def parse(text: str) -> Manifest:
    """The manifest in this text. Raises ``BundleBroken``; file names in it are plain names of wheels."""
    try:
        said = json.loads(text)
        if isinstance(said, dict) and said.get("format") != FORMAT:
            raise BundleBroken(
                "This bundle is of another format.",
                why=f"its format is {said.get('format')!r}, this Funicular reads {FORMAT}",
                next_step="Install with the install.py that lies in the bundle.",
            )
        found = from_json(Manifest, said)
    except (ValueError, UnexpectedMessage) as problem:
        raise broken(f"{MANIFEST} cannot be read: {problem}") from problem
    wrong = [
        f"{wheel.file!r} is no wheel's name" for wheel in found.wheels if not _WHEEL.fullmatch(wheel.file)
    ]
    wrong += [f"{wheel.file} has no SHA-256" for wheel in found.wheels if not _SHA256.fullmatch(wheel.sha256)]
    wrong += [f"{extra!r} is no extra's name" for extra in found.extras if not _EXTRA.fullmatch(extra)]
    wrong += [
        f"{wheel.file} is not {wheel.name} {wheel.version}"
        for wheel in found.wheels
        if _WHEEL.fullmatch(wheel.file) and (wheel.name, wheel.version) != named(wheel.file)
    ]
    twice = Counter(wheel.name for wheel in found.wheels)
    wrong += [f"{name} is there {times} times" for name, times in twice.items() if times > 1]
    if wrong:
        raise broken("\n".join(wrong))
    return found


def named(file: str) -> tuple[str, str]:
    """Normalised name (PEP 503) and version in a wheel's file name. Raises ``BundleBroken``."""
    found = _WHEEL.fullmatch(file)
    if found is None:
        raise broken(f"{file!r} is no wheel's name")
    return re.sub(r"[-_.]+", "-", found["name"]).lower(), found["version"].replace("_", "-")


def requirements(manifest: Manifest) -> str:
    """The wheels as pip's requirements, each with its hash."""
    lines = []
    for wheel in manifest.wheels:
        extras = f"[{','.join(manifest.extras)}]" if wheel.name == "funicular" and manifest.extras else ""
        lines.append(f"{wheel.name}{extras}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
    return "".join(lines)


def sha256(file: BinaryIO, *, copy_to: BinaryIO | None = None) -> str:
    """The hash of what can be read from here on, written to ``copy_to`` on the way."""
    found = hashlib.sha256()
    while piece := file.read(1 << 20):
        found.update(piece)
        if copy_to is not None:
            copy_to.write(piece)
    return found.hexdigest()


def broken(why: str) -> BundleBroken:
    """A bundle with this wrong with it."""
    return BundleBroken(
        "The bundle is incomplete or was changed.",
        why=why,
        next_step="Copy it here once more and compare its size, or make a new one: funicular bundle",
    )
