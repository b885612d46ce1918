"""What one turn of a loop gets from its iterable, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from funicular.loops.polynomial import Poly
from funicular.loops.values import (
    Value,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """value: what the target gets. count: how many turns, if known. distinct: the values all differ.

    held: a hazard of the iterable itself ("one-shot-iterator", ...), with what it is. varies: the iterable
    itself is another one in another turn of an outer loop.
    """

    value: Value
    count: Poly | None = None
    distinct: bool = False
    held: str = ""
    what: str = ""
    varies: bool = False
