"""Results of a map on disk, so that another kernel can go on where this one was lost.

A store is a folder (0700) with two files (0600): ``about.json`` says whose results they are, ``results``
has them (see ``records``).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import platform
import time
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast

from funicular.clusters.private import space_for, write_private
from funicular.messages import to_json
from funicular.routing.freshness import working_folder
from funicular.routing.records import Record, pieces, read_one
from funicular.routing.shelf import About, StoreProblem, check_file, own_folder, path_of, read_about


class Store:
    """One store, open for this process alone. Raises ``StoreProblem``, ``UnsafeFolder`` and ``NoSpace``.

    about: whose results it has; ``None``: it is new, or nobody's.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = own_folder(path_of(name))
        self._path = self.folder / "results"
        self._file = self._open()
        try:
            self.about = read_about(self.folder)
        except BaseException:
            self.close()
            raise

    def begin(self, function: str, parts: Mapping[str, str]) -> None:
        """Say whose results these will be; what was there is deleted."""
        self._file.truncate(0)
        self._file.seek(0)
        about = About(function, dict(parts), working_folder(), platform.python_version(), time.time())
        write_private(self.folder / "about.json", json.dumps(to_json(about)))
        self.about = about

    def records(self) -> Iterator[Record]:
        """What is there, in the order of writing. One that is not whole, and all after it, is cut off."""
        self._file.seek(0)
        whole = 0
        while (record := read_one(self._file)) is not None:
            whole = self._file.tell()
            yield record
        self._file.truncate(whole)
        self._file.seek(whole)

    def add(self, record: Record) -> None:
        """Write one record, whole or not at all."""
        before = self._file.tell()
        try:
            with space_for(self._path):
                for piece in pieces(record):
                    _write_all(self._file, piece)
        except BaseException:
            with contextlib.suppress(OSError):
                self._file.truncate(before)
            self._file.seek(before)
            raise

    def settle(self) -> None:
        """Until the disk has it: a node may lose its power. Some file systems know no better than before."""
        with contextlib.suppress(OSError):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let others use it."""
        self._file.close()

    def _open(self) -> BinaryIO:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with space_for(self._path):
            try:
                handle = os.open(self._path, flags, 0o600)
            except FileNotFoundError:
                raise
            except OSError:
                if self._path.is_symlink():
                    check_file(self._path, self._path.lstat())
                raise
        file = cast(BinaryIO, os.fdopen(handle, "r+b", buffering=0))
        try:
            check_file(self._path, os.fstat(handle))
            self._lock(handle)
        except BaseException:
            file.close()
            raise
        return file

    def _lock(self, handle: int) -> None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreProblem(
                f"The results store {self.name} is in use.",
                why="Another call, perhaps in another notebook, writes to it now.",
                next_step='Wait until it is done or stop it, or choose another name: resume="...".',
            ) from None
        except OSError:
            return  # a file system without locks


def _write_all(file: BinaryIO, piece: Any) -> None:
    view = memoryview(piece)
    while view.nbytes:
        view = view[file.write(view) :]
