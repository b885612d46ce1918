"""What the doctor found: a sentence, what it means, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How good a finding is. ``UNKNOWN``: nobody answered; that says nothing about what was asked."""

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer.   name: the probe's.   meaning, next_step: may be empty."""

    name: str
    state: State
    what: str
    meaning: str = ""
    next_step: str = ""


def sentence(text: str) -> str:
    """Somebody else's words with a full stop; the first stays small, since it may be a command's name."""
    text = text.strip()
    return text and text + ("" if text[-1] in ".!?)" else ".")


def worst(findings: Sequence[Finding]) -> State:
    """The state that matters most: a failure before a warning, before what is not known, before notes."""
    order = (State.FAIL, State.WARN, State.UNKNOWN, State.NOTE, State.OK)
    found = {each.state for each in findings}
    return next((state for state in order if state in found), State.OK)
