"""Why something died, for a person: who, when, the cause, what was run again, what to do next. Pure."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from dataclasses import dataclass

from funicular.units import format_bytes, plural

MOST_NAMED = 3  # functions named; of more their tasks are counted


@dataclass(frozen=True, slots=True)
class Obituary:
    """One death.   kind: worker | node | block | controller.   when_s: Unix time.

    cause, next_step: sentences.   state: the scheduler's own word.   peak_bytes, limit_bytes: memory.
    curve: (seconds before the death, bytes) of the last minute.   log: the last lines.
    rerun: the names of the functions whose tasks are run again, one for each task.
    """

    kind: str
    name: str
    cause: str
    when_s: float
    next_step: str = ""
    state: str = ""
    exit_code: int = 0
    signal: int = 0
    peak_bytes: int = 0
    limit_bytes: int = 0
    curve: tuple[tuple[float, float], ...] = ()
    log: tuple[str, ...] = ()
    rerun: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkerEnd:
    """How a worker process ended, as its node's agent saw it.

    condemned: memory of the node when the agent ended this worker for it; 0 when it did not.
    oom: what the kernel says if its out-of-memory killer did it.
    """

    worker: str
    host: str
    code: int
    signal: int
    peak_bytes: int
    limit_bytes: int
    condemned_bytes: int = 0
    oom: str = ""
    curve: tuple[tuple[float, float], ...] = ()


def of_worker(end: WorkerEnd, rerun: tuple[str, ...], when_s: float) -> Obituary:
    """The obituary of a worker process that did not close in order."""
    cause, next_step = _why_worker(end)
    return Obituary(
        kind="worker",
        name=f"{end.worker} on {end.host}",
        cause=cause,
        when_s=when_s,
        next_step=next_step,
        exit_code=end.code,
        signal=end.signal,
        peak_bytes=end.peak_bytes,
        limit_bytes=end.limit_bytes,
        curve=end.curve,
        rerun=rerun,
    )


def _why_worker(end: WorkerEnd) -> tuple[str, str]:
    peak, limit = format_bytes(end.peak_bytes), format_bytes(end.limit_bytes)
    if end.condemned_bytes:
        return (
            f"It was ended before the node ran out of memory: it held {peak}, and the workers of its node "
            f"together {format_bytes(end.condemned_bytes)} of {limit}.",
            "Give each task more room: ask for more memory or fewer cores on a node, or make pieces smaller.",
        )
    if end.signal == signal.SIGKILL and end.oom:
        return (
            f"The kernel's out-of-memory killer ended it ({end.oom}) while it held {peak} "
            f"of its node's {limit}.",
            "Give each task more room: ask for more memory or fewer cores on a node, or make pieces smaller.",
        )
    if end.signal == signal.SIGKILL:
        return (
            f"Somebody else killed it (SIGKILL) while it held {peak} of its node's {limit}: "
            "the kernel's out-of-memory killer does that, or a person.",
            "If it happens again, ask for more memory.",
        )
    if end.signal in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE):
        name = signal.Signals(end.signal).name
        return (
            f"It crashed in compiled code ({name}), in a library or because of what it was given.",
            "Run the same call in the notebook on a small piece to find which call it is.",
        )
    if end.signal:
        return f"It was ended by signal {signal.Signals(end.signal).name}.", ""
    if end.code == os.EX_SOFTWARE:
        return (
            f"It could not start, or failed outside of your code (exit code {end.code}).",
            "The last lines of its node's log say why; a full disk on the node is a common reason.",
        )
    return (
        f"It ended by itself with exit code {end.code}.",
        "A function that calls sys.exit or os._exit ends its worker: let it return instead.",
    )


def in_words(obituary: Obituary, now_s: float | None = None) -> str:
    """Three or four lines for a cell or a terminal."""
    at = time.strftime("%H:%M:%S", time.localtime(obituary.when_s))
    state = f" ({obituary.state})" if obituary.state else ""
    lines = [f"{at}  {obituary.kind.capitalize()} {obituary.name} died{state}.", f"  Why:  {obituary.cause}"]
    if obituary.rerun:
        lines.append(f"  Then: {_run_again(obituary.rerun)}")
    if obituary.next_step:
        lines.append(f"  Next: {obituary.next_step}")
    lines += [f"  Log:  {line}" for line in obituary.log[-3:]]
    return "\n".join(lines)


def _run_again(tasks: tuple[str, ...]) -> str:
    counted = Counter(tasks).most_common()
    if len(counted) > MOST_NAMED:
        return f"{plural(len(tasks), 'task')} are run again."
    parts = [f"{plural(number, 'task')} of `{name}`" for name, number in counted]
    return f"{' and '.join(parts)} {'is' if len(tasks) == 1 else 'are'} run again."
