"""How Slurm writes durations, memory, host names and generic resources. Pure."""

from __future__ import annotations

import math
import re
from itertools import chain

from funicular.schedulers.base import ParseError

NO_LIMIT = frozenset({"UNLIMITED", "INFINITE"})
NOT_KNOWN = frozenset({"", "INVALID", "NOT_SET", "N/A", "NONE", "UNKNOWN", "(NULL)"})

_DURATION = re.compile(r"(?:(?P<days>\d+)-)?(?P<first>\d+)(?::(?P<second>\d+))?(?::(?P<third>\d+))?")
_MEMORY = re.compile(r"(\d+(?:\.\d+)?)([KMGTP]?)[nc+]?", re.IGNORECASE)
_MEMORY_UNITS = {"K": 2**10, "": 2**20, "M": 2**20, "G": 2**30, "T": 2**40, "P": 2**50}
_GRES = re.compile(
    r"(?P<name>[^:,()]+)(?::(?P<kind>[^:,()]*[^\d:,()][^:,()]*))?(?::(?P<count>\d+)[KMG]?)?(?:\([^)]*\))?"
)


def parse_duration_s(text: str) -> float | None:
    """Seconds in Slurm's ``days-hours:minutes:seconds``; ``None`` for no limit and for "not known".

    The trap: without days the *last* parts are named first. ``30:00`` is thirty minutes, a lone ``30``
    is minutes too, but after days the *first* part is hours: ``1-2`` is a day and two hours.
    Source: sbatch(1), option --time.
    """
    word = text.strip().upper()
    if word in NO_LIMIT or word in NOT_KNOWN:
        return None
    found = _DURATION.fullmatch(word)
    if found is None:
        raise unreadable("a duration", text)
    parts = [int(part) for part in (found["first"], found["second"], found["third"]) if part is not None]
    if found["days"] is not None:
        hours, minutes, seconds = (*parts, 0, 0)[:3]
        return int(found["days"]) * 86400 + hours * 3600 + minutes * 60 + seconds
    if len(parts) == 3:
        return parts[0] * 3600 + parts[1] * 60 + parts[2]
    return parts[0] * 60 + (parts[1] if len(parts) == 2 else 0)


def render_minutes(seconds: float) -> str:
    """A time limit for ``--time``: whole minutes, rounded up, at least one (finer ones do not exist)."""
    return str(max(1, math.ceil(seconds / 60)))


def parse_memory_bytes(text: str) -> int | None:
    """Bytes in ``16000M``, ``2G``, ``62.50G`` or ``16000`` (MiB); Slurm's units are powers of 1024.

    A trailing ``+`` (the smallest of several nodes) or ``n``/``c`` (per node, per CPU) is dropped.
    """
    word = text.strip()
    if word.upper() in NO_LIMIT or word.upper() in NOT_KNOWN:
        return None
    found = _MEMORY.fullmatch(word)
    if found is None:
        raise unreadable("an amount of memory", text)
    return int(float(found[1]) * _MEMORY_UNITS[found[2].upper()])


def render_megabytes(memory_bytes: int) -> str:
    """Memory for ``--mem``: MiB, rounded up."""
    return f"{math.ceil(memory_bytes / 2**20)}M"


def parse_gpus(text: str) -> int:
    """How many GPUs a node's generic resources hold: ``gpu:4``, ``gpu:a100:4(S:0-1),mps:400``, ``(null)``."""
    if text.strip().upper() in NOT_KNOWN:
        return 0
    gpus = 0
    for part in _split_outside(text.strip(), ",", "(", ")"):
        found = _GRES.fullmatch(part)
        if found is None:
            raise unreadable("generic resources", text)
        if found["name"] == "gpu":
            gpus += int(found["count"] or 1)
    return gpus


def expand_hosts(text: str) -> tuple[str, ...]:
    """Host names in Slurm's short form: ``n[1-3,7],a[01-02]b`` is n1 n2 n3 n7 a01b a02b."""
    if text.strip().upper() in NOT_KNOWN:
        return ()
    return tuple(
        chain.from_iterable(_expand(part, text) for part in _split_outside(text.strip(), ",", "[", "]"))
    )


def unreadable(kind: str, text: str, command: str = "") -> ParseError:
    """The error for a text that is not what it should be."""
    return ParseError(
        "The scheduler's answer cannot be read.",
        why=f"{text!r} is not {kind}" + (f" (asked with: {command})." if command else "."),
        next_step="Please report this line; what it is about counts as unknown meanwhile.",
    )


def _expand(part: str, whole: str) -> list[str]:
    before, bracket, rest = part.partition("[")
    if not bracket:
        if "]" in part or not part:
            raise unreadable("a list of hosts", whole)
        return [part]
    inside, closed, after = rest.partition("]")
    if not closed:
        raise unreadable("a list of hosts", whole)
    numbers = list(chain.from_iterable(_numbers(piece, whole) for piece in inside.split(",")))
    tails = _expand(after, whole) if after else [""]
    return [before + number + tail for number in numbers for tail in tails]


def _numbers(piece: str, whole: str) -> list[str]:
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", piece)
    if found is None:
        raise unreadable("a list of hosts", whole)
    first, last = found[1], found[2] or found[1]
    return [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]


def _split_outside(text: str, separator: str, opening: str, closing: str) -> list[str]:
    """Split at ``separator`` where no bracket is open."""
    parts, depth, start = [], 0, 0
    for i, letter in enumerate(text):
        depth += (letter == opening) - (letter == closing)
        if letter == separator and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]
