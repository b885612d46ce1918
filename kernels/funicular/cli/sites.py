"""``funicular sites [list|show|left|new]``: the supercomputers that are known, and what is known of them."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

from funicular.cli.shown import add_json, add_site, print_json, site_setting, table
from funicular.errors import FunicularError
from funicular.sites.detect import choose_site
from funicular.units import format_seconds

if TYPE_CHECKING:
    from funicular.schedulers.base import Allowances
    from funicular.sites.model import Profile
    from funicular.sites.recognise import Recognised

SUMMARY = "list the supercomputers that are known, show one, describe a new one"


def configure(parser: argparse.ArgumentParser) -> None:
    """The verbs of this command; without one it lists."""
    parser.set_defaults(verb=_list)
    add_json(parser)
    verbs = parser.add_subparsers(metavar="VERB")
    _verb(verbs, "list", "all known sites, this machine's marked", _list)
    show = _verb(verbs, "show", "all that is known of one site", _show)
    show.add_argument("id", nargs="?", help="such as lumi; may be left out on a machine that is known")
    left = _verb(verbs, "left", "what is left on your accounts on this machine", _left)
    add_site(left)
    new = _verb(verbs, "new", "print a profile made from what the scheduler here says", _new, json=False)
    new.add_argument("id", help="small letters, digits, hyphens")
    add_site(new)


def run(options: argparse.Namespace) -> int:
    """The verb that was asked for."""
    code: int = options.verb(options)
    return code


def _list(options: argparse.Namespace) -> int:
    from funicular.sites import known

    profiles = known.profiles()
    if options.json:
        print_json([as_record(each) for each in profiles.values()])
        return 0
    here = recognised(profiles)
    rows = [
        (
            f"{each.id} *" if here and here.profile.id == each.id else each.id,
            each.name,
            each.country,
            each.status.state,
            each.scheduler.name if each.scheduler else "",
            len(each.queues) or "",
            each.last_verified.isoformat(),
        )
        for each in profiles.values()
    ]
    print(table(("id", "name", "country", "state", "scheduler", "queues", "last verified"), rows))
    if here:
        print(f"\n* is this machine: {here.because}.")
    print("\nAll that is known of one: funicular sites show ID")
    return 0


def _show(options: argparse.Namespace) -> int:
    from funicular.cli.site_card import card
    from funicular.sites import known

    profiles = known.profiles()
    here = recognised(profiles)
    if options.id is None and here is None:
        raise known.UnknownSite(
            "Which site?",
            why="This machine is none of those that are known, so one must be named.",
            next_step="Choose one of funicular sites list, for example: funicular sites show lumi",
        )
    profile = here.profile if options.id is None and here else known.profile(options.id)
    if options.json:
        print_json({**profile.model_dump(mode="json"), "unverified": dict(profile.unverified)})
    else:
        print(card(profile))
        if here and here.profile.id == profile.id:
            print("\nWhat is left on your accounts here: funicular sites left")
    return 0


def _left(options: argparse.Namespace) -> int:
    from funicular.clusters import allowances
    from funicular.sites.here import queues_here

    scheduler = choose_site(site_setting(options))
    found = allowances.refresh(scheduler, queues_here(scheduler))
    if options.json:
        print_json(as_left(found.allowances))
    else:
        print(left_text(found.allowances, found.age_s))
    return 0


def left_text(found: Allowances, age_s: float) -> str:
    """For people: each account, and why some are not known."""
    rows = [
        (each.account, each.queues or "all", each.unit, f"{each.granted:g}", f"{each.left:g}", each.source)
        for each in found.found
    ]
    said = [table(("account", "queues", "in", "granted", "left", "says"), rows)] if rows else []
    said += [f"{account}: no limit of hours is set" for account in found.unlimited]
    said += [f"{account}: not known" for account in found.unknown]
    if found.silence:
        said.append(f"Why not: {found.silence}.")
    if age_s >= 60:
        said.append(f"Asked {format_seconds(age_s)} ago; nobody asks again within five minutes.")
    return "\n".join(said) or "Nothing is known of your accounts."


def as_left(found: Allowances) -> dict[str, Any]:
    """What ``--json`` prints; promised to stay. Hours in each account's unit."""
    return {
        "accounts": [
            {
                "account": each.account,
                "queues": each.queues,
                "unit": each.unit,
                "granted": each.granted,
                "used": each.used,
                "left": each.left,
                "source": each.source,
            }
            for each in found.found
        ],
        "unlimited": list(found.unlimited),
        "unknown": list(found.unknown),
        "why_unknown": found.silence,
    }


def _new(options: argparse.Namespace) -> int:
    from funicular.sites import new_profile

    scheduler = choose_site(site_setting(options))
    print(new_profile.draft(options.id, scheduler.name, scheduler.available(), scheduler.queues()), end="")
    print(
        f"Save it as ~/.config/funicular/sites/{options.id}.yaml, or for all users in /etc/funicular/sites,"
        " and fill in what the scheduler does not say.",
        file=sys.stderr,
    )
    return 0


def as_record(profile: Profile) -> dict[str, Any]:
    """What ``--json`` prints of a site; promised to stay."""
    return {
        "id": profile.id,
        "name": profile.name,
        "country": profile.country,
        "state": profile.status.state,
        "scheduler": profile.scheduler.name if profile.scheduler else None,
        "queues": [queue.name for queue in profile.queues],
        "last_verified": profile.last_verified.isoformat(),
    }


def recognised(profiles: dict[str, Profile]) -> Recognised | None:
    """The profile of this machine. A scheduler that does not answer is no reason to fail."""
    from funicular.sites.here import cluster_name
    from funicular.sites.recognise import recognise

    try:
        name = cluster_name(choose_site())
    except FunicularError:
        name = None
    return recognise(profiles.values(), host=socket.getfqdn(), environ=os.environ, cluster=name)


def _verb(verbs: Any, name: str, summary: str, run: Any, *, json: bool = True) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=summary, description=summary)
    parser.set_defaults(verb=run)
    if json:
        add_json(parser)
    return parser
