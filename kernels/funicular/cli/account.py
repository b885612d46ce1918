"""``funicular clusters account``: which account pays where you were asked, and forgetting that."""

from __future__ import annotations

import argparse
from typing import Any

from funicular.cli.shown import add_json, print_json, table
from funicular.clusters import choices


def add_account(verbs: Any) -> None:
    """The verb ``account``."""
    summary = "which account was chosen to pay on each site"
    parser = verbs.add_parser("account", help=summary, description=summary)
    parser.add_argument("--forget", action="store_true", help="ask again next time")
    parser.add_argument("--site", help="of this site only")
    add_json(parser)
    parser.set_defaults(run=_account)


def _account(options: argparse.Namespace) -> int:
    if options.forget:
        known = choices.forget(options.site)
    else:
        known = {site: name for site, name in choices.accounts().items() if options.site in (None, site)}
    if options.json:
        print_json({"forgotten" if options.forget else "accounts": known})
    elif not known:
        print("No account was chosen: you are asked where you have several.")
    else:
        print(table(("site", "account"), sorted(known.items())))
        print(
            "Forgotten: you are asked again."
            if options.forget
            else "Ask again with: funicular clusters account --forget"
        )
    return 0
