"""Told to workers once: where this kernel's own modules are, for tasks that import them by themselves."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from distributed import WorkerPlugin

from funicular.routing.freshness import forget_edited
from funicular.routing.remote import Folders, prepare


class UserFolders(WorkerPlugin):
    """The user's modules can be imported in any task of Dask's, and are as new as their files."""

    def __init__(self, folders: Folders) -> None:
        self.name = f"funicular-folders-{blake2b(repr(folders).encode(), digest_size=4).hexdigest()}"
        self._folders = folders

    def setup(self, worker: Any) -> None:
        """A worker begins, or hears of this."""
        prepare(self._folders)

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:
        """A task of it changes its state."""
        if finish == "executing":
            for each in self._folders:
                forget_edited(each)
