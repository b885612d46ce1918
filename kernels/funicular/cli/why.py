"""``funicular clusters why``: what died, why, and what to do next; also of clusters that are gone."""

from __future__ import annotations

import argparse
import time
from typing import Any

from funicular.cli.shown import add_json, print_json
from funicular.clusters import graveyard, registry
from funicular.clusters.obituary import Obituary, in_words
from funicular.clusters.registry import NoSuchCluster
from funicular.messages import to_json
from funicular.units import plural

SHOWN = 10  # the latest deaths; --all shows every one


def add_why(verbs: Any) -> None:
    """The verb ``why``."""
    summary = "say what died in your clusters, why, and what to do"
    parser = verbs.add_parser("why", help=summary, description=summary)
    parser.add_argument("name", nargs="?", help="one cluster, which may be gone; by default all of them")
    parser.add_argument("--all", action="store_true", help=f"every death, not only the last {SHOWN}")
    add_json(parser)
    parser.set_defaults(run=_why)


def _why(options: argparse.Namespace) -> int:
    known = graveyard.clusters()
    if options.name is not None and options.name not in known and not _is_there(options.name):
        raise NoSuchCluster(
            f"Nothing is known of a cluster {options.name}.",
            why=f"deaths were seen in: {', '.join(known)}" if known else "no death was seen in any cluster",
            next_step="funicular clusters why shows all of them.",
        )
    wanted = (options.name,) if options.name is not None else known
    found = sorted(
        ((name, each) for name in wanted for each in graveyard.read(name)), key=lambda pair: pair[1].when_s
    )
    shown = found if options.all else found[-SHOWN:]
    if options.json:
        print_json([{"cluster": name, **to_json(each)} for name, each in shown])
    else:
        print(as_text(shown, len(found) - len(shown)))
    return 0


def as_text(found: list[tuple[str, Obituary]], hidden: int) -> str:
    """The deaths for people, oldest first, with the cluster of each."""
    if not found:
        return "Nothing has died."
    parts = [f"{name}\n{_with_date(each)}" for name, each in found]
    note = [f"({plural(hidden, 'earlier death')}: --all shows them)"] if hidden else []
    return "\n\n".join([*note, *parts])


def _with_date(each: Obituary) -> str:
    return f"{time.strftime('%Y-%m-%d', time.localtime(each.when_s))} {in_words(each)}"


def _is_there(name: str) -> bool:
    return any(entry.name == name for entry in registry.entries())
