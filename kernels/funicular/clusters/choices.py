"""What the user was asked once and is remembered: which account pays, for each site.

Kept in ``$XDG_STATE_HOME/funicular/choices.json``, readable by its owner alone.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from funicular.clusters.private import write_private
from funicular.clusters.registry import state_home
from funicular.messages import Wish
from funicular.schedulers.base import Queue
from funicular.sites.policy import Policy


def accounts() -> dict[str, str]:
    """Site to account, as chosen before. A file that cannot be read is none."""
    try:
        found = json.loads((state_home() / "choices.json").read_text(encoding="utf-8"))
        chosen = found.get("accounts", {})
        return {str(site): str(name) for site, name in chosen.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def remember(site: str, account: str) -> None:
    """Use this account on this site from now on where none is named. A full disk forgets it."""
    known = accounts()
    if known.get(site) != account:
        _write({"accounts": {**known, site: account}})


def forget(site: str | None = None) -> dict[str, str]:
    """Ask again, on this site or on all; gives what was forgotten."""
    known = accounts()
    gone = {name: account for name, account in known.items() if site in (None, name)}
    if gone:
        _write({"accounts": {name: account for name, account in known.items() if name not in gone}})
    return gone


def fill(wish: Wish, queues: tuple[Queue, ...], chosen: str | None, policy: Policy) -> tuple[Wish, str]:
    """The wish with an account where a choice is needed, and a sentence that says so.

    chosen: remembered from before; it goes before the administrators' default. One that the user does not
    have (any more) is not used: then the question comes.
    """
    asked = [queue for queue in queues if wish.queue in (None, queue.name)]
    if wish.account or not any(len(queue.accounts) > 1 for queue in asked):
        return wish, ""
    remembered = "you chose it before; funicular clusters account --forget asks again"
    for account, why in ((chosen, remembered), (policy.default_account, policy.of("default_account"))):
        if account is not None and any(account in queue.accounts for queue in asked):
            return replace(wish, account=account), f"account {account}: {why}"
    return wish, ""


def _write(value: Any) -> None:
    write_private(state_home() / "choices.json", json.dumps(value, indent=2) + "\n")
