"""Files and folders that nobody else on the machine can read or take over."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from funicular.errors import FunicularError


class UnsafeFolder(FunicularError):
    """A folder that another user owns or may write to."""

    code = "unsafe-folder"


class NoSpace(FunicularError):
    """A disk or a quota that is full."""

    code = "no-space"
    status = 507


_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def space_for(path: Path) -> Iterator[None]:
    """Within it, a full disk or quota is said in words; what was there before stays."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        which = (
            "Your quota" if error.errno == errno.EDQUOT else "The disk, or the number of files it may hold,"
        )
        raise NoSpace(
            f"{path.name} could not be written.",
            why=f"{which} of {path.parent} is used up ({error.strerror}).",
            next_step="Delete what you do not need (df -h, df -i and quota -s show what is full), "
            "or set XDG_STATE_HOME to a folder with room.",
        ) from error


def private_folder(path: Path) -> Path:
    """``path`` as a folder of this user with mode 0700, made if need be.

    Raises ``UnsafeFolder`` if it is a link or belongs to somebody else.
    """
    with space_for(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise UnsafeFolder(
            f"{path} is not a folder of yours.",
            why="Somebody else made it, or it is a link; what Funicular keeps there must stay private.",
            next_step="Remove it, or set XDG_STATE_HOME to a folder of your own.",
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Write the file whole or not at all, readable by its owner alone. Raises ``NoSpace``."""
    with space_for(path):
        _write_whole(path, text)


def _write_whole(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # O_EXCL, 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def socket_folder() -> Path:
    """A private folder on this host whose path is short: a Unix socket's path ends at 107 bytes."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and len(runtime) < 50 and os.path.isdir(runtime) and os.stat(runtime).st_uid == os.getuid():
        return private_folder(Path(runtime) / "funicular")
    try:
        return private_folder(Path("/tmp") / f"funicular-{os.getuid()}")
    except UnsafeFolder:
        return Path(tempfile.mkdtemp(prefix="funicular-", dir="/tmp"))


def current_umask() -> int:
    """The umask of this process, read without changing it where the system tells."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    except OSError:
        pass
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
