"""Whether one process may look into another of the same user, as samplers and debuggers do."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from funicular.doctor.finding import Finding, State
from funicular.doctor.probe import Errand, Probe, Seen

NAME = "ptrace"
SCOPES = {0: "all of yours", 1: "a process's own children", 2: "administrators only", 3: "nobody"}
UNREADABLE_ADDRESS = 4096


class _Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


@dataclass(frozen=True, slots=True)
class Sight:
    """scope: ``kernel.yama.ptrace_scope``; ``None`` where there is none.

    may_see_child: tried on a child of our own; ``None`` where it cannot be tried.
    """

    scope: int | None
    may_see_child: bool | None


def gather(errand: Errand) -> Sight:
    """Read the setting, and try."""
    try:
        scope: int | None = int(Path("/proc/sys/kernel/yama/ptrace_scope").read_text())
    except (OSError, ValueError):
        scope = None
    return Sight(scope, _may_see_child())


def _may_see_child() -> bool | None:
    """Read one byte of a child at an address that holds nothing: the right is asked before the address."""
    if not sys.platform.startswith("linux"):
        return None
    read = getattr(ctypes.CDLL(None, use_errno=True), "process_vm_readv", None)
    if read is None:
        return None
    pointer = ctypes.POINTER(_Vector)
    read.argtypes = (ctypes.c_int, pointer, ctypes.c_ulong, pointer, ctypes.c_ulong, ctypes.c_ulong)
    read.restype = ctypes.c_ssize_t
    child = os.fork()
    if child == 0:
        try:
            signal.pause()
        finally:
            os._exit(0)
    try:
        buffer = ctypes.create_string_buffer(1)
        mine = _Vector(ctypes.cast(buffer, ctypes.c_void_p), 1)
        theirs = _Vector(UNREADABLE_ADDRESS, 1)
        done = read(child, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0)
        why = ctypes.get_errno()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if done >= 0 or why == errno.EFAULT:
        return True
    return False if why in (errno.EPERM, errno.ENOSYS) else None


def judge(seen: Seen[Sight]) -> Iterator[Finding]:
    """On the node; on this machine alone where no node was visited."""
    found, where = (seen.node, seen.trial.where) if seen.node and seen.trial else (seen.here, "this machine")
    if found is None:
        return
    setting = (
        ""
        if found.scope is None
        else f" (kernel.yama.ptrace_scope = {found.scope}: {SCOPES.get(found.scope, '?')})"
    )
    if found.may_see_child:
        yield Finding(
            NAME,
            State.OK if found.scope in (None, 0) else State.NOTE,
            f"A program may look into its children on {where}{setting}.",
            "Samplers that start the program they watch work."
            if found.scope
            else "Samplers and debuggers work on programs of yours that run already.",
        )
    elif found.may_see_child is False:
        yield Finding(
            NAME,
            State.NOTE,
            f"No program may look into another one on {where}{setting}.",
            "Debuggers and samplers from outside (gdb, py-spy) do not work there; notebooks and clusters do.",
        )
    else:
        yield Finding(
            NAME, State.UNKNOWN, f"Whether programs may look into others on {where} could not be tried."
        )


probe = Probe("compute node", "Looking into processes", judge, Sight, gather, on_node=True)
