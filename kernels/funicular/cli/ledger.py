"""``funicular clusters ledger``: what clusters have cost today, this week and each, and how much was used."""

from __future__ import annotations

import argparse
import time
from typing import Any

from funicular.cli.shown import add_json, print_json, table
from funicular.clusters import ledger_file, settling
from funicular.clusters.ledger import Charge, Sum
from funicular.clusters.statement import parts, up_to_date
from funicular.units import format_core_hours, plural


def add_ledger(verbs: Any) -> None:
    """The verb ``ledger``."""
    summary = "what your clusters have cost: today, this week, and each"
    parser = verbs.add_parser("ledger", help=summary, description=summary)
    add_json(parser)
    parser.set_defaults(run=_ledger)


def _ledger(options: argparse.Namespace) -> int:
    now = time.time()
    found, torn = up_to_date(now)
    if options.json:
        print_json(as_record(found, torn, now))
    else:
        print(as_text(found, torn, now))
    return 0


def as_text(found: tuple[Charge, ...], torn: int, now_s: float) -> str:
    """For people."""
    if not found:
        return "Nothing was spent in the last two months."
    sums = parts(found, now_s)
    has_gpus = any(each.committed.gpu_s for each in sums.values())
    head = ("", "billed", "busy", "promised", "jobs", *(["GPU-h"] if has_gpus else []))
    rows = [
        (
            name,
            format_core_hours(each.billed.core_s / 3600),
            format_core_hours(each.busy_core_s / 3600),
            format_core_hours(max(0.0, each.committed.core_s - each.billed.core_s) / 3600),
            each.jobs,
            *([f"{each.billed.gpu_s / 3600:.2g}"] if has_gpus else []),
        )
        for name, each in sums.items()
    ]
    notes = ["busy: in which tasks ran.  promised: what jobs that wait or run can still come to."]
    if open_jobs := [c for c in found if c.is_open and settling.run_is_dead(c.first.run)]:
        notes.append(
            f"{plural(len(open_jobs), 'job')} of clusters that have died: counted in full until known."
        )
    if torn:
        notes.append(f"{plural(torn, 'line')} of the ledger cannot be read: {ledger_file.folder()}")
    return "\n".join([table(head, rows), "", *notes])


def as_record(found: tuple[Charge, ...], torn: int, now_s: float) -> dict[str, Any]:
    """What ``--json`` prints; promised to stay. Hours are of cores, nodes and GPUs as they are billed."""
    sums = parts(found, now_s)
    return {
        "today": _sum_record(sums.pop("today")),
        "this_week": _sum_record(sums.pop("this week")),
        "clusters": {name.removeprefix("cluster "): _sum_record(each) for name, each in sums.items()},
        "jobs": [_job_record(charge, now_s) for charge in found],
        "unreadable_lines": torn,
    }


def _sum_record(each: Sum) -> dict[str, Any]:
    return {
        "core_hours": each.billed.core_s / 3600,
        "core_hours_busy": each.busy_core_s / 3600,
        "core_hours_committed": each.committed.core_s / 3600,
        "node_hours": each.billed.node_s / 3600,
        "gpu_hours": each.billed.gpu_s / 3600,
        "jobs": each.jobs,
    }


def _job_record(charge: Charge, now_s: float) -> dict[str, Any]:
    return {
        "job": charge.job or None,
        "name": charge.first.name,
        "cluster": charge.first.cluster,
        "site": charge.first.site,
        "known_by": charge.source,
        "core_hours": charge.so_far(now_s).core_s / 3600,
        "core_hours_committed": charge.commitment.core_s / 3600,
        "core_hours_busy": charge.busy_core_s / 3600,
        "billing_hours": None if charge.billing_s is None else charge.billing_s / 3600,
    }
