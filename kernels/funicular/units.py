"""Bytes, durations and core-hours: read what people write, write what people read."""

from __future__ import annotations

import math
import re

from funicular.errors import FunicularError

_BYTES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "p": 10**15}
_BINARY = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50}
_AMOUNT = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([kmgtp]?)(i?)b?\s*", re.IGNORECASE)


class UnreadableAmount(FunicularError):
    """A size or a duration that cannot be read."""

    code = "unreadable-amount"
    status = 400


def parse_bytes(text: str | int) -> int:
    """Bytes in ``"4 GB"`` (10^9), ``"4GiB"`` (2^30), ``"500m"`` or a plain number.

    Raises ``UnreadableAmount`` for anything else, negative numbers included.
    """
    if isinstance(text, int) and not isinstance(text, bool) and text >= 0:
        return text
    found = _AMOUNT.fullmatch(str(text))
    if found is None or (found[3] and not found[2]):
        raise UnreadableAmount(
            f"{text!r} is not an amount of memory.",
            next_step='Write a number with a unit, such as memory="16 GB".',
        )
    scale = _BINARY if found[3] else _BYTES
    return int(float(found[1]) * scale[found[2].lower()])


def format_bytes(amount: float) -> str:
    """``"2.1 GB"``: three figures at most, powers of ten."""
    for unit, size in (("PB", 10**15), ("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if amount >= size:
            return f"{_three_figures(amount / size)} {unit}"
    return f"{int(amount)} B"


def format_seconds(seconds: float) -> str:
    """``"12 s"``, ``"3 min 20 s"``, ``"1 h 05 min"``, ``"2 d 3 h"``; below ten seconds one decimal."""
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min" + (f" {rest} s" if rest else "")
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h" + (f" {minutes:02d} min" if minutes else "")
    days, hours = divmod(hours, 24)
    return f"{days} d" + (f" {hours} h" if hours else "")


def format_core_hours(core_hours: float) -> str:
    """``"0.05 core-h"``: two figures below ten, so that a short run does not read as nothing."""
    if core_hours >= 10:
        return f"{core_hours:,.0f} core-h".replace(",", " ")
    if core_hours <= 0:
        return "0 core-h"
    digits = max(0, 1 - math.floor(math.log10(core_hours)))
    return f"{core_hours:.{min(digits, 6)}f} core-h"


def format_count(number: int) -> str:
    """``1 800``: thousands apart by a narrow space that survives a terminal."""
    return f"{number:,}".replace(",", " ")


def plural(number: int, singular: str, many: str | None = None) -> str:
    """``"1 node"``, ``"4 nodes"``."""
    return f"{format_count(number)} {singular if number == 1 else many or singular + 's'}"


def _three_figures(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}".removesuffix(".0")
