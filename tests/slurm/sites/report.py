"""What was tried on each machine, kept as a page of the documentation: a section a machine, in order."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from funicular.sites.model import Profile
from tests.slurm.sites.trying import Trial

PAGE = Path(__file__).parents[3] / "docs/evidence/sites.md"
SETTING = "FUNICULAR_SITES_PAGE"
HEAD = """\
# What was tried in the likeness of each machine

A real Slurm was configured from each profile (partitions, QoS, limits, shapes of nodes, GPUs, accounts;
nodes are virtual), and jobs made by Funicular from the wish alone were submitted by an ordinary user and had
to run. What plain Slurm cannot be configured to refuse was refused by `job_submit.lua`. Nothing was run on
the machines themselves. `make sites` writes this page.
"""


def write(profile: Profile, trials: Sequence[Trial]) -> None:
    """Put this machine's section into the page, if the page was asked for."""
    if not os.environ.get(SETTING):
        return
    text = PAGE.read_text() if PAGE.exists() else HEAD
    sections = dict(re.findall(r"(?m)^## (.+)\n((?:(?!## ).*\n?)*)", text))
    sections[profile.name] = section(trials)
    PAGE.write_text(
        HEAD + "".join(f"\n## {name}\n{body.rstrip()}\n" for name, body in sorted(sections.items()))
    )


def section(trials: Sequence[Trial]) -> str:
    """The table of one machine."""
    rows = "".join(
        f"| {each.what} | {each.queue} | {each.nodes} | `{' '.join(each.options)}` | {each.said} |\n"
        for each in trials
    )
    day = date.today().isoformat()
    return (
        f"\nTried on {day}.\n\n| Wish | Queue | Nodes | Options | |\n| --- | --- | --- | --- | --- |\n{rows}"
    )
