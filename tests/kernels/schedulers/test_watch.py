"""The watcher, with a clock of its own: no test here waits."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from funicular.schedulers.base import JobId, JobState, JobStatus, NoAnswer
from funicular.schedulers.watch import APPEARS_WITHIN_S, Life, Watcher

ONE, TWO = JobId("1"), JobId("2")


class World:
    """A scheduler whose answers are written down, and time that passes only by sleeping."""

    def __init__(self, *, until: float) -> None:
        self.now, self.until = 0.0, until
        self.asked: list[tuple[float, tuple[JobId, ...]]] = []
        self.seen: list[tuple[float, JobId, Life]] = []
        self.answer = lambda now, jobs: {}

    def describe(self, jobs):
        """As a scheduler does."""
        self.asked.append((self.now, tuple(jobs)))
        return self.answer(self.now, jobs)

    async def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self.now = min(self.now + seconds, self.until)

    def watcher(self) -> Watcher:
        """A watcher of this world."""

        def note(job, sighting):
            self.seen.append((self.now, job, sighting.state))

        return Watcher(self, note, clock=lambda: self.now, sleep=self.sleep)

    def run(self, *jobs: JobId) -> Watcher:
        """Follow these jobs until the time is up."""

        async def life() -> Watcher:
            watcher = self.watcher()
            for job in jobs:
                watcher.follow(job)
            task = asyncio.create_task(watcher.run())
            while not task.done() and self.now < self.until and any(map(watcher.seen, jobs)):  # noqa: ASYNC110
                await asyncio.sleep(0)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            return watcher

        return asyncio.run(life())


@pytest.fixture
def world():
    """Ten minutes of a scheduler's life."""
    return World(until=600.0)


def running(*jobs: JobId) -> dict[JobId, JobStatus]:
    return {job: JobStatus(job, JobState.RUNNING) for job in jobs}


def states(world: World, job: JobId) -> list[Life]:
    """The different states of a job, in order."""
    told = [state for _, name, state in world.seen if name == job]
    return [state for n, state in enumerate(told) if n == 0 or told[n - 1] != state]


def test_all_jobs_are_asked_about_in_one_question(world):
    """Two hundred followed jobs cost one question each time, and at most six a minute."""
    jobs = [JobId(str(n)) for n in range(200)]
    world.answer = lambda now, asked: running(*asked)
    world.run(*jobs)

    assert all(len(asked) == 200 for _, asked in world.asked)
    for at, _ in world.asked:
        assert sum(at <= other < at + 60 for other, _ in world.asked) <= 6


def test_no_answer_is_unknown_never_gone(world):
    """While the scheduler is silent a job is unknown, and alive again when it answers."""

    def answer(now, jobs):
        if 20 < now < 300:
            raise NoAnswer("silence")
        return running(*jobs)

    world.answer = answer
    world.run(ONE)

    assert states(world, ONE) == [Life.ALIVE, Life.UNKNOWN, Life.ALIVE]


def test_unknown_says_since_when_and_what_was_known_last(world):
    """The sighting keeps the last status, and the time when the silence began."""

    def answer(now, jobs):
        if now > 20:
            raise NoAnswer("silence")
        return running(*jobs)

    world.answer = answer
    watcher = world.run(ONE)
    sighting = watcher.seen(ONE)
    silent = [at for at, _ in world.asked if at > 20]

    assert sighting.state is Life.UNKNOWN
    assert sighting.status == running(ONE)[ONE]
    assert sighting.since == silent[0]
    assert watcher.problem.what == "silence"


def test_a_machine_in_trouble_is_no_answer(world):
    """When no question can be asked at all, jobs are unknown and the watcher goes on."""

    def answer(now, jobs):
        if 20 < now < 100:
            raise BlockingIOError(11, "no more processes")
        return running(*jobs)

    world.answer = answer
    world.run(ONE)

    assert states(world, ONE) == [Life.ALIVE, Life.UNKNOWN, Life.ALIVE]


def test_left_out_of_a_good_answer_is_gone_once_it_was_seen(world):
    """A job that was listed and is not any more is gone: told once, then nothing is asked."""
    world.answer = lambda now, jobs: running(*jobs) if now < 50 else {}
    world.run(ONE)

    assert states(world, ONE) == [Life.ALIVE, Life.GONE]
    assert [state for _, _, state in world.seen].count(Life.GONE) == 1
    assert world.asked[-1][0] < 100


def test_a_job_just_submitted_may_appear_late(world):
    """Not listed at first is no reason to call it gone."""
    world.answer = lambda now, jobs: running(*jobs) if now > APPEARS_WITHIN_S / 2 else {}
    world.run(ONE)

    assert states(world, ONE) == [Life.UNKNOWN, Life.ALIVE]


def test_a_job_that_never_appears_is_gone_in_the_end(world):
    """After its time to appear it is gone."""
    world.run(ONE)

    assert states(world, ONE) == [Life.UNKNOWN, Life.GONE]
    assert world.seen[-1][0] >= APPEARS_WITHIN_S


def test_a_job_that_ended_is_gone_with_its_status(world):
    """A status that says GONE is passed on, how it ended included."""
    world.answer = lambda now, jobs: {ONE: JobStatus(ONE, JobState.GONE, "TIMEOUT")}
    told = []
    watcher = Watcher(world, lambda job, sighting: told.append(sighting), clock=lambda: world.now)
    watcher.follow(ONE)
    asyncio.run(watcher.ask())

    assert (told[0].state, told[0].status.state_code) == (Life.GONE, "TIMEOUT")
    assert watcher.seen(ONE) is None


def test_nothing_is_asked_when_nobody_follows(world):
    """Without jobs there is no question at all."""

    async def life():
        task = asyncio.create_task(world.watcher().run())
        for _ in range(50):
            await asyncio.sleep(0)
        task.cancel()

    asyncio.run(life())

    assert world.asked == []


def test_a_job_forgotten_while_the_scheduler_thinks_is_not_told(world):
    """An answer about a job that nobody follows any more goes nowhere."""
    told = []
    watcher = Watcher(world, lambda job, sighting: told.append(job), clock=lambda: world.now)

    def answer(now, jobs):
        watcher.forget(TWO)
        return running(*jobs)

    world.answer = answer
    watcher.follow(ONE)
    watcher.follow(TWO)
    asyncio.run(watcher.ask())

    assert told == [ONE]
