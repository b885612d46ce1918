"""All jobs of this user, asked for within the query budget and only while somebody looks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from funicular.clusters import scripts
from funicular.clusters.jobs import NoSuchJob, cluster_of
from funicular.errors import FunicularError
from funicular.messages import from_json
from funicular.schedulers.base import (
    JobId,
    JobState,
    JobStatus,
    NoAnswer,
    Scheduler,
    SchedulerError,
    ShowsScripts,
)
from funicular.schedulers.pace import Pace, a_minute
from funicular_lab.answers import JobsAnswer, JobView, Problem, ScriptAnswer
from funicular_lab.site import Site


class NoScript(FunicularError):
    """A job whose script can be read nowhere."""

    code = "no-script"
    status = 404


class Jobs:
    """What the scheduler last said about this user's jobs.   clock: monotonic seconds."""

    def __init__(self, site: Site, clock: Callable[[], float] = time.monotonic) -> None:
        self._site = site
        self._clock = clock
        self._pace: Pace | None = None
        self._asked_at = 0.0
        self._known: dict[JobId, JobStatus] = {}
        self._problem: SchedulerError | None = None
        self._one_at_a_time = asyncio.Lock()

    async def list(self) -> JobsAnswer:
        """The jobs, as fresh as the budget allows; trouble is told beside what was known before."""
        scheduler = await self._site.scheduler()
        await self._refresh(scheduler)
        age_s = self._clock() - self._asked_at
        problem = from_json(Problem, self._problem.as_problem()) if self._problem else None
        return JobsAnswer(
            scheduler.name, tuple(view_of(each) for each in self._known.values()), age_s, problem
        )

    def nudge(self) -> None:
        """A change is expected soon. Said again before the next question, it delays that no further."""
        pace = self._pace
        if pace is not None and (not pace.asked or pace.changed_at <= pace.asked[-1]):
            self._pace = pace.nudged(self._clock())

    async def cancel(self, job: str) -> None:
        """Tell it to end. Raises ``NoSuchJob``, and ``NoAnswer``."""
        scheduler = await self._site.scheduler()
        await self._find(scheduler, job)
        await asyncio.to_thread(scheduler.cancel, [JobId(job)])
        self.nudge()

    async def script(self, job: str) -> ScriptAnswer:
        """What the scheduler was given. Raises ``NoSuchJob``, ``NoScript`` and ``NoAnswer``."""
        scheduler = await self._site.scheduler()
        status = await self._find(scheduler, job)
        kept = await asyncio.to_thread(scripts.kept, status.name)
        if kept is not None:
            return ScriptAnswer(job, kept, "kept")
        text = None
        if isinstance(scheduler, ShowsScripts):
            text = await asyncio.to_thread(scheduler.script, JobId(job))
        if text is None:
            raise NoScript(
                f"The script of job {job} cannot be read.",
                why=f"{scheduler.name} does not give it out; it may have been started without one.",
            )
        return ScriptAnswer(job, text, "scheduler")

    async def _find(self, scheduler: Scheduler, job: str) -> JobStatus:
        """The job, whether or not the last list had it."""
        number = JobId(job)
        found = self._known.get(number)
        if found is None:
            found = (await asyncio.to_thread(scheduler.describe, [number])).get(number)
        if found is None or found.state is JobState.GONE:
            raise NoSuchJob(
                f"There is no job {job} of yours that waits or runs.",
                why="It has ended, or it is somebody else's.",
                next_step="Look at the list of jobs again.",
            )
        return found

    async def _refresh(self, scheduler: Scheduler) -> None:
        async with self._one_at_a_time:
            now = self._clock()
            if self._pace is None:
                self._pace = Pace(a_minute(scheduler.name), now)
            elif now < self._pace.next_at():
                return
            before = _essence(self._known)
            try:
                known = await asyncio.to_thread(scheduler.describe)
                self._known = {
                    job: status for job, status in known.items() if status.state is not JobState.GONE
                }
                self._problem, self._asked_at = None, now
            except SchedulerError as problem:
                self._problem = problem
            except OSError as problem:  # no more processes or files: nothing was learnt
                self._problem = NoAnswer("The scheduler could not be asked.", why=str(problem))
            self._pace = self._pace.after_question(now, changed=_essence(self._known) != before)


def _essence(known: dict[JobId, JobStatus]) -> object:
    return {job: (status.state, status.state_code, status.hosts) for job, status in known.items()}


def view_of(status: JobStatus) -> JobView:
    """A job as the browser gets it."""
    is_waiting = status.state is JobState.PENDING
    reason = status.reason
    return JobView(
        job=status.job,
        name=status.name,
        state=status.state.value,
        reason=reason.text if reason else "",
        code=reason.code if reason else "",
        since_s=(status.waited_s if is_waiting else status.ran_s) or 0.0,
        time_left_s=status.time_left_s,
        nodes=status.nodes,
        queue=status.queue,
        cluster=cluster_of(status.name) or None,
        next_step=reason.next_step if reason else "",
        account=status.account,
        cores=status.cores,
    )
