"""The doctor's findings on a page for people: narrow terminals, no colours where nobody sees them. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from funicular.doctor.finding import Finding, State
from funicular.units import plural

WIDEST, NARROWEST = 100, 40
LABELS = {State.OK: "ok", State.NOTE: "note", State.WARN: "warn", State.FAIL: "FAIL", State.UNKNOWN: "?"}
COLOURS = {State.OK: 32, State.NOTE: 36, State.WARN: 33, State.FAIL: 31, State.UNKNOWN: 35}
INDENT = 6


def page(
    heading: str, findings: Sequence[Finding], sections: Mapping[str, str], *, width: int, is_coloured: bool
) -> str:
    """All of it.   sections: each probe's, by its name."""
    width = max(NARROWEST, min(WIDEST, width))
    parts = [_wrapped(heading, width, "")]
    for section in dict.fromkeys(sections.values()):
        shown = [each for each in findings if sections.get(each.name) == section]
        if shown:
            lines = [line for each in shown for line in _finding(each, width, is_coloured)]
            parts.append("\n".join((_bold(section.capitalize(), is_coloured), *lines)))
    parts.append(_wrapped(summary(findings), width, ""))
    return "\n\n".join(parts)


def summary(findings: Sequence[Finding]) -> str:
    """How many of each, and what that comes to."""
    counts = {state: sum(each.state is state for each in findings) for state in State}
    names = (
        (State.FAIL, "failure", "failures"),
        (State.WARN, "warning", "warnings"),
        (State.UNKNOWN, "without an answer", "without an answer"),
        (State.NOTE, "note", "notes"),
    )
    said = [f"{counts[State.OK]} ok"]
    said += [plural(counts[state], one, many) for state, one, many in names if counts[state]]
    if counts[State.FAIL]:
        verdict = "Clusters will not work until what is marked FAIL is mended."
    elif counts[State.UNKNOWN]:
        verdict = "Nothing that answered stands in the way of a cluster; what is marked ? did not answer."
    elif not any(each.name == "job" and each.state is State.OK for each in findings):
        verdict = "Nothing that was looked at stands in the way of a cluster; no compute node was."
    elif counts[State.WARN]:
        verdict = "Clusters can start; what is marked warn will cost time or trouble."
    else:
        verdict = "Nothing stands in the way of a cluster."
    return f"{', '.join(said)}. {verdict}"


def _finding(finding: Finding, width: int, is_coloured: bool) -> Iterator[str]:
    label = LABELS[finding.state].ljust(INDENT - 2)
    first = _wrapped(finding.what, width, " " * INDENT)
    coloured = f"\033[{COLOURS[finding.state]}m{label}\033[0m" if is_coloured else label
    yield coloured + first[len(label) :]
    if finding.meaning:
        yield _wrapped(finding.meaning, width, " " * (INDENT + 2))
    if finding.next_step:
        yield _wrapped(f"Next: {finding.next_step}", width, " " * (INDENT + 2), hanging=6)


def _wrapped(text: str, width: int, indent: str, *, hanging: int = 0) -> str:
    return textwrap.fill(
        text.replace("\n", " "),
        width,
        initial_indent=indent,
        subsequent_indent=indent + " " * hanging,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _bold(text: str, is_coloured: bool) -> str:
    return f"\033[1m{text}\033[0m" if is_coloured else text
