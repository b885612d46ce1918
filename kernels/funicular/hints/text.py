"""Hints for people: where, the line, what may be done, why, and how; then a summary."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from funicular.hints.hint import Hint
from funicular.units import plural

WIDTH = 92
SEE = re.compile(r"see line (\d+)")


@dataclass(frozen=True, slots=True)
class Found:
    """Hints that are told, and all there are, for the summary."""

    shown: tuple[Hint, ...]
    all: tuple[Hint, ...]
    files: int


def as_text(found: Found, *, all_asked: bool = False) -> str:
    """What is printed."""
    return "\n\n".join([*(one(hint) for hint in found.shown), summary(found, all_asked=all_asked)])


def one(hint: Hint) -> str:
    """One hint, with the user's own line in it."""
    lines = [f"{place(hint)}  [{hint.rule}]" if hint.rule else place(hint), f"    {hint.code.strip()}"]
    at = SEE.fullmatch(hint.witness)
    lines += _told(_verdict(hint), f"{hint.message} (line {at[1]})" if at else hint.message)
    if hint.witness and not at:
        lines += _told("For example", hint.witness)
    if hint.advice:
        lines += _told("Do", hint.advice)
    changed = ["..." if line.startswith("@@") else line for line in hint.diff.splitlines()]
    lines += [f"      {line}" for line in changed[1:]]
    return "\n".join(lines)


def place(hint: Hint) -> str:
    """Where it is, as editors and terminals take it."""
    cell = "" if hint.cell is None else f":cell {hint.cell}"
    return f"{hint.path}{cell}:{hint.line}"


def summary(found: Found, *, all_asked: bool = False) -> str:
    """How many loops there are and what is said of them."""
    loops = [hint for hint in found.all if hint.verdict != "advice"]
    may = [hint for hint in loops if hint.parallel]
    cheap = sum(hint.worth == "low" for hint in may)
    if not loops and len(found.all) == len(loops):
        return f"No loops in {plural(found.files, 'file')}."
    parts = [
        f"{plural(len(loops), 'loop')} in {plural(found.files, 'file')}",
        f"{len(may)} may run in parallel",
    ]
    if cheap:
        parts[-1] += f" ({cheap} of them so cheap that a plain loop is quicker)"
    held = len(loops) - len(may)
    parts.append(f"{held} stay{'s' if held == 1 else ''} in order")
    hidden = len(found.all) - len(found.shown)
    more = (
        "" if all_asked or not hidden else f"\n{plural(hidden, 'more')} with --all.".replace("mores", "more")
    )
    return ", ".join(parts) + "." + more


def _verdict(hint: Hint) -> str:
    if hint.verdict == "advice":
        return "Advice"
    return "May run in parallel" if hint.parallel else "Stays in order"


def _told(label: str, text: str) -> list[str]:
    filled = textwrap.fill(text, WIDTH, initial_indent=f"  {label}: ", subsequent_indent="    ")
    return filled.split("\n")
