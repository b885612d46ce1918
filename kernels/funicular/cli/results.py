"""``funicular results list|forget``: the stores of ``funicular.map(..., resume="name")``."""

from __future__ import annotations

import argparse
from typing import Any

from funicular.cli.shown import add_json, add_yes, agrees, print_json
from funicular.routing import shelf
from funicular.routing.kept_results import results
from funicular.units import format_bytes, plural

SUMMARY = "list and delete the results that funicular.map stored"


def configure(parser: argparse.ArgumentParser) -> None:
    """The verbs of this command."""
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    _verb(verbs, "list", "all stores, the one used last at the end", _list)
    forget = _verb(verbs, "forget", "delete stores", _forget)
    forget.add_argument("names", nargs="*", metavar="NAME", help="which ones")
    forget.add_argument("--all", action="store_true", help="all of them")
    add_yes(forget)


def _list(options: argparse.Namespace) -> int:
    if options.json:
        print_json([as_record(each) for each in shelf.stores()])
    else:
        print(results())
    return 0


def as_record(each: shelf.Listed) -> dict[str, Any]:
    """What ``--json`` prints of a store; promised to stay."""
    about = each.about
    return {
        "name": each.name,
        "function": about.function if about else None,
        "folder": about.folder if about else None,
        "bytes": each.nbytes,
        "used_s": each.used_s,
    }


def _forget(options: argparse.Namespace) -> int:
    there = {each.name: each for each in shelf.stores()}
    names = tuple(there) if options.all else tuple(options.names)
    found = [name for name in names if name in there]
    total = format_bytes(sum(there[name].nbytes for name in found))
    question = f"Delete {plural(len(found), 'store')} ({total}): {', '.join(found)}?"
    done = (
        [name for name in found if shelf.remove(name)] if found and agrees(question, yes=options.yes) else []
    )
    missing = [name for name in names if name not in there]
    if options.json:
        print_json({"deleted": done, "missing": missing})
    else:
        print(f"Deleted {plural(len(done), 'store')}.")
        for name in missing:
            print(f"There is no store {name}; funicular results list shows them.")
    return 0 if len(done) == len(names) else 1


def _verb(verbs: Any, name: str, summary: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=summary, description=summary)
    parser.set_defaults(run=run)
    add_json(parser)
    return parser


def run(options: argparse.Namespace) -> int:
    """Each verb brings its own."""
    raise AssertionError("a verb is required")
