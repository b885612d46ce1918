"""Stores of results: records are whole or not there, and nobody else can have written them."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from funicular.clusters.private import NoSpace, UnsafeFolder
from funicular.routing import shelf, store
from funicular.routing.records import Record, pieces
from funicular.routing.shelf import StoreProblem
from funicular.routing.store import Store

ONE = Record(0, 2, b"d" * 16, (b"first", b""))
TWO = Record(2, 1, b"e" * 16, (b"second", bytes(3_000_000)))


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores of this test alone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def fill(name: str = "a") -> Path:
    one = Store(name)
    one.begin("call", {"its text": "00"})
    list(one.records())
    one.add(ONE)
    one.add(TWO)
    one.close()
    return one.folder


def read(name: str = "a") -> list[Record]:
    one = Store(name)
    found = list(one.records())
    one.close()
    return found


def test_what_was_added_is_read_back() -> None:
    """Records come in order with their parts, the function's digests too."""
    folder = fill()
    about = shelf.read_about(folder)

    assert about is not None and about.parts == {"its text": "00"}
    assert read() == [ONE, TWO]


def test_only_the_owner_can_read_it() -> None:
    """Folders are 0700, files 0600, whatever the umask."""
    old = os.umask(0)
    try:
        folder = fill()
    finally:
        os.umask(old)

    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("cut", [1, 100, 3_000_000])
def test_torn_record_is_dropped(cut: int) -> None:
    """A process that died over a write leaves the earlier records, and the next ones follow them."""
    folder = fill()
    size = (folder / "results").stat().st_size
    os.truncate(folder / "results", size - cut)

    again = Store("a")
    assert list(again.records()) == [ONE]
    again.add(TWO)
    again.close()
    assert read() == [ONE, TWO]


def test_damaged_record_is_not_loaded() -> None:
    """A flipped bit is noticed, wherever it is."""
    folder = fill()
    content = bytearray((folder / "results").read_bytes())
    content[-1000] ^= 1
    (folder / "results").write_bytes(content)

    assert read() == [ONE]


def test_full_disk_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there stays whole when a write fails half way."""
    folder = fill()
    one = Store("a")
    list(one.records())
    left = [2]

    def write(file: object, piece: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.EDQUOT, "Disk quota exceeded")
        file.write(piece)  # type: ignore[attr-defined]

    monkeypatch.setattr(store, "_write_all", write)
    with pytest.raises(NoSpace, match="Your quota"):
        one.add(TWO)
    one.close()

    assert read() == [ONE, TWO]
    assert (folder / "results").stat().st_size == sum(
        len(part) for each in (ONE, TWO) for part in pieces(each)
    )


def test_two_calls_do_not_share_a_store() -> None:
    """The second is refused in words, and may come when the first is done."""
    one = Store("a")

    with pytest.raises(StoreProblem, match="in use"):
        Store("a")
    with pytest.raises(StoreProblem, match="in use"):
        shelf.remove("a")
    one.close()
    Store("a").close()


def test_folder_that_others_may_write_is_refused() -> None:
    """It is not mended and trusted: somebody may have put results in already."""
    folder = fill()
    folder.chmod(0o770)

    with pytest.raises(UnsafeFolder, match="Others may write"):
        Store("a")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o770


@pytest.mark.parametrize("file", ["results", "about.json"])
def test_file_that_others_may_have_written_is_refused(file: str, tmp_path: Path) -> None:
    """Open to writers, a link, a second name of another file: not loaded."""
    path = fill() / file
    path.chmod(0o620)
    with pytest.raises(UnsafeFolder, match="somebody else"):
        Store("a")

    path.rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").chmod(0o600)
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeFolder, match="somebody else"):
        Store("a")

    path.unlink()
    os.link(tmp_path / "elsewhere", path)
    with pytest.raises(UnsafeFolder, match="somebody else"):
        Store("a")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_another_users_file_is_refused() -> None:
    """Whatever its mode."""
    path = fill() / "results"
    os.chown(path, 65534, -1)

    with pytest.raises(UnsafeFolder, match="another user's"):
        Store("a")


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "x" * 65])
def test_names_that_are_no_folder_are_refused(name: str) -> None:
    """A name cannot lead out of the shelf."""
    with pytest.raises(StoreProblem, match="cannot be the name"):
        shelf.path_of(name)


def test_unused_stores_are_deleted() -> None:
    """After 90 days, not before; one in use never."""
    old, new, busy = (fill(name) for name in ("old", "new", "busy"))
    for folder in (old, busy):
        os.utime(folder / "results", (1, 1))
    used = Store("busy")

    assert shelf.prune((new / "results").stat().st_mtime + 1) == ("old",)
    used.close()
    assert [each.name for each in shelf.stores()] == ["busy", "new"]


def test_stores_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``FUNICULAR_RESULTS`` names a folder, such as on scratch; its other content is left alone."""
    (tmp_path / "scratch").mkdir(mode=0o755)
    monkeypatch.setenv("FUNICULAR_RESULTS", str(tmp_path / "scratch"))

    assert fill() == tmp_path / "scratch" / "funicular-results" / "a"
    assert stat.S_IMODE((tmp_path / "scratch").stat().st_mode) == 0o755
