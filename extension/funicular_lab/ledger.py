"""What this user's clusters cost, as the browser gets it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable

from funicular.clusters import ledger_file, settling, statement
from funicular.clusters.ledger import Charge, Sum, charges, total
from funicular.messages import ClusterView
from funicular_lab.answers import LedgerAnswer, LedgerBudget, LedgerNow, LedgerProject, LedgerSum

SETTLES_EVERY_S = 300.0  # accounting is asked about jobs that nobody saw to their end
AFTER_END_S = 10.0  # a controller has ended and left jobs open; then twice as long each time
_CORE_HOURS = re.compile(r"([0-9.e+]+) core-h")


class Ledger:
    """Reads the ledger for the panel; now and then what is unsettled in it is asked for. Blocks."""

    def __init__(self) -> None:
        self._settled_at = float("-inf")
        self._wait_s = AFTER_END_S
        self._lock = threading.Lock()

    def read(self, sessions: Iterable[ClusterView]) -> LedgerAnswer:
        """The ledger as it is now.   sessions: the clusters of this session, whose budget is told."""
        now_s = time.time()
        lines, torn = ledger_file.read()
        found = charges(lines)
        if self._is_due(any(each.is_open and settling.run_is_dead(each.first.run) for each in found)):
            found, torn = statement.up_to_date(now_s)
        midnight, monday = statement.beginnings(now_s)
        return LedgerAnswer(
            now=held_now(found, now_s),
            today=as_sum(total(found, now_s=now_s, since_s=midnight)),
            week=as_sum(total(found, now_s=now_s, since_s=monday)),
            projects=tuple(
                LedgerProject(site, account, as_sum(each))
                for (site, account), each in statement.projects(found, now_s).items()
            ),
            budget=next(filter(None, map(budget_of, sessions)), None),
            unreadable_lines=torn,
        )

    def _is_due(self, is_left_open: bool) -> bool:
        """Whether to ask now.   is_left_open: jobs of an ended controller count in full until then."""
        with self._lock:
            wait_s = self._wait_s if is_left_open else SETTLES_EVERY_S
            if time.monotonic() - self._settled_at < wait_s:
                return False
            self._settled_at = time.monotonic()
            self._wait_s = min(2 * wait_s, SETTLES_EVERY_S) if is_left_open else AFTER_END_S
            return True


def held_now(found: Iterable[Charge], now_s: float) -> LedgerNow:
    """What jobs hold that have begun and are not known to be over. Pure."""
    running = [c for c in found if c.is_open and c.started_s is not None and now_s < c.over_at_s]
    firsts = [charge.first for charge in running]
    return LedgerNow(
        cores=sum(each.cores for each in firsts),
        nodes=sum(each.nodes for each in firsts),
        gpus=sum(each.gpus for each in firsts),
        jobs=len(firsts),
    )


def as_sum(each: Sum) -> LedgerSum:
    """A sum in hours. Pure."""
    return LedgerSum(
        core_hours=each.billed.core_s / 3600,
        core_hours_busy=each.busy_core_s / 3600,
        core_hours_committed=each.committed.core_s / 3600,
        node_hours=each.billed.node_s / 3600,
        gpu_hours=each.billed.gpu_s / 3600,
        jobs=each.jobs,
    )


def budget_of(view: ClusterView) -> LedgerBudget | None:
    """The budget of a cluster; ``None`` when none was set. Pure."""
    if not view.budget:
        return None
    found = _CORE_HOURS.search(view.budget)
    limit = float(found[1]) if found else None
    left = None if limit is None else max(0.0, limit - view.core_hours_committed)
    return LedgerBudget(view.name, view.budget, limit, left)
