"""Which cluster a command means, and what it wishes for it."""

from __future__ import annotations

import argparse
from dataclasses import fields

from funicular.clusters import registry
from funicular.clusters.budget import NO_LIMIT, with_budget
from funicular.clusters.registry import Entry, NoSuchCluster
from funicular.messages import Wish


def choose(name: str | None) -> Entry:
    """The cluster of this name, or the only one. Raises ``NoSuchCluster`` with the names there are."""
    found = registry.entries()
    if name is None and len(found) == 1:
        return found[0]
    if name is not None and (entry := next((each for each in found if each.name == name), None)):
        return entry
    names = ", ".join(entry.name for entry in found)
    if name is None and found:
        raise NoSuchCluster(
            "Which cluster is meant?", why=f"you have: {names}", next_step="Write its name after the verb."
        )
    raise NoSuchCluster(
        f"There is no cluster {name}." if name else "You have no clusters.",
        why=f"you have: {names}" if names else "none has been started, or it has ended by itself",
        next_step=f"Start one with: funicular clusters start{f' {name}' if name else ''}",
    )


def wish_from(options: argparse.Namespace) -> Wish:
    """The wish in a command's options."""
    amounts = {field.name: getattr(options, field.name, None) for field in fields(Wish)}
    return with_budget(Wish(**amounts), options.budget or NO_LIMIT)
