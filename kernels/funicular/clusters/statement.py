"""What this user's clusters have cost, put together: today, this week, each cluster, each project."""

from __future__ import annotations

import time

from funicular.clusters import ledger_file, settling
from funicular.clusters.ledger import Charge, Sum, charges, total
from funicular.schedulers import catalogue

DAY_S = 86400.0


def up_to_date(now_s: float) -> tuple[tuple[Charge, ...], int]:
    """All charges, after asking the schedulers about those that are not settled; and lines that are torn."""
    lines, torn = ledger_file.read()
    found = charges(lines)
    learnt = []
    for site in sorted({charge.first.site for charge in found} & set(catalogue.names())):
        asked = settling.unsettled(found, site=site, now_s=now_s)
        learnt += settling.settle(catalogue.find(site), asked, now_s=now_s)
    for line in learnt:
        ledger_file.add(line)
    return charges((*lines, *learnt)), torn


def parts(found: tuple[Charge, ...], now_s: float) -> dict[str, Sum]:
    """Today and this week (by the clock here), then every cluster, the latest first."""
    midnight, monday = beginnings(now_s)
    names = dict.fromkeys(charge.first.cluster for charge in reversed(found))
    each = {
        f"cluster {name}": total([c for c in found if c.first.cluster == name], now_s=now_s) for name in names
    }
    return {
        "today": total(found, now_s=now_s, since_s=midnight),
        "this week": total(found, now_s=now_s, since_s=monday),
        **each,
    }


def beginnings(now_s: float) -> tuple[float, float]:
    """When today and this week began, by the clock here; Unix time."""
    clock = time.localtime(now_s)
    midnight = time.mktime((clock.tm_year, clock.tm_mon, clock.tm_mday, 0, 0, 0, 0, 0, -1))
    return midnight, midnight - clock.tm_wday * DAY_S


def projects(found: tuple[Charge, ...], now_s: float) -> dict[tuple[str, str], Sum]:
    """By site and account, in the order in which they were first used."""
    keys = dict.fromkeys((charge.first.site, charge.first.account) for charge in found)
    return {
        key: total([c for c in found if (c.first.site, c.first.account) == key], now_s=now_s) for key in keys
    }
