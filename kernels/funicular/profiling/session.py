"""What was measured: a session of cells, each with what it used, its statements and stacks. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from funicular.errors import FunicularError
from funicular.messages import UnexpectedMessage, from_json, to_json

VERSION = 1


class UnreadableProfile(FunicularError):
    """What should be a profile is not one, or one of a later version."""

    code = "unreadable-profile"
    status = 400


@dataclass(frozen=True, slots=True)
class GpuUse:
    """One GPU while the cell ran.   busy_share: mean, 0..1.   memory_bytes: the most that all held on it."""

    name: str
    busy_share: float
    memory_bytes: int
    memory_total_bytes: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a cell used of its machine. ``None``: it cannot be read here.

    cpu_...: of this process and of children that ended.   memory_...: resident; ``peak`` is the most there
    was while it ran.   memory_limit_bytes: of the job, else of the machine.   read_bytes, written_bytes: all
    that went through the process's files and sockets.   threads_...: mean and largest number of runnable
    threads.
    gpu_note: why there are no ``gpus``.
    """

    cores: int = 1
    cpu_user_s: float = 0.0
    cpu_system_s: float = 0.0
    memory_before_bytes: int | None = None
    memory_peak_bytes: int | None = None
    memory_after_bytes: int | None = None
    memory_limit_bytes: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None
    threads_mean: float | None = None
    threads_most: int | None = None
    gpus: tuple[GpuUse, ...] = ()
    gpu_note: str = ""

    @property
    def cpu_s(self) -> float:
        return self.cpu_user_s + self.cpu_system_s


@dataclass(frozen=True, slots=True)
class StatementTime:
    """One statement or one whole loop, and the time until it was done.

    file, line, end_line: where it stands, lines from 1.   depth: 0 for the cell's own, 1 for one in a
    function that such a statement called, and so on; it follows its caller.   function: which it stands in,
    or empty.   call, call_s: the call that took most of it, as it is written there.   in_threads: ``wall_s``
    is the sum over other threads.
    """

    file: str
    line: int
    end_line: int
    text: str
    wall_s: float
    is_loop: bool = False
    depth: int = 0
    function: str = ""
    call: str = ""
    call_s: float = 0.0
    in_threads: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """One place in a call stack."""

    function: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Stack:
    """Time with this stack.   frames: indices into the cell's ``frames``, the caller first."""

    frames: tuple[int, ...]
    wall_s: float
    in_threads: bool = False


@dataclass(frozen=True, slots=True)
class CellProfile:
    """One cell, or one script.

    other_s: time outside of its statements (awaiting, or IPython's own).   monitor_s: processor time that
    measuring took.   samples: how often was looked.   problem: the error that ended it; empty: none.
    """

    title: str
    wall_s: float
    used: Usage = Usage()
    statements: tuple[StatementTime, ...] = ()
    frames: tuple[Frame, ...] = ()
    stacks: tuple[Stack, ...] = ()
    other_s: float = 0.0
    monitor_s: float = 0.0
    samples: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ProfileSession:
    """Cells in the order in which they ran.   wall_s: the sum of theirs."""

    wall_s: float
    version: int = VERSION
    title: str = ""
    cells: tuple[CellProfile, ...] = ()


def session_of(title: str, cells: Sequence[CellProfile]) -> ProfileSession:
    """A session of these cells."""
    return ProfileSession(sum(cell.wall_s for cell in cells), title=title, cells=tuple(cells))


def merge(first: ProfileSession, *others: ProfileSession) -> ProfileSession:
    """One session with the cells of all, in this order."""
    return session_of(first.title, [cell for each in (first, *others) for cell in each.cells])


def as_record(session: ProfileSession) -> dict[str, Any]:
    """As JSON types; ``wall_s`` and ``version`` come first."""
    found: dict[str, Any] = to_json(session)
    return found


def read_record(record: Any) -> ProfileSession:
    """The session again. Raises ``UnreadableProfile``."""
    version = record.get("version") if isinstance(record, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise UnreadableProfile(
            f"This profile has version {version}; this Funicular reads up to {VERSION}.",
            next_step="Read it with the Funicular that wrote it, or with a later one.",
        )
    try:
        return from_json(ProfileSession, record)
    except UnexpectedMessage as error:
        raise UnreadableProfile(
            "This is not a profile of Funicular's.",
            why=" ".join(part for part in (error.what, error.why) if part),
            next_step="Write one with: funicular profile --format json SCRIPT.py",
        ) from error
