"""What a live kernel can tell about a name, so that a static verdict may be made sharper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of the object that a global name is bound to.

    kind: one of the kinds of ``values.Value`` ("list", "dict", "array", "frame", "number", "text", ...).
    element: the kind that all its elements have, "?" when mixed or unknown. shape: of arrays, frames.
    length: number of elements. size_bytes: memory held. distinct: no two elements are one object.
    """

    kind: str = "?"
    element: str = "?"
    shape: tuple[int, ...] | None = None
    length: int | None = None
    size_bytes: int | None = None
    distinct: bool | None = None


class Facts(Protocol):
    """The live namespace as the engine asks it. None always means: not known."""

    def about(self, name: str) -> Fact | None:
        """The object that the global ``name`` is bound to."""

    def may_share(self, one: str, other: str) -> bool | None:
        """Whether the objects behind two global names can be one, or share memory or elements."""


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """Facts written down by hand: the double that tests use instead of a kernel.

    sharing: pairs of names that share memory; every other pair of names in ``facts`` does not.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    sharing: frozenset[frozenset[str]] = frozenset()

    def about(self, name: str) -> Fact | None:
        return self.facts.get(name)

    def may_share(self, one: str, other: str) -> bool | None:
        if one not in self.facts or other not in self.facts:
            return None
        return frozenset((one, other)) in self.sharing
