"""The list of jobs keeps to the query budget."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import pytest

from funicular.schedulers.base import JobId, JobState, JobStatus, NoAnswer, Reason
from funicular.schedulers.pace import SHARED
from funicular_lab.jobs import Jobs, NoScript, view_of


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Scheduler:
    """A scheduler on paper; counts the questions."""

    name = "paper"

    def __init__(self) -> None:
        self.asked = 0
        self.jobs: dict[JobId, JobStatus] = {JobId("1"): JobStatus(JobId("1"), JobState.RUNNING, name="mine")}
        self.silence: Exception | None = None

    def describe(self, jobs: Collection[JobId] | None = None) -> dict[JobId, JobStatus]:
        self.asked += 1
        if self.silence is not None:
            raise self.silence
        return dict(self.jobs)

    def cancel(self, jobs: Collection[JobId]) -> None:
        for job in jobs:
            self.jobs.pop(job)


class Site:
    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    async def scheduler(self) -> Any:
        return self._scheduler


def made() -> tuple[Jobs, Scheduler, Clock]:
    clock, scheduler = Clock(), Scheduler()
    return Jobs(Site(scheduler), clock), scheduler, clock  # type: ignore[arg-type]


async def test_however_often_it_is_asked_the_scheduler_is_not() -> None:
    """Ten front ends that ask every second, and a change announced each time: six questions a minute."""
    jobs, scheduler, clock = made()
    for second in range(600):
        clock.now = float(second)
        await asyncio.gather(*(jobs.list() for _ in range(10)))
        jobs.nudge()

    assert 10 <= scheduler.asked <= 10 * SHARED + 1


async def test_a_change_that_is_announced_is_seen_soon() -> None:
    """After a quiet time, a nudge is followed by a question within two seconds."""
    jobs, scheduler, clock = made()
    for second in range(0, 300, 5):
        clock.now = float(second)
        await jobs.list()
    before = scheduler.asked
    jobs.nudge()
    clock.now += 2
    await jobs.list()

    assert scheduler.asked == before + 1


@pytest.mark.parametrize("silence", [NoAnswer("It is silent."), OSError("no more processes")])
async def test_a_silent_scheduler_is_a_problem_beside_what_was_known(silence: Exception) -> None:
    """That it does not answer never means that the jobs are gone."""
    jobs, scheduler, clock = made()
    await jobs.list()
    scheduler.silence = silence
    clock.now += 100
    answer = await jobs.list()

    assert [each.job for each in answer.jobs] == ["1"]
    assert answer.problem is not None and str(silence.args[0]) in answer.problem.message
    assert answer.age_s == 100


async def test_a_job_without_a_script_says_so() -> None:
    """A scheduler that gives out no scripts is named."""
    jobs, _, _ = made()
    await jobs.list()

    with pytest.raises(NoScript, match="job 1"):
        await jobs.script("1")


def test_a_waiting_job_has_its_reason_in_words() -> None:
    """The sentence, the scheduler's own word and the next step each have their place."""
    status = JobStatus(
        JobId("7"),
        JobState.PENDING,
        reason=Reason("It waits for nodes", "Resources", "Ask for fewer."),
        waited_s=12.0,
        ran_s=0.0,
        name="funicular-shared-b2.ab12",
    )
    view = view_of(status)

    assert (view.reason, view.code, view.next_step) == ("It waits for nodes", "Resources", "Ask for fewer.")
    assert (view.since_s, view.cluster, view.state) == (12.0, "shared", "pending")
