"""A bundle, a folder or one .tar, read and checked: every file is there and is what the manifest says.

Names in an archive decide nothing: only files that the manifest lists are taken out, under names that were
checked, into a private folder. (tarfile's own filter is not in every Python 3.11.)
"""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from funicular.bundles.manifest import MANIFEST, WHEELS, BundleBroken, Manifest, Wheel, broken, parse, sha256
from funicular.units import format_bytes, plural

Tell = Callable[[str], None]
_MOST_MANIFEST_BYTES = 10**7


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose files were checked.   wheels: the folder that they are in."""

    manifest: Manifest
    wheels: Path


@contextmanager
def opened(path: Path, *, tell: Tell, may_use: Callable[[Manifest], None]) -> Iterator[Bundle]:
    """The bundle at ``path``; what is unpacked of an archive goes away afterwards.

    may_use: raises if this bundle is not for here; asked before anything is read or unpacked further.
    Raises ``BundleBroken``.
    """
    try:
        if path.is_dir():
            yield _checked_folder(path, tell, may_use)
        else:
            with tarfile.open(path, "r:") as archive:
                with _unpacked(archive, tell, may_use) as bundle:
                    yield bundle
    except tarfile.TarError as problem:
        raise broken(f"{path} is not a bundle: {problem}") from problem
    except FileNotFoundError as problem:
        if problem.filename != str(path):
            raise
        raise BundleBroken(
            "There is no such bundle.", why=f"{path} does not exist", next_step="Look at the path with ls."
        ) from problem


def _checked_folder(folder: Path, tell: Tell, may_use: Callable[[Manifest], None]) -> Bundle:
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise broken(f"{MANIFEST} cannot be read: {problem}") from problem
    manifest = parse(text)
    may_use(manifest)
    _say_checking(manifest, tell)
    wrong = []
    for wheel in manifest.wheels:
        try:
            with (folder / WHEELS / wheel.file).open("rb") as file:
                found = sha256(file)
        except OSError as problem:
            wrong.append(f"{wheel.file}: {problem.strerror}")
            continue
        wrong += [] if found == wheel.sha256 else [_changed(wheel)]
    _all_well(wrong)
    return Bundle(manifest, folder / WHEELS)


@contextmanager
def _unpacked(archive: tarfile.TarFile, tell: Tell, may_use: Callable[[Manifest], None]) -> Iterator[Bundle]:
    members = _files(archive)
    manifest = parse(_text(archive, members))
    may_use(manifest)
    _say_checking(manifest, tell)
    folder = Path(tempfile.mkdtemp(prefix="funicular-bundle-"))  # 0700
    try:
        wrong = []
        for wheel in manifest.wheels:
            member = members.get(f"{WHEELS}/{wheel.file}")
            source = archive.extractfile(member) if member is not None else None
            if source is None:
                wrong.append(f"{wheel.file}: it is not there")
                continue
            with source, open(folder / wheel.file, "xb") as file:
                found = sha256(source, copy_to=file)  # type: ignore[arg-type]
            wrong += [] if found == wheel.sha256 else [_changed(wheel)]
        _all_well(wrong)
        yield Bundle(manifest, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _files(archive: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    """The archive's files by their names below its top folder. Raises ``BundleBroken`` for anything odd."""
    found: dict[str, tarfile.TarInfo] = {}
    for member in archive.getmembers():
        parts = PurePosixPath(member.name).parts
        if member.isdir() and ".." not in parts and not member.name.startswith("/"):
            continue
        inside = "/".join(parts[1:])
        if (
            not member.isreg()
            or ".." in parts
            or member.name.startswith("/")
            or not inside
            or inside in found
        ):
            raise broken(f"{member.name!r} has no place in a bundle")
        found[inside] = member
    return found


def _text(archive: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> str:
    member = members.get(MANIFEST)
    source = archive.extractfile(member) if member is not None else None
    if member is None or source is None or member.size > _MOST_MANIFEST_BYTES:
        raise broken(f"there is no {MANIFEST} in it")
    with source:
        try:
            return source.read().decode("utf-8")
        except UnicodeDecodeError as problem:
            raise broken(f"{MANIFEST} is no text") from problem


def _say_checking(manifest: Manifest, tell: Tell) -> None:
    tell(f"Checking {plural(len(manifest.wheels), 'wheel')} ({format_bytes(manifest.bytes)}).")


def _changed(wheel: Wheel) -> str:
    return f"{wheel.file}: its SHA-256 is not the one in {MANIFEST}"


def _all_well(wrong: list[str]) -> None:
    if wrong:
        more = [f"and {len(wrong) - 5} more"] if len(wrong) > 5 else []
        raise broken("\n".join([*wrong[:5], *more]))
