"""The controller's API: verbs over HTTP, on its Unix socket and, for other hosts, on a TLS port of its own.

Only the owner reaches either. A verb takes JSON fields and gives JSON; errors are problem objects.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from funicular.clusters import allowances, choices, home, lifecycle
from funicular.clusters.budget import MINUTE_S, budget_of, with_budget
from funicular.clusters.events import SubmitBlock, Wished
from funicular.clusters.fleet import Fleet, Problem
from funicular.clusters.picture import picture
from funicular.clusters.planning import plan_wish, shape_of
from funicular.clusters.verbs import verbs
from funicular.clusters.watching import Watched
from funicular.errors import FunicularError
from funicular.messages import ClusterView, Wish, from_json, to_json
from funicular.schedulers.base import Queue
from funicular.sites.here import queues_here
from funicular.sites.request import Plan, no_units
from funicular.units import format_seconds

if TYPE_CHECKING:
    from funicular.clusters.controller import Controller

QUEUES_FRESH_S = 60.0
LEFT_AFTER_S = 10.0  # a wish's jobs go first
LEFT_PATIENCE_S = 30.0
NEED_LASTS_S = 10.0  # who waits says so every second; after silence the need is over
log = logging.getLogger("funicular")


class UnknownVerb(FunicularError):
    """A verb or field that this version of the API does not have."""

    code = "unknown-verb"
    status = 404


class BudgetTooSmall(FunicularError):
    """A wish whose smallest job costs more than the budget leaves."""

    code = "budget-too-small"
    status = 400


class Api:
    """What can be asked of a controller: its ``on_`` methods make the target, all else is in ``verbs/``."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._queues: tuple[Queue, ...] = ()
        self._queues_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None
        self._asking_left: asyncio.Task[allowances.Known] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._needs: dict[str, tuple[int, float]] = {}
        self._plan: Plan | None = controller.home.plan if controller.home else None
        self.watched = Watched(self.view)

    # --- verbs ---

    async def on_scale(self, wish: Mapping[str, Any]) -> Any:
        """Set the target and start it now; an empty wish is the smallest sensible one."""
        await self._wish(from_json(Wish, wish), is_pinned=True)
        return to_json(self.view())

    async def on_need(self, who: str, workers: int = 1) -> Any:
        """Somebody waits for this many workers; to be said every second while it is so."""
        if self._controller.blocks.fleet.shape is None:
            await self.first_use()
        shape = self._controller.blocks.fleet.shape
        per_node = shape.workers if shape else 1
        if len(self._controller.dask.workers) >= workers:
            self._needs.pop(who, None)
        else:
            self._needs[who] = (max(1, -(-workers // per_node)), time.monotonic() + NEED_LASTS_S)
        return to_json(self.view())

    # --- for the controller and verbs ---

    def view(self) -> ClusterView:
        """The cluster as it is now."""
        return picture(self._controller, self._plan, time.monotonic())

    async def planned(self, wish: Wish) -> tuple[Plan, tuple[Queue, ...]]:
        """The job that a wish comes to now, and the queues it was chosen from; nothing is done."""
        return await self._made(wish), self._queues

    def nodes_needed(self) -> int:
        """Nodes that somebody waits for now."""
        now = time.monotonic()
        self._needs = {who: need for who, need in self._needs.items() if need[1] > now}
        return max((nodes for nodes, _ in self._needs.values()), default=0)

    @property
    def longest_s(self) -> float:
        """How long a job may live in some queue; 0 when that is not known, or there is no limit."""
        limits = [queue.max_walltime_s for queue in self._queues if queue.is_open]
        return max((limit or 0.0 for limit in limits), default=0.0) if all(limits) else 0.0

    async def look_ahead(self) -> None:
        """Ask for the queues before the first wish, which comes as a rule at once; trouble is told then."""
        with contextlib.suppress(FunicularError):
            await self._live_queues()

    async def first_use(self) -> None:
        """There is work and no wish: one node for half an hour."""
        try:
            await self._wish(Wish(), is_pinned=False)
        except FunicularError as error:
            self.set_problem(Problem.of(error))

    def set_problem(self, problem: Problem | None) -> None:
        blocks = self._controller.blocks
        blocks.fleet = replace(blocks.fleet, problem=problem)

    async def _wish(self, wish: Wish, *, is_pinned: bool) -> None:
        fleet, budget = self._controller.blocks.fleet, budget_of(wish)
        if fleet.shape is not None and budget and wish == with_budget(Wish(), budget):  # nothing but a budget
            wished = Wished(fleet.wished, fleet.shape, fleet.is_pinned, budget)
            check_budget(fleet, wished, time.monotonic())
            self._controller.blocks.say(wished)
            return
        made = await self._made(wish)
        shape = shape_of(made)
        wished = Wished(made.nodes, shape, is_pinned, budget)
        now = time.monotonic()
        why = check_budget(fleet, wished, now)
        late = home.too_long(fleet, shape.walltime_s, now)
        self._plan = replace(made, because=tuple(filter(None, (*made.because, *why, late))))
        self._controller.blocks.say(wished)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_what_is_left())
        if wish.account and any(len(queue.accounts) > 1 for queue in self._queues):
            with contextlib.suppress(OSError):  # a full disk: it is asked again
                choices.remember(self._controller.site.name, wish.account)

    async def _made(self, wish: Wish) -> Plan:
        """The job that a wish comes to now; nothing is done."""
        site = self._controller.site.name
        queues = await self._live_queues()
        return plan_wish(
            wish,
            queues,
            site=site,
            left=await asyncio.to_thread(allowances.known, self._controller.site, time.time()),
            defaults=self._controller.defaults,
            policy=self._controller.policy,
            chosen_account=choices.accounts().get(site),
        )

    async def ask_what_is_left(self, patience_s: float) -> None:
        """Have it asked if nobody has for minutes, and wait so long at most; it is told when it is known."""
        queues = await self._live_queues()
        if not any(queue.accounts for queue in queues):
            return
        if self._asking_left is None or self._asking_left.done():
            question = asyncio.to_thread(allowances.refresh, self._controller.site, queues)
            self._asking_left = asyncio.create_task(question)
        await asyncio.wait([self._asking_left], timeout=patience_s)

    async def _tell_what_is_left(self) -> None:
        """Beside the wish, once its jobs are on their way."""
        await asyncio.sleep(LEFT_AFTER_S)
        with contextlib.suppress(FunicularError):  # the scheduler is silent: it is told elsewhere
            await self.ask_what_is_left(LEFT_PATIENCE_S)
        found = await asyncio.to_thread(allowances.known, self._controller.site, time.time())
        if (made := self._plan) is None:
            return
        said = allowances.told(
            found, account=made.account, queue=made.queue, unit=made.unit, units=made.units
        )
        if said and said not in made.because:
            self._plan = replace(made, because=(*made.because, said))

    async def _live_queues(self) -> tuple[Queue, ...]:
        """Who comes while the scheduler is being asked waits for that answer, an error too."""
        if self._asking is None and time.monotonic() - self._queues_at > QUEUES_FRESH_S:
            self._asking = asyncio.create_task(self._ask_queues())
        if self._asking is not None:
            await asyncio.shield(self._asking)
        return self._queues

    async def _ask_queues(self) -> None:
        try:
            self._queues = await asyncio.to_thread(queues_here, self._controller.site)
            self._queues_at = time.monotonic()
        finally:
            self._asking = None

    # --- the way in ---

    async def answer(self, verb: str, fields: Mapping[str, Any]) -> tuple[int, Any]:
        """HTTP status and JSON for a verb."""
        method = getattr(self, f"on_{verb}", None)
        if method is None and verb in verbs():
            method = partial(verbs()[verb], self._controller)
        try:
            if method is None:
                raise UnknownVerb(f"The cluster knows no {verb!r}.")
            try:
                call = method(**fields)
            except TypeError as error:
                raise UnknownVerb(f"{verb!r} does not take these fields.", why=str(error)) from error
            return 200, await call
        except FunicularError as error:
            return error.status, {**error.as_problem(), "code": error.code}
        except Exception:
            log.exception("%s failed", verb)
            return 500, {
                "title": "The cluster's controller failed at this.",
                "detail": "It is a mistake of Funicular.",
                "next_step": f"Its log says more: {self._controller.folder / 'controller.log'}",
                "code": "controller-mistake",
            }


def check_budget(fleet: Fleet, wished: Wished, now: float) -> tuple[str, ...]:
    """What the budget changes about the wish, in sentences. Nothing is done yet.

    Raises ``BudgetTooSmall`` when the budget does not pay for a minute of it.
    """
    if wished.budget.after(fleet.budget).billing_hours and not wished.shape.billing:
        raise no_units(wished.shape.queue or "this queue")
    after, instructions = lifecycle.step(fleet, wished, now)
    problem = after.problem
    if problem is not None and problem.code == BudgetTooSmall.code:
        raise BudgetTooSmall(problem.what, why=problem.why, next_step=problem.next_step)
    blocks = [each.block for each in instructions if isinstance(each, SubmitBlock)]
    return tuple(
        f"{format_seconds(block.walltime_s)} a job, not {format_seconds(block.shape.walltime_s)}: "
        f"the budget of {after.budget} leaves no more"
        for block in blocks
        if block.walltime_s < min(block.shape.walltime_s, fleet.left_s(now) - MINUTE_S)
    )
