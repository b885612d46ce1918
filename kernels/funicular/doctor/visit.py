"""Sends the tiny job to a compute node, waits for what it says, and takes it back whatever happens."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import secrets
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from funicular.clusters import choices
from funicular.clusters.interrupts import Interrupts
from funicular.clusters.jobqueue import SiteDefaults, read_defaults
from funicular.clusters.jobs import job_name, planned_job
from funicular.clusters.network import own_addresses
from funicular.clusters.planning import plan_wish
from funicular.clusters.private import private_folder, write_private
from funicular.clusters.registry import state_home
from funicular.doctor import doorbell
from funicular.doctor.place import Place
from funicular.doctor.probe import Errand
from funicular.doctor.trial import MINUTES, Ended, Trial, command, parse_log
from funicular.errors import FunicularError
from funicular.messages import Wish, to_json
from funicular.schedulers.base import JobId, JobSpec, JobState, JobStatus, NoAnswer, Scheduler
from funicular.sites.request import AccountNeeded, Plan
from funicular.units import format_core_hours, format_seconds, plural

Tell = Callable[[str], None]
RUN_S = 90.0  # how long the job may take once it runs
LOG_S = 15.0  # how long a log may take from a node to here, through a shared file system
SILENT = 3  # so many questions without an answer, and we give up
PAUSES_S = (1.0, 1.0, 2.0, 3.0, 5.0)  # between questions; then the last


@dataclass(frozen=True, slots=True)
class Terms:
    """What the user said about the job.   wait_s: how long it may wait in the queue."""

    queue: str | None = None
    account: str | None = None
    wait_s: float = 120.0


def visit(site: Scheduler, place: Place, errand: Errand, terms: Terms, tell: Tell) -> tuple[Trial, Errand]:
    """Run the job; gives what came of it, and the errand with the door that it found. It is over then."""
    try:
        made, defaults = _plan(site, place, terms)
    except FunicularError as error:
        return _refused(error, terms), errand
    folder = private_folder(private_folder(state_home() / "doctor") / secrets.token_hex(4))
    try:
        with Interrupts() as interrupts, contextlib.ExitStack() as stack:
            if not place.forbids_servers:
                door = stack.enter_context(doorbell.opened())
                errand = replace(errand, addresses=own_addresses(), port=door.port, token=door.token)
            write_private(folder / "errand.json", json.dumps(to_json(errand)))
            spec = planned_job(
                made,
                name=job_name("doctor", "b1", secrets.token_hex(2)),
                command=command(sys.executable, folder, os.path.expanduser("~")),
                folder=folder,
                defaults=defaults,
            )
            tell(
                f"A job goes to {made.queue}: {plural(made.cores_per_node, 'core')}, {MINUTES} min at most "
                f"({format_core_hours(made.core_hours)})."
            )
            return _run(site, spec, made, terms, tell, interrupts), errand
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _plan(site: Scheduler, place: Place, terms: Terms) -> tuple[Plan, SiteDefaults]:
    defaults = read_defaults(site.name)
    queues = place.queues or ()
    named = next((each for each in queues if each.name == terms.queue), None)
    wish = Wish(cores=1, hours=MINUTES / 60, queue=terms.queue, account=terms.account)
    machine = named.architecture if named is not None else ""
    made = plan_wish(
        wish,
        queues,
        site=site.name,
        defaults=defaults,
        policy=place.policy,
        chosen_account=choices.accounts().get(site.name),
        machine=machine or platform.machine(),
    )
    return made, defaults.after(place.policy.prologue)


def _refused(error: FunicularError, terms: Terms, trial: Trial | None = None) -> Trial:
    step = error.next_step
    if isinstance(error, AccountNeeded):
        step = "Name one: funicular doctor --account NAME"
    elif "funicular.scale(" in step:  # advice for a notebook
        step = "Name another queue: funicular doctor --queue NAME" if terms.queue else ""
    ended = Ended.NO_ANSWER if isinstance(error, NoAnswer) else Ended.REFUSED
    return replace(trial or Trial(ended), ended=ended, what=error.what, why=error.why, next_step=step)


def _run(
    site: Scheduler, spec: JobSpec, made: Plan, terms: Terms, tell: Tell, interrupts: Interrupts
) -> Trial:
    trial = Trial(
        Ended.NOT_STARTED,
        queue=made.queue,
        account=made.account or "",
        core_hours=made.core_hours,
        before_s=time.time(),
    )
    job: JobId | None = None
    is_over = False
    try:
        with interrupts.held():
            job = site.submit(spec)
        trial = replace(trial, job=str(job))
        trial, is_over = _watch(site, spec, trial, terms, tell)
        return trial
    except FunicularError as error:
        is_over = job is None and not isinstance(error, NoAnswer)
        return _refused(error, terms, trial)
    finally:
        if not is_over:
            with interrupts.held():
                _take_back(site, spec.name, job, tell)


def _watch(site: Scheduler, spec: JobSpec, trial: Trial, terms: Terms, tell: Tell) -> tuple[Trial, bool]:
    """Until the job has said all, or our patience ends; and whether it is over. Raises ``NoAnswer``."""
    job, begun = JobId(trial.job), time.monotonic()
    started: float | None = None
    gone: float | None = None
    asked, pause, silences, status = -9.0, iter(PAUSES_S), 0, None
    gap = 0.0
    while True:
        now = time.monotonic()
        if (done := _read(spec.log, trial)).is_done:
            return replace(done, waited_s=status.waited_s if status else None), False
        if now - asked > gap and gone is None:
            asked, gap = now, next(pause, PAUSES_S[-1])
            try:
                status, silences = site.describe([job]).get(job), 0
            except NoAnswer:
                silences += 1
                if silences >= SILENT:
                    raise
                continue
            trial = replace(trial, hosts=status.hosts if status else trial.hosts)
            if status is None or status.state is JobState.GONE:
                gone = time.monotonic()
            elif status.state is not JobState.PENDING and started is None:
                started = time.monotonic()
            if time.monotonic() - begun > 1:
                tell(_progress(status, time.monotonic() - begun))
        if gone is not None and now - gone > LOG_S:
            reason = str(status.reason) if status and status.reason else ""
            return replace(done, ended=Ended.NO_WORD, why=reason), True
        if started is not None and gone is None and now - started > RUN_S:
            return replace(done, ended=Ended.NOT_DONE), False
        if started is None and gone is None and now - begun > terms.wait_s:
            why = str(status.reason) if status and status.reason else ""
            return replace(trial, ended=Ended.NOT_STARTED, why=why, waited_s=now - begun), False
        time.sleep(0.1)


def _progress(status: JobStatus | None, since_s: float) -> str:
    if status is None or status.state is JobState.GONE:
        return "The job is over; reading what it wrote."
    if status.state is JobState.PENDING:
        why = f": {status.reason}" if status.reason else ""
        return f"The job waits ({format_seconds(since_s)}){why}"
    return f"The job runs on {', '.join(status.hosts) or 'its node'}."


def _read(log: Path, trial: Trial) -> Trial:
    """The trial with what stands in the log so far; done when its last line is there."""
    try:
        os.listdir(log.parent)  # has a network file system look again
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return trial
    said, answer, words = parse_log(text)
    return replace(
        trial,
        ended=Ended.DONE if "end" in said else trial.ended,
        said=said,
        facts=answer.get("facts", {}),
        silent=answer.get("silent", {}),
        words=words[-2000:],
        has_log=True,
        after_s=time.time(),
    )


def _take_back(site: Scheduler, name: str, job: JobId | None, tell: Tell) -> None:
    """End the job; one whose number nobody told us is looked for by its name. Says so where that failed."""
    try:
        jobs = [job] if job else [each.job for each in site.describe().values() if each.name == name]
        site.cancel(jobs)
    except FunicularError as error:
        tell(
            f"Whether the job {job or name} has ended is not known ({error.what}); it ends by itself "
            f"{MINUTES} min after its start at the latest. Look with: funicular jobs"
        )
