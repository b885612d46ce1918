"""This machine's scheduler as the server sees it: found once, asked in threads, its queues for a minute."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

from funicular.clusters import choices
from funicular.clusters.budget import budget_of, default_budget
from funicular.clusters.jobqueue import read_defaults
from funicular.clusters.planning import plan_wish
from funicular.clusters.quote import Quote, quote
from funicular.messages import Wish, from_json, to_json
from funicular.schedulers.base import Queue, Scheduler
from funicular.sites.detect import choose_site
from funicular.sites.here import queues_here
from funicular.sites.policy import policy_for
from funicular_lab.answers import PlanAnswer, QueuesAnswer, QueueView

FRESH_S = 60.0


class Site:
    """choose: gives the scheduler; may raise, and is then asked again the next time."""

    def __init__(self, choose: Callable[[], Scheduler] = choose_site) -> None:
        self._choose = choose
        self._scheduler: Scheduler | None = None
        self._queues: tuple[Queue, ...] = ()
        self._queues_at = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def scheduler(self) -> Scheduler:
        """The scheduler. Raises ``SiteNotHere``."""
        async with self._one_at_a_time:
            if self._scheduler is None:
                self._scheduler = await asyncio.to_thread(self._choose)
            return self._scheduler

    async def queues(self) -> tuple[Queue, ...]:
        """Where this user can submit, at most a minute old. Raises ``NoAnswer``."""
        scheduler = await self.scheduler()
        async with self._one_at_a_time:
            if time.monotonic() - self._queues_at > FRESH_S:
                self._queues = await asyncio.to_thread(queues_here, scheduler)
                self._queues_at = time.monotonic()
            return self._queues

    async def offer(self) -> QueuesAnswer:
        """The queues as one chooses from them."""
        queues, site = await self.queues(), (await self.scheduler()).name
        chosen = (await asyncio.to_thread(choices.accounts)).get(site)
        return QueuesAnswer(site, tuple(map(view_of, queues)), chosen)

    async def plan(self, wish: Wish) -> PlanAnswer:
        """What the wish would come to in a new cluster; nothing is done. Raises what planning raises."""
        site, queues = await self.scheduler(), await self.queues()
        return as_plan(await asyncio.to_thread(_quoted, wish, site.name, queues))


def _quoted(wish: Wish, site: str, queues: tuple[Queue, ...]) -> Quote:
    policy = policy_for(site)
    made = plan_wish(
        wish,
        queues,
        site=site,
        defaults=read_defaults(site),
        policy=policy,
        chosen_account=choices.accounts().get(site),
    )
    return quote(made, queues, policy, budget_of(wish).after(default_budget(os.environ)))


def as_plan(made: Quote) -> PlanAnswer:
    """The quote as the browser gets it."""
    return from_json(PlanAnswer, to_json(made))


def view_of(queue: Queue) -> QueueView:
    """A queue as the browser gets it."""
    names = QueueView.__dataclass_fields__
    return QueueView(**{name: getattr(queue, name) for name in names})
