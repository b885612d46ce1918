"""What is left on the user's accounts: asked seldom, kept beside the user's choices, told in a sentence.

Asked are the scheduler and the site's own command where its table is known, by whoever shows a quote, and a
while after a wish; never before a job is submitted. Who asks does it for all: nobody asks again for minutes.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from funicular.clusters.private import write_private
from funicular.clusters.registry import state_home
from funicular.errors import FunicularError
from funicular.messages import from_json, to_json
from funicular.schedulers.base import Allowance, Allowances, LimitsAccounts, Queue, Scheduler
from funicular.schedulers.run import CommandMissing, RunCommand, run_command
from funicular.sites.here import cluster_name, profile_here
from funicular.sites.price import format_units
from funicular.units import format_count, format_seconds

FRESH_S = 300.0  # nobody asks again before
LASTS_S = 3600.0  # what is older is not told
PATIENCE_S = 10.0  # a site's command may ask a database far away


@dataclass(frozen=True, slots=True)
class Known:
    """What was answered, and when (Unix time).   age_s: how long ago that was, when it was looked at."""

    asked_s: float
    allowances: Allowances
    age_s: float = 0.0


NOTHING = Known(float("-inf"), Allowances())


def known(scheduler: Scheduler, now_s: float) -> Known:
    """What is known without asking anybody: nothing, where it is too old."""
    found = _read().get(_machine(scheduler))
    try:
        read = NOTHING if found is None else from_json(Known, found)
    except (FunicularError, TypeError):
        return NOTHING
    age_s = now_s - read.asked_s
    return replace(read, age_s=age_s) if 0 <= age_s <= LASTS_S else NOTHING


def refresh(
    scheduler: Scheduler,
    queues: tuple[Queue, ...],
    *,
    run: RunCommand = run_command,
    clock: Callable[[], float] = time.time,
) -> Known:
    """What is known, after asking, unless somebody has within minutes. Never raises; may take a while."""
    now = clock()
    before = known(scheduler, now)
    if before is not NOTHING and before.age_s < FRESH_S:
        return before
    found = Known(now, ask(scheduler, queues, run=run))
    with contextlib.suppress(OSError, FunicularError):  # a full disk: it is asked again
        write_private(_path(), json.dumps({**_read(), _machine(scheduler): to_json(found)}) + "\n")
    return found


def ask(scheduler: Scheduler, queues: tuple[Queue, ...], *, run: RunCommand = run_command) -> Allowances:
    """The site's own command where it can be read, for all other accounts the scheduler."""
    accounts = tuple(dict.fromkeys(account for queue in queues for account in queue.accounts))
    if not accounts:
        return Allowances(silence=f"{scheduler.name} names no accounts of yours")
    own, trouble = _from_the_site(scheduler, accounts, run)
    rest = tuple(each for each in accounts if each not in {one.account for one in own})
    if not rest:
        return Allowances(own)
    try:
        if not isinstance(scheduler, LimitsAccounts):
            theirs = Allowances(unknown=rest, silence=f"{scheduler.name} does not say it")
        else:
            theirs = scheduler.allowances(rest)
    except FunicularError as error:
        theirs = Allowances(unknown=rest, silence=error.what)
    silence = "; ".join(filter(None, (trouble, theirs.silence)))
    return replace(theirs, found=(*own, *theirs.found), silence=silence)


def _from_the_site(
    scheduler: Scheduler, accounts: Collection[str], run: RunCommand
) -> tuple[tuple[Allowance, ...], str]:
    """What the site's own command says of these accounts; nothing and why, where it is not understood."""
    from funicular.sites.balances import balances

    try:
        here = profile_here(scheduler)
    except FunicularError:  # told where queues are asked for
        return (), ""
    if here is None:
        return (), ""
    found: list[Allowance] = []
    names = {account.lower(): account for account in accounts}
    for command in here.profile.accounting.commands:
        for balance in balances().get(command, ()):
            try:
                answer = run(balance.words, timeout_s=PATIENCE_S)
                if answer.code == 0:
                    found += balance.parse(answer, balance.queues)
            except CommandMissing:
                continue
            except FunicularError as error:
                return (), error.what
    mine = (
        replace(each, account=names[each.account.lower()]) for each in found if each.account.lower() in names
    )
    return tuple(mine), ""


def told(found: Known, *, account: str | None, queue: str, unit: str, units: float) -> str:
    """A sentence for this account and queue; empty where there is nothing to say.

    unit, units: what the job can cost at most, in the site's unit; an allowance in it goes before others.
    """
    if account is None or found is NOTHING:
        return ""
    mine = [
        each for each in found.allowances.found if each.account == account and queue.startswith(each.queues)
    ]
    if not mine:
        if account in found.allowances.unknown and found.allowances.silence:
            return f"what is left on account {account} is not known: {found.allowances.silence}"
        return ""
    each = min(mine, key=lambda one: (one.unit != unit, one.left / one.granted if one.granted else 0.0))
    when = f", {format_seconds(round(found.age_s / 60) * 60)} ago" if found.age_s >= 60 else ""
    said = f"{left_of(each)} on account {account} ({each.source}{when})"
    return f"{said}: this may cost more" if each.unit == unit and units > each.left else said


def left_of(each: Allowance) -> str:
    """``of 1 000 node-hours 312 are left``, rounded down."""
    left = format_count(int(each.left)) if each.left >= 100 else f"{int(each.left * 10) / 10:g}"
    return f"of {format_units(each.granted, each.unit)} {left} are left"


def with_something_left(found: Known, accounts: Collection[str], queue: str) -> str | None:
    """The only one of these accounts that is known not to be used up; ``None`` where that is not so.

    All others must be known to be used up: who does not know asks.
    """
    limits = [each for each in found.allowances.found if queue.startswith(each.queues)]
    spent = {each.account for each in limits if each.left <= 0}
    open_ones = [account for account in accounts if account not in spent]
    return open_ones[0] if len(open_ones) == 1 and len(spent & set(accounts)) == len(accounts) - 1 else None


def _machine(scheduler: Scheduler) -> str:
    return f"{scheduler.name} {cluster_name(scheduler) or ''}".strip()


def _path() -> Any:
    return state_home() / "allowances.json"


def _read() -> dict[str, Any]:
    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
