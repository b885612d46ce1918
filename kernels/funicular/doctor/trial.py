"""The tiny job on a compute node: what it runs, and what came of it. Pure.

It must work where neither Python nor the home folder is to be seen, so it begins as a few lines of plain
shell that stand here and never change; everything else is an argument of theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

MARK = "funicular-doctor"
MINUTES = 5
SCRIPT = f"""\
say() {{ printf '{MARK} %s %s\\n' "$1" "$2"; }}
say time "$(date +%s)"
say host "$(uname -n)"
say machine "$(uname -m)"
if [ -d "$3" ]; then say home yes; else say home no; fi
if [ -r "$2" ]; then say errand yes; else say errand no; fi
if [ -x "$1" ]; then
  say python yes
  "$1" -m funicular.doctor.node_side "$2" < /dev/null
  say code "$?"
else
  say python no
fi
say end yes
"""


class Ended(StrEnum):
    """What came of the job."""

    NOT_TRIED = "not tried"
    REFUSED = "refused"  # the scheduler did not take it, or nothing fits
    NOT_STARTED = "not started"  # it waited longer than we do
    NOT_DONE = "not done"  # it ran, and was not over when our patience was
    NO_WORD = "no word"  # it is over, and nothing that it wrote is here
    NO_ANSWER = "no answer"  # the scheduler fell silent
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Trial:
    """The job and what it said.   what, why, next_step: of an error, or why it was not tried.

    said: its own lines by their first word.   facts: what probes gathered there, by name, as JSON.
    words: what else is in its log.   has_log: whether there is one here.
    before_s, after_s: this host's clock around the run.
    """

    ended: Ended
    what: str = ""
    why: str = ""
    next_step: str = ""
    queue: str = ""
    account: str = ""
    job: str = ""
    hosts: tuple[str, ...] = ()
    core_hours: float = 0.0
    waited_s: float | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    silent: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    has_log: bool = False
    before_s: float = 0.0
    after_s: float = 0.0

    @property
    def is_done(self) -> bool:
        return self.ended is Ended.DONE

    @property
    def where(self) -> str:
        return self.said.get("host") or ", ".join(self.hosts) or "the node"


def command(python: str, folder: Path, home: str) -> tuple[str, ...]:
    """What the job runs: a constant text, to which everything else is an argument."""
    return ("/bin/sh", "-c", SCRIPT, MARK, python, str(folder / "errand.json"), home)


def parse_log(text: str) -> tuple[dict[str, str], dict[str, Any], str]:
    """The job's own lines, what its Python said, and what else is in its log (a greeting, an error)."""
    said: dict[str, str] = {}
    answer: dict[str, Any] = {}
    others = []
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        word, _, value = rest.partition(" ")
        if mark != MARK or not word:
            others.append(line)
        elif word == "facts":
            try:
                found = json.loads(value)
                answer = found if isinstance(found, dict) else answer
            except ValueError:
                others.append(line)
        else:
            said[word] = value.strip()
    return said, answer, "\n".join(others).strip()
