"""Keeps a cluster's ledger: writes what befalls its jobs, and learns later what they have cost.

A disk that is full loses lines, said once in the log; it does not stop the cluster.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from funicular.clusters import ledger_file, settling
from funicular.clusters.budget import Cost
from funicular.clusters.fleet import Block, Fleet
from funicular.clusters.ledger import (
    CLOSED,
    COMMITTED,
    ENDED,
    STARTED,
    SUBMITTED,
    Line,
    charges,
    lives_of,
)
from funicular.errors import FunicularError
from funicular.schedulers.base import JobId, Scheduler

INHERITS_S = 86400.0  # later than that a cluster of the same name (a script's has a pid) is another one
ASKS_EVERY_S = 20.0
ASKS_AT_MOST = 15  # accounting that says nothing for five minutes is not asked again; the next reader does
log = logging.getLogger("funicular")


class Books:
    """One cluster's lines in the ledger.   job_name: of a block.   busy: core-seconds used on a block.

    run: who answers for the jobs, by default this process.
    """

    def __init__(
        self,
        cluster: str,
        scheduler: Scheduler,
        *,
        job_name: Callable[[Block], str],
        busy: Callable[[str], float],
        add: Callable[[Line], None] = ledger_file.add,
        run: str | None = None,
    ) -> None:
        self._cluster = cluster
        self._scheduler = scheduler
        self._job_name = job_name
        self._busy = busy
        self._add = add
        self._run = settling.own_run() if run is None else run
        self._counted: dict[str, Cost] = {}  # by job name: what is in the fleet's ``spent``, may be corrected
        self._asked_at = time.monotonic()
        self._asks = 0
        self._is_told = False

    def inherited(self, but: frozenset[str] = frozenset()) -> Cost:
        """What earlier controllers of this cluster, that did not end in order, have committed.

        but: names of jobs that are this life's own.
        """
        try:
            lines, _ = ledger_file.read(cluster=self._cluster)
        except (OSError, FunicularError) as error:
            log.warning("the ledger cannot be read: %s", error)
            return Cost()
        names = lives_of(self._cluster, lines) - but
        recent = time.time() - INHERITS_S
        mine = [c for c in charges(lines) if c.first.name in names and c.first.when_s > recent]
        self._counted = {charge.first.name: charge.most for charge in mine}
        return sum(self._counted.values(), Cost())

    # --- writing ---

    def commit(self, block: Block) -> None:
        """Before the job is submitted, so that it is known whatever happens then."""
        self._write(self._line(COMMITTED, block))

    def submitted(self, block: Block, job: JobId) -> None:
        self._write(replace(self._line(SUBMITTED, block), job=str(job)))

    def note(self, before: Fleet, after: Fleet, now: float) -> None:
        """Write what an event has changed: blocks that hold their nodes now, blocks that are over."""
        if before.blocks is after.blocks and before.ghosts is after.ghosts:
            return
        for block in before.ghosts:
            if block not in after.ghosts:
                self._over(block, after.spent - before.spent, now)
        ghosts = {block.name for block in after.ghosts}
        for block in before.blocks:
            later = after.block(block.name)
            if later is None and block.name not in ghosts:
                self._over(block, after.spent - before.spent, now)
            elif later is not None and later.started is not None and later.started != block.started:
                since = time.time() - (now - later.started)
                self._write(replace(self._line(STARTED, later), since_s=since))

    def close(self, blocks: Iterable[Block] = (), now: float = 0.0) -> None:
        """The cluster ends in order.   blocks: not seen to their end; what tasks used of them is kept."""
        for block in blocks:
            if block.started is not None:
                since, busy = time.time() - (now - block.started), self._busy(block.name)
                self._write(replace(self._line(STARTED, block), since_s=since, busy_core_s=busy))
        self._write(Line(CLOSED, time.time(), self._cluster, self._run))

    def _over(self, block: Block, cost: Cost, now: float) -> None:
        name = self._job_name(block)
        ran_s = cost.node_s / block.nodes
        self._counted[name] = cost
        self._asks = 0
        line = self._line(ENDED, block)
        self._write(
            replace(
                line,
                job=str(block.job or ""),
                ran_s=ran_s,
                core_s=cost.core_s,
                node_s=cost.node_s,
                gpu_s=cost.gpu_s,
                billing_s=cost.billing_s or None,
                busy_core_s=self._busy(block.name),
            )
        )

    def _line(self, event: str, block: Block) -> Line:
        return Line(
            event,
            time.time(),
            self._cluster,
            self._run,
            name=self._job_name(block),
            site=self._scheduler.name,
            block=block.name,
            nodes=block.nodes,
            cores=block.cores,
            gpus=block.nodes * block.shape.gpus,
            billing=block.rate.billing_s,
            walltime_s=block.walltime_s,
            overshoot_s=block.shape.overshoot_s,
            account=block.shape.account or "",
        )

    def _write(self, line: Line) -> None:
        try:
            self._add(line)
        except (OSError, FunicularError) as error:
            if not self._is_told:
                log.warning("the ledger cannot be written, what jobs cost may be missing there: %s", error)
            self._is_told = True

    # --- learning ---

    def is_due(self, now: float) -> bool:
        """Whether accounting should be asked about jobs that are over."""
        return bool(self._counted) and self._asks < ASKS_AT_MOST and now - self._asked_at >= ASKS_EVERY_S

    async def learn(self) -> Cost:
        """Ask once; gives the difference to what was counted. Writes what was learnt."""
        self._asked_at = time.monotonic()
        self._asks += 1
        lines = await asyncio.to_thread(self._ask)
        difference = Cost()
        for line in lines:
            if (counted := self._counted.pop(line.name, None)) is not None:
                difference += line.cost - counted
        return difference

    def _ask(self) -> list[Line]:
        try:
            lines, _ = ledger_file.read(cluster=self._cluster)
        except (OSError, FunicularError):
            return []
        found = [charge for charge in charges(lines) if charge.first.name in self._counted]
        asked = settling.unsettled(found, site=self._scheduler.name, now_s=time.time())
        learnt = settling.settle(self._scheduler, asked, now_s=time.time())
        for line in learnt:
            self._write(line)
        known = [c for c in found if c.source == "accounting"]  # somebody else has asked
        return [*learnt, *(_as_line(charge.first, charge.cost) for charge in known)]


def _as_line(first: Line, cost: Cost) -> Line:
    return replace(
        first, core_s=cost.core_s, node_s=cost.node_s, gpu_s=cost.gpu_s, billing_s=cost.billing_s or None
    )
