"""Private files and folders: 0600 and 0700, whole or not at all."""

import errno
import os
import stat

import pytest

from funicular.clusters.private import (
    NoSpace,
    UnsafeFolder,
    current_umask,
    private_folder,
    socket_folder,
    write_private,
)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_files_are_0600_whatever_the_umask(tmp_path):
    """A loose umask does not open them."""
    old = os.umask(0)
    try:
        write_private(tmp_path / "secret.json", "x")
    finally:
        os.umask(old)

    assert mode(tmp_path / "secret.json") == 0o600


def test_a_failed_write_leaves_the_old_file(tmp_path):
    """What cannot be encoded changes nothing and leaves no half-written file."""
    path = tmp_path / "secret.json"
    write_private(path, "old")

    with pytest.raises(UnicodeEncodeError):
        write_private(path, "\ud800")

    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["secret.json"]


def test_a_full_disk_is_said_in_words_and_loses_nothing(tmp_path, monkeypatch):
    """No space, no inode or no quota: the old file stays, and the message says what to look at."""
    path = tmp_path / "secret.json"
    write_private(path, "old")

    def full(descriptor):
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoSpace) as caught:
        write_private(path, "new")

    assert "quota" in str(caught.value)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["secret.json"]


def test_an_open_folder_is_closed(tmp_path):
    """A folder of ours that others could read becomes 0700."""
    (tmp_path / "loose").mkdir()
    (tmp_path / "loose").chmod(0o755)

    assert mode(private_folder(tmp_path / "loose")) == 0o700


def test_a_link_is_refused(tmp_path):
    """A link where our folder should be may lead anywhere."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(UnsafeFolder):
        private_folder(tmp_path / "link")


def test_a_folder_made_by_somebody_else_is_refused(tmp_path, monkeypatch):
    """Whoever comes first to /tmp/funicular-<uid> does not get our sockets."""
    (tmp_path / "taken").mkdir(mode=0o700)
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)

    with pytest.raises(UnsafeFolder):
        private_folder(tmp_path / "taken")


def test_the_socket_folder_is_short(monkeypatch, tmp_path):
    """A deep runtime directory is not used: a socket's path ends at 107 bytes."""
    deep = tmp_path / ("d" * 60)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))

    folder = socket_folder()

    assert len(str(folder)) < 50
    assert mode(folder) == 0o700


def test_the_umask_is_read_not_changed():
    """Asking twice gives the same, and the process keeps its own."""
    old = os.umask(0o027)
    try:
        assert current_umask() == 0o027
        assert current_umask() == 0o027
    finally:
        os.umask(old)
