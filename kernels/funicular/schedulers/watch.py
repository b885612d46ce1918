"""One question for all jobs, at a pace a login node can bear; a job is alive, gone or unknown.

That the scheduler did not answer never means that a job is gone. Nothing is asked while nobody follows a job.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from funicular.schedulers.base import JobId, JobState, JobStatus, NoAnswer, Scheduler, SchedulerError
from funicular.schedulers.pace import Pace

APPEARS_WITHIN_S = 20.0  # a job just submitted may not be listed yet; longer than that and it is gone


class Life(StrEnum):
    """What is known of a job."""

    ALIVE = "alive"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is known of a job, and since when (the watcher's clock).

    status: the last that the scheduler said; ``None`` when it never named the job.
    """

    state: Life
    status: JobStatus | None
    since: float


class Watcher:
    """Follows jobs. ``run`` in a task; every answer reaches ``on_sighting``, once for each followed job.

    A job that is gone is told once and then forgotten. clock: seconds.   sleep: as ``asyncio.sleep``.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        on_sighting: Callable[[JobId, Sighting], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        budget_per_minute: int = 6,
    ) -> None:
        self._scheduler = scheduler
        self._on_sighting = on_sighting
        self._clock = clock
        self._sleep = sleep
        self._pace = Pace(budget_per_minute, clock())
        self._followed: dict[JobId, Sighting] = {}
        self._news = asyncio.Event()
        self.questions = 0
        self.problem: SchedulerError | None = None  # why the last question got no answer

    def follow(self, job: JobId) -> None:
        """Watch this job; a change is expected soon."""
        if job not in self._followed:
            self._followed[job] = Sighting(Life.UNKNOWN, None, self._clock())
        self.nudge()

    def forget(self, job: JobId) -> None:
        """Do not watch this job any more."""
        self._followed.pop(job, None)

    def nudge(self) -> None:
        """A change is expected soon: ask soon, within the budget."""
        self._pace = self._pace.nudged(self._clock())
        self._news.set()

    def seen(self, job: JobId) -> Sighting | None:
        """What is known of a followed job."""
        return self._followed.get(job)

    async def run(self) -> None:
        """Ask for ever."""
        while True:
            await self._until_due()
            await self.ask()

    async def ask(self) -> None:
        """One question now, and the sightings from its answer."""
        jobs = tuple(self._followed)
        self.questions += 1
        asked_at = self._clock()
        answer: dict[JobId, JobStatus] | None = None
        try:
            answer = await asyncio.to_thread(self._scheduler.describe, jobs)
            self.problem = None
        except SchedulerError as problem:
            self.problem = problem
        except OSError as problem:  # no more processes or files, a full disk: nothing was learnt
            self.problem = NoAnswer("The scheduler could not be asked.", why=str(problem))
        changed = False
        for job in jobs:
            before = self._followed.get(job)
            if before is None:  # forgotten while the scheduler thought
                continue
            now = sight(before, job, answer, self._clock())
            changed = changed or _is_news(before, now)
            self._followed[job] = now
            if now.state is Life.GONE:
                del self._followed[job]
            self._on_sighting(job, now)
        self._pace = self._pace.after_question(asked_at, changed=changed)

    async def _until_due(self) -> None:
        while True:
            self._news.clear()
            if not self._followed:
                await self._news.wait()
                continue
            left = self._pace.next_at() - self._clock()
            if left <= 0:
                return
            await self._sleep_or_news(left)

    async def _sleep_or_news(self, seconds: float) -> None:
        sleeping = asyncio.ensure_future(self._sleep(seconds))
        hearing = asyncio.ensure_future(self._news.wait())
        try:
            await asyncio.wait({sleeping, hearing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            hearing.cancel()


def sight(before: Sighting, job: JobId, answer: dict[JobId, JobStatus] | None, now: float) -> Sighting:
    """What is known of a job after an answer (``None``: there was none)."""
    if answer is None:
        return before if before.state is Life.UNKNOWN else Sighting(Life.UNKNOWN, before.status, now)
    status = answer.get(job)
    if status is None:
        is_new = before.status is None and now - before.since < APPEARS_WITHIN_S
        return before if is_new else Sighting(Life.GONE, before.status, now)
    state = Life.GONE if status.state is JobState.GONE else Life.ALIVE
    return Sighting(state, status, before.since if before.state is state else now)


def _is_news(before: Sighting, now: Sighting) -> bool:
    def essence(sighting: Sighting) -> object:
        status = sighting.status
        said = None if status is None else (status.state, status.state_code, status.hosts)
        return sighting.state, said

    return essence(before) != essence(now)
