"""The ledger on disk: ``$XDG_STATE_HOME/funicular/ledger/2026-11.jsonl``, private, only ever added to."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from funicular.clusters.ledger import Line, parse, render
from funicular.clusters.private import private_folder
from funicular.clusters.registry import state_home

MONTHS = 2  # that are read: a job can begin in one and end in the next


def folder() -> Path:
    """Where it is; a file for each month."""
    return private_folder(state_home() / "ledger")


def add(line: Line) -> None:
    """Add one line by one write, after whatever an earlier write left unfinished. Raises ``OSError``."""
    path = folder() / time.strftime("%Y-%m.jsonl", time.gmtime(line.when_s))
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(handle).st_size
        is_torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, (("\n" if is_torn else "") + render(line) + "\n").encode())
        with contextlib.suppress(OSError):
            os.fdatasync(handle)
    finally:
        os.close(handle)


def read(*, cluster: str | None = None) -> tuple[tuple[Line, ...], int]:
    """The lines of this month and the last, and how many cannot be read.   cluster: of this one only."""
    rows: list[str] = []
    for path in sorted(folder().glob("*.jsonl"))[-MONTHS:]:
        with contextlib.suppress(FileNotFoundError):
            rows += path.read_text(encoding="utf-8", errors="replace").split("\n")
    mark = f'"cluster":"{cluster}"'
    return parse("\n".join(row for row in rows if cluster is None or mark in row))
