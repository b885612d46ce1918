"""The thin rim of ``lifecycle``: does what it says, and tells it what happened.

Scheduler calls block, so they run in threads; all else happens on the controller's event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from funicular.clusters import events, lifecycle, scripts
from funicular.clusters.books import Books
from funicular.clusters.budget import NO_LIMIT, Budget, Cost
from funicular.clusters.events import CancelBlock, DrainBlock, Event, Leave, SubmitBlock
from funicular.clusters.fleet import HOLDS, Block, BlockState, Fleet, Problem
from funicular.clusters.home import BLOCK, Home
from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.jobs import job_name, job_of
from funicular.clusters.obituary import Obituary
from funicular.errors import FunicularError
from funicular.schedulers.base import JobId, JobSpec, JobState, JobStatus, NoAnswer, Scheduler, SubmitRefused
from funicular.schedulers.pace import a_minute
from funicular.schedulers.run import CommandMissing
from funicular.schedulers.watch import Life, Sighting, Watcher
from funicular.units import plural

GHOSTS_EVERY_S = 10.0
CANCEL_AGAIN_S = 10.0  # an ended block's job that is still there is cancelled again


class Blocks:
    """The blocks of one cluster in the world.

    drain: closes a block's workers in order (Dask's part).   python: the interpreter of the workers.
    home: the first block, in whose job we run.   leave: ends the cluster, since that has no purpose or time.
    """

    def __init__(
        self,
        cluster: str,
        scheduler: Scheduler,
        *,
        folder: Path,
        python: str,
        drain: Callable[[Block], Coroutine[Any, Any, None]],
        stop_agents: Callable[[str, str], None],
        idle_s: float,
        defaults: SiteDefaults,
        tell: Callable[[Obituary], None],
        budget: Budget = NO_LIMIT,
        busy: Callable[[str], float] = lambda block: 0.0,
        home: Home | None = None,
        leave: Callable[[bool], None] = lambda is_late: None,
    ) -> None:
        self.cluster = cluster
        self.scheduler = scheduler
        self._folder = folder
        self._python = python
        self._defaults = defaults
        self._tell = tell
        self._drain = drain
        self._stop_agents = stop_agents
        self._watcher = Watcher(scheduler, self._sighted, budget_per_minute=a_minute(scheduler.name))
        self._tasks: set[asyncio.Task[Any]] = set()
        self._leave = leave
        self._token = home.token if home else secrets.token_hex(2)  # an earlier life had a b1 too
        self._last_cancel: dict[str, float] = {}
        self._sought_at = time.monotonic()
        self.books = Books(cluster, scheduler, job_name=self.job_name, busy=busy)
        mine = frozenset({job_name(cluster, BLOCK, self._token)} if home else ())
        self.fleet = Fleet(
            idle_s=idle_s, busy_at=time.monotonic(), budget=budget, spent=self.books.inherited(but=mine)
        )

    def start(self) -> None:
        """Begin to watch jobs."""
        self._spawn(self._watcher.run())

    def settle_in(self, home: Home, job: JobId, host: str) -> None:
        """Begin with the block whose job we run in: it is there, and counts like any other."""
        now = time.monotonic()
        self.fleet = replace(
            self.fleet,
            wished=home.nodes,
            shape=home.shape,
            is_pinned=home.is_pinned,
            made=1,
            blocks=(home.block(job, now),),
        )
        self.say(events.JobRunning(BLOCK, (host,)))
        self._watcher.follow(job)

    def move_out(self) -> None:
        """The cluster ends in order, and our own job with it: it costs what it cost until now."""
        if (home := self.fleet.home) is not None:
            self.say(events.JobGone(home.name, Problem("The cluster has ended.")))

    def say(self, event: Event) -> None:
        """Let the lifecycle hear it, and do what it says."""
        before, now = self.fleet, time.monotonic()
        self.fleet, instructions = lifecycle.step(before, event, now)
        self.books.note(before, self.fleet, now)
        for instruction in instructions:
            match instruction:
                case SubmitBlock(block):
                    self._spawn(self._submit(block))
                case DrainBlock(block):
                    self._spawn(self._drain_then_end(block))
                case CancelBlock(block):
                    self._spawn(self._cancel(block))
                case Leave(is_late):
                    self._leave(is_late)

    def tick(self, tick: events.Tick) -> None:
        """Time passes; jobs that should have ended are cancelled again."""
        self.say(tick)
        now = time.monotonic()
        for block in self.fleet.blocks:
            last = self._last_cancel.get(block.name, now)
            if block.state is BlockState.ENDING and block.job and now - last > CANCEL_AGAIN_S:
                self._spawn(self._cancel(block))
        if self.fleet.ghosts and now - self._sought_at > GHOSTS_EVERY_S:
            self._sought_at = now
            self._spawn(self._seek_ghosts(self.fleet.ghosts))
        if self.books.is_due(now):
            self._spawn(self._learn())

    def nudge(self) -> None:
        """A change is expected soon: ask the scheduler quicker."""
        self._watcher.nudge()

    async def stop(self, within_s: float) -> None:
        """End all jobs and wait until the scheduler took that in, at most ``within_s`` seconds."""
        self.say(events.Stop())
        deadline = time.monotonic() + within_s
        while self.fleet.blocks and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
            if all(block.state is BlockState.ENDING and block.job for block in self.fleet.blocks):
                pending = [task for task in self._tasks if task.get_name() == "cancel"]
                if not pending:
                    break
        for task in self._tasks:
            task.cancel()
        self.move_out()
        self.books.close(self.fleet.blocks, time.monotonic())

    # --- instructions ---

    async def _submit(self, block: Block) -> None:
        try:
            job = await asyncio.to_thread(self._hand_over, block)
        except FunicularError as error:
            is_silent = isinstance(error, NoAnswer)
            may_exist = is_silent and not isinstance(error, CommandMissing)
            self.say(events.SubmitFailed(block.name, Problem.of(error), is_silent, may_exist))
            return
        self._watcher.follow(job)
        self.say(events.Submitted(block.name, job))

    def _hand_over(self, block: Block) -> JobId:
        self.books.commit(block)
        spec = self.job_spec(block)
        scripts.keep(self.scheduler, spec, self._folder)
        try:
            job = self.scheduler.submit(spec)
        except SubmitRefused:
            if not spec.exclude:
                raise
            job = self.scheduler.submit(replace(spec, exclude=()))  # too few nodes are left without it
        self.books.submitted(block, job)
        return job

    async def _seek_ghosts(self, ghosts: tuple[Block, ...]) -> None:
        """Jobs that were submitted without an answer: end those that are there."""
        with contextlib.suppress(NoAnswer):
            known = await asyncio.to_thread(self.scheduler.describe, None)
            by_name = {status.name: status for status in known.values()}
            for ghost in ghosts:
                status = by_name.get(self.job_name(ghost))
                if status is None or status.state is JobState.GONE:
                    self.say(events.GhostGone(ghost.name, (status.ran_s if status else None) or 0.0))
                else:
                    await asyncio.to_thread(self.scheduler.cancel, [status.job])

    async def _learn(self) -> None:
        """What accounting says that jobs have cost counts from now on."""
        difference = await self.books.learn()
        if difference != Cost():
            self.say(events.Corrected(difference))

    async def _drain_then_end(self, block: Block) -> None:
        await self._drain(block)
        self.say(events.Drained(block.name))

    async def _cancel(self, block: Block) -> None:
        asyncio.current_task().set_name("cancel")  # type: ignore[union-attr]
        self._stop_agents(block.name, "The cluster does not need this block any more.")
        self._last_cancel[block.name] = time.monotonic()
        if block.job is None or block.is_home:  # ours ends when we do
            return
        with contextlib.suppress(NoAnswer):  # asked again by ``tick``
            await asyncio.to_thread(self.scheduler.cancel, [block.job])
        self._watcher.nudge()

    def job_name(self, block: Block) -> str:
        """The name of a block's job, unique for ever."""
        return job_name(self.cluster, block.name, self._token)

    def job_spec(self, block: Block) -> JobSpec:
        """The job of a block: our agent on each of its nodes."""
        return job_of(
            block,
            name=self.job_name(block),
            python=self._python,
            folder=self._folder,
            defaults=self._defaults,
        )

    # --- sightings ---

    def _sighted(self, job: JobId, sighting: Sighting) -> None:
        block = next((block for block in self.fleet.blocks if block.job == job), None)
        if block is None:
            self._watcher.forget(job)
            return
        event = self._event(block, sighting)
        if event is not None:
            self.say(event)
        if self.fleet.block(block.name) is None:
            self._watcher.forget(job)

    def _event(self, block: Block, sighting: Sighting) -> Event | None:
        status = sighting.status
        if sighting.state is Life.UNKNOWN:
            if self._watcher.problem is None:  # just submitted, not listed yet
                return None
            return events.JobUnknown(block.name, "the scheduler does not answer; nothing is assumed")
        if block.is_home and (sighting.state is Life.GONE or status is None):
            return None  # we are in it, so it is there
        if sighting.state is Life.GONE or status is None:
            problem = self._why_gone(block, sighting)
            if block.state in HOLDS or _died_by_itself(block, status):
                self._tell(self._obituary(block, sighting))
            is_told = status is not None and status.state is JobState.GONE
            ran_s = (status.ran_s or 0.0) if status is not None and is_told else None
            return events.JobGone(block.name, problem, ran_s)
        if status.state is JobState.PENDING:
            reason = status.reason
            hopeless = None
            if reason is not None and reason.hopeless:
                hopeless = Problem(
                    f"The job for {block.nodes} nodes can never start as it is.",
                    str(reason),
                    reason.next_step or "Ask for something else with funicular.scale(...).",
                    "job-hopeless",
                )
            return events.JobPending(block.name, str(reason or ""), hopeless)
        return events.JobRunning(block.name, status.hosts, status.ran_s or 0.0)

    def _why_gone(self, block: Block, sighting: Sighting) -> Problem:
        reason = sighting.status.reason if sighting.status else None
        lines = last_lines(self._folder / f"{block.name}.log", 5)
        why = str(reason) if reason else "The scheduler does not know the job any more."
        if lines:
            why += "\nIts log ends with:\n" + "\n".join(f"  {line}" for line in lines)
        when = "while it was in use" if block.had_workers else "before any worker was ready"
        return Problem(
            f"Job {block.job} ended {when}.",
            why,
            (reason.next_step if reason else "")
            or f"Look at the whole log: {self._folder / (block.name + '.log')}",
            "block-failed",
        )

    def _obituary(self, block: Block, sighting: Sighting) -> Obituary:
        status = sighting.status
        reason = status.reason if status else None
        return Obituary(
            kind="block",
            name=f"{block.name} (job {block.job}, {plural(block.nodes, 'node')})",
            cause=reason.text if reason else "The scheduler does not know its job any more.",
            when_s=time.time(),
            next_step=(reason.next_step if reason else "")
            or "Nothing: its tasks are run again on another block while there is work.",
            state=status.state_code if status else "",
            exit_code=(status.exit_code or 0) if status else 0,
            signal=(status.signal or 0) if status else 0,
            log=tuple(last_lines(self._folder / f"{block.name}.log", 5)),
        )

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            import logging

            logging.getLogger("funicular").error("a block's task failed", exc_info=error)


def _died_by_itself(block: Block, status: JobStatus | None) -> bool:
    """Whether a block that we end, since all its nodes were lost, was over before: its cause is known now."""
    return block.nodes_left <= 0 and status is not None and status.state_code != "CANCELLED"


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines of a log, or none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 4096))
            return file.read().decode(errors="replace").splitlines()[-count:]
    except OSError:
        return []
