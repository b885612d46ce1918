"""A bundle is read whole and unchanged, or it is none; nothing of it gets out of its place."""

from __future__ import annotations

import io
import os
import stat
import tarfile
from pathlib import Path

import pytest

from funicular.bundles.manifest import MANIFEST, WHEELS, BundleBroken, Manifest
from funicular.bundles.opening import opened


def anything(manifest: Manifest) -> None:
    """May be used."""


def silently(line: str) -> None:
    """Says nothing."""


def tarred(folder: Path, place: Path, *more: tarfile.TarInfo) -> Path:
    with tarfile.open(place, "w:") as archive:
        archive.add(folder, "small")
        for member in more:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return place


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """Where unpacked files go."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.mark.parametrize("is_tar", [False, True])
def test_a_good_one_is_opened(small, tmp_path, scratch, is_tar):
    """All its wheels are there; those of an archive in a folder that nobody else reads and that goes away."""
    path = tarred(small, tmp_path / "b.tar") if is_tar else small
    with opened(path, tell=silently, may_use=anything) as bundle:
        assert sorted(os.listdir(bundle.wheels)) == sorted(each.file for each in bundle.manifest.wheels)
        assert not is_tar or stat.S_IMODE(bundle.wheels.stat().st_mode) == 0o700
    assert list(scratch.iterdir()) == []


def lose_one(folder: Path) -> None:
    next((folder / WHEELS).glob("tiny*")).unlink()


def change_one(folder: Path) -> None:
    wheel = next((folder / WHEELS).glob("tiny*"))
    content = bytearray(wheel.read_bytes())
    content[len(content) // 2] ^= 1
    wheel.write_bytes(content)


def lose_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def half_manifest(folder: Path) -> None:
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text[: len(text) // 2])


def no_text(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"\xff\xfe\x00")


@pytest.mark.parametrize("is_tar", [False, True])
@pytest.mark.parametrize("harm", [lose_one, change_one, lose_manifest, half_manifest, no_text])
def test_a_broken_one_is_refused(small, tmp_path, scratch, harm, is_tar):
    """It says what is wrong, and nothing unpacked is left."""
    harm(small)
    path = tarred(small, tmp_path / "b.tar") if is_tar else small

    with pytest.raises(BundleBroken) as told, opened(path, tell=silently, may_use=anything):
        pass
    assert ("tiny-1.0" if harm in (lose_one, change_one) else MANIFEST) in told.value.why
    assert list(scratch.iterdir()) == []


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, link, 3 if kind == tarfile.REGTYPE else 0
    return made


@pytest.mark.parametrize(
    "evil",
    [
        member("../evil"),
        member("small/../../evil"),
        member("/tmp/evil"),
        member("small/wheels/x", tarfile.SYMTYPE, "/etc/passwd"),
        member("small/wheels/x", tarfile.LNKTYPE, "small/manifest.json"),
        member("small/x", tarfile.CHRTYPE),
        member("small/x", tarfile.FIFOTYPE),
        member(f"small/{MANIFEST}"),
        member(f"other/{MANIFEST}"),
        member("../up", tarfile.DIRTYPE),
    ],
    ids=lambda each: f"{each.name}-{each.type!r}",
)
def test_an_archive_with_anything_odd_is_refused(small, tmp_path, scratch, evil):
    """Paths that lead out, links, devices, and a file that is there twice."""
    path = tarred(small, tmp_path / "b.tar", evil)

    with pytest.raises(BundleBroken) as told, opened(path, tell=silently, may_use=anything):
        pass
    assert repr(evil.name) in told.value.why
    assert list(scratch.iterdir()) == []


def test_half_an_archive_is_refused(small, tmp_path, scratch):
    """A copy that was cut off."""
    path = tarred(small, tmp_path / "b.tar")
    path.write_bytes(path.read_bytes()[:2000])

    with pytest.raises(BundleBroken), opened(path, tell=silently, may_use=anything):
        pass
    assert list(scratch.iterdir()) == []


def test_what_is_no_archive_is_told(tmp_path):
    """A file of another kind, and none at all."""
    (tmp_path / "b.tar").write_text("hello")
    for path in (tmp_path / "b.tar", tmp_path / "nothing.tar"):
        with pytest.raises(BundleBroken) as told, opened(path, tell=silently, may_use=anything):
            pass
        assert str(path) in str(told.value)


def test_one_that_is_not_for_here_is_not_even_unpacked(small, tmp_path, scratch):
    """Whoever says no is asked first."""

    def never(manifest: Manifest) -> None:
        assert list(scratch.iterdir()) == []
        raise KeyError

    for path in (small, tarred(small, tmp_path / "b.tar")):
        with pytest.raises(KeyError), opened(path, tell=silently, may_use=never):
            pass
