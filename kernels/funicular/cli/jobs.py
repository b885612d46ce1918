"""``funicular jobs``: all of the user's jobs on the scheduler, ours marked; and ending one."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from funicular.cli.shown import add_json, add_site, add_yes, agrees, print_json, table
from funicular.clusters.jobs import NoSuchJob, cluster_of
from funicular.schedulers.base import JobId, JobState, JobStatus, Scheduler
from funicular.sites.detect import choose_site
from funicular.units import format_seconds

SUMMARY = "list your jobs, say why they wait, and end one"


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job as it is printed. Times in seconds.   cluster: ours, else empty."""

    job: str
    name: str
    state: str
    reason: str
    queue: str
    account: str
    nodes: int
    cores: int | None
    hosts: tuple[str, ...]
    waited_s: float | None
    ran_s: float | None
    time_left_s: float | None
    is_ours: bool
    cluster: str


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--cancel", metavar="ID", help="end this job; asks first if it is not Funicular's")
    add_site(parser)
    add_yes(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """List the jobs, or end one."""
    scheduler = choose_site(options.site)
    jobs = living(scheduler)
    if options.cancel is not None:
        return _cancel(scheduler, jobs, options)
    rows = [row_of(status) for status in jobs.values()]
    if options.json:
        print_json(rows)
    elif not rows:
        print(f"You have no jobs on {scheduler.name}. One starts when a cell of a notebook needs it.")
    else:
        print(as_table(rows))
    return 0


def living(scheduler: Scheduler) -> dict[JobId, JobStatus]:
    """The user's jobs that wait or run; some schedulers name for a while those that are over."""
    return {job: status for job, status in scheduler.describe().items() if status.state is not JobState.GONE}


def row_of(status: JobStatus) -> JobRow:
    """A job as it is printed."""
    return JobRow(
        job=status.job,
        name=status.name,
        state=status.state,
        reason=str(status.reason or ""),
        queue=status.queue,
        account=status.account,
        nodes=status.nodes,
        cores=status.cores,
        hosts=status.hosts,
        waited_s=status.waited_s,
        ran_s=status.ran_s,
        time_left_s=status.time_left_s,
        is_ours=bool(cluster_of(status.name)),
        cluster=cluster_of(status.name),
    )


def as_table(rows: list[JobRow]) -> str:
    """The jobs for people; those of ours have a star."""
    head = ("", "job", "name", "state", "nodes", "cores", "queue", "for", "left", "why")
    lines = [
        (
            "*" if row.is_ours else " ",
            row.job,
            row.name,
            row.state,
            row.nodes,
            row.cores,
            row.queue,
            _seconds(row.ran_s if row.ran_s is not None else row.waited_s),
            _seconds(row.time_left_s),
            row.reason,
        )
        for row in rows
    ]
    note = "\n* started by Funicular" if any(row.is_ours for row in rows) else ""
    return table(head, lines) + note


def _cancel(scheduler: Scheduler, jobs: dict[JobId, JobStatus], options: argparse.Namespace) -> int:
    job = JobId(options.cancel)
    if job not in jobs:
        raise NoSuchJob(
            f"There is no job {job} of yours that waits or runs.",
            why=f"you have: {', '.join(jobs)}" if jobs else f"you have no jobs on {scheduler.name}",
            next_step="List them with: funicular jobs",
        )
    name = jobs[job].name
    if not cluster_of(name) and not agrees(
        f"Job {job} ({name}) was not started by Funicular. End it?", yes=options.yes
    ):
        return 1
    scheduler.cancel([job])
    if options.json:
        print_json({"cancelled": [job]})
    else:
        print(f"Job {job} ({name}) was told to end.")
    return 0


def _seconds(value: float | None) -> str | None:
    return None if value is None else format_seconds(value)
