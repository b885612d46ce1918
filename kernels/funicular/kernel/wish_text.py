"""What people write after ``%scale``: ``4 nodes 1 h``, ``nodes=4 hours=1``, ``16 cores 64 GB``. Pure."""

from __future__ import annotations

import re
from typing import Any

from funicular.errors import FunicularError

_COUNTS = {"node": "nodes", "core": "cores", "cpu": "cores", "gpu": "gpus"}
_HOURS = {
    "h": 1.0,
    "hour": 1.0,
    "hr": 1.0,
    "min": 1 / 60,
    "minute": 1 / 60,
    "m": 1 / 60,
    "day": 24.0,
    "d": 24.0,
}
_NAMES = ("nodes", "cores", "memory", "gpus", "hours", "queue", "account", "budget")
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)([a-z]*)", re.IGNORECASE)
_BUDGET_UNIT = re.compile(r"(core|cpu|node|gpu)s?-?h(ou)?r?s?", re.IGNORECASE)
_MEMORY = re.compile(r"([kmgtp]i?)?b", re.IGNORECASE)


class UnreadableScale(FunicularError):
    """Words after ``%scale`` that mean nothing."""

    code = "unreadable-scale"
    status = 400


def parse_wish(text: str) -> dict[str, Any]:
    """The arguments of ``funicular.scale`` in these words. Raises ``UnreadableScale`` naming the word."""
    words = re.sub(r"\s*=\s*", "=", text.replace(",", " ")).split()
    found: dict[str, Any] = {}
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if equals:
            key, amount = _assigned(name, value.strip("'\""), words)
        elif word in ("queue", "account") and words:
            key, amount = word, words.pop(0)
        elif word == "budget" and words:
            key, amount = word, _budget(words.pop(0), words)
        else:
            key, amount = _counted(word, words)
        if key in found:
            raise _unreadable(word, f"{key} is said twice")
        found[key] = amount
    return found


def _assigned(name: str, value: str, words: list[str]) -> tuple[str, Any]:
    name = {**_COUNTS, "hour": "hours"}.get(name, name)
    if name not in _NAMES or not value:
        raise _unreadable(f"{name}={value}", f"known are {', '.join(_NAMES)}")
    if name in ("queue", "account"):
        return name, value
    if name == "budget":
        return name, _budget(value, words)
    if name == "memory":
        unit = words.pop(0).strip("'\"") if words and _MEMORY.fullmatch(words[0].strip("'\"")) else ""
        return name, value + unit
    try:
        number = float(value)
    except ValueError:
        raise _unreadable(f"{name}={value}", "a number belongs there") from None
    return name, number if name == "hours" else _whole(number)


def _counted(word: str, words: list[str]) -> tuple[str, Any]:
    number = _NUMBER.fullmatch(word)
    if number is None:
        raise _unreadable(word, "a number belongs before it")
    unit = number[2] or (words.pop(0) if words else "")
    plain = unit.lower().removesuffix("s") if len(unit) > 1 else unit.lower()
    if plain in _COUNTS:
        return _COUNTS[plain], _whole(float(number[1]))
    if plain in _HOURS:
        return "hours", float(number[1]) * _HOURS[plain]
    if _MEMORY.fullmatch(unit):
        return "memory", f"{number[1]} {unit}"
    raise _unreadable(f"{word} {unit}".strip() if unit not in word else word, "the unit is not known")


def _budget(amount: str, words: list[str]) -> str:
    """A number with its unit, which may be a word of its own (``10 core-h``)."""
    amount = amount.strip("'\"")
    if words and _BUDGET_UNIT.fullmatch(words[0].strip("'\"")) and amount.replace(".", "", 1).isdigit():
        return f"{amount} {words.pop(0)}".strip("'\"")
    return amount


def _whole(number: float) -> int | float:
    return int(number) if number == int(number) else number


def _unreadable(word: str, why: str) -> UnreadableScale:
    return UnreadableScale(
        f"%scale cannot read {word!r}: {why}.",
        next_step="Such as: %scale 4 nodes 1 h    %scale cores=16 memory=64GB    %scale    %scale stop",
    )
