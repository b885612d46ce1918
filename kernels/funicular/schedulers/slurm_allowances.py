"""What Slurm lets accounts use in all, and what of it is left: the limits that it enforces. Pure.

``sshare`` shows an account's ``GrpTRESMins``, what was used of it (as Slurm counts it, decay and all) and
what running jobs may still take. Where usage is private, an account's line is missing: then nothing is known.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection

from funicular.schedulers.base import Allowance, Allowances
from funicular.schedulers.run import Answer
from funicular.schedulers.slurm_units import unreadable

FIELDS = ("Account", "User", "GrpTRESMins", "GrpTRESRaw", "TRESRunMins")
UNITS = {"cpu": "core-hours", "node": "node-hours", "gres/gpu": "GPU-hours", "billing": "billing-hours"}
PRIVATE = "Slurm does not show you what the account has used (PrivateData)"
_AMOUNT = re.compile(r"([a-z][a-z0-9/_:.-]*)=(\d+)")


def allowances_command(accounts: Collection[str]) -> list[str]:
    """One sshare for all these accounts, the user's own line beside each."""
    return [
        "sshare",
        "--noheader",
        "--parsable2",
        f"--accounts={','.join(accounts)}",
        f"--format={_fields()}",
    ]


def parse_allowances(answer: Answer, accounts: Collection[str]) -> Allowances:
    """sshare's answer. Of an account's limit and the user's own within it that with less left counts."""
    found: dict[tuple[str, str], Allowance] = {}
    shown: set[str] = set()
    for line in filter(str.strip, answer.stdout.splitlines()):
        parts = line.strip().split("|")
        if len(parts) != len(FIELDS):
            raise unreadable("an account's share", line, shlex.join(answer.argv))
        account, user, limits, used, running = parts
        shown |= set() if user else {account}
        for each in _limited(account, limits, used, running, answer):
            key = account, each.unit
            found[key] = min(each, found.get(key, each), key=lambda one: one.left)
    limited = {account for account, _ in found}
    hidden = [each for each in accounts if each not in shown and each not in limited]
    return Allowances(
        tuple(found.values()),
        unlimited=tuple(each for each in accounts if each in shown - limited),
        unknown=tuple(hidden),
        silence=PRIVATE if hidden else "",
    )


def _limited(account: str, limits: str, used: str, running: str, answer: Answer) -> list[Allowance]:
    """One for each limit in a unit that people count in."""
    most, gone, promised = (_amounts(text, answer) for text in (limits, used, running))
    return [
        Allowance(
            account,
            unit,
            granted=most[kind] / 60,
            used=(gone.get(kind, 0) + promised.get(kind, 0)) / 60,
            source="sshare",
        )
        for kind, unit in UNITS.items()
        if kind in most
    ]


def _amounts(text: str, answer: Answer) -> dict[str, int]:
    found = _AMOUNT.findall(text)
    if ",".join(f"{kind}={amount}" for kind, amount in found) != text:
        raise unreadable("amounts of an account", text, shlex.join(answer.argv))
    return {kind: int(amount) for kind, amount in found}


def _fields() -> str:
    return ",".join(FIELDS)
