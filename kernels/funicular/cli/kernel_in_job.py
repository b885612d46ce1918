"""``funicular kernel install --in-job``: the installation runs as a small job, and its output comes here."""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funicular.bundles import texts
from funicular.bundles.environment import register
from funicular.bundles.installing import Wanted
from funicular.bundles.manifest import WHEELS
from funicular.bundles.own_wheel import own_wheel
from funicular.cli.shown import site_setting
from funicular.clusters import choices
from funicular.clusters.interrupts import Interrupts
from funicular.clusters.jobqueue import read_defaults
from funicular.clusters.jobs import planned_job
from funicular.clusters.planning import OtherProcessor, plan_wish, runs_on
from funicular.clusters.private import private_folder
from funicular.clusters.registry import state_home
from funicular.errors import FunicularError
from funicular.messages import Wish
from funicular.schedulers.base import JobId, JobSpec, JobState, JobStatus, NoAnswer, Queue, Scheduler
from funicular.schedulers.pace import Pace, a_minute
from funicular.schedulers.watch import APPEARS_WITHIN_S
from funicular.sites.detect import LOCAL, choose_site
from funicular.sites.here import profile_here, queues_here
from funicular.sites.policy import policy_for
from funicular.sites.request import AccountNeeded, RequestRefused
from funicular.units import format_seconds

if TYPE_CHECKING:
    from funicular.sites.model import Profile

Tell = Callable[[str], None]
JOB_NAME = "funicular-install"
LOOKS_EVERY_S = 0.3  # at the log, a file; the scheduler is asked at its own pace
FOREIGN = "Name a Python of these nodes, to install there: --python /path/on/the/nodes/python3"
RESULT_WITHIN_S = 15.0  # after the job is over
SEEN_WITHIN_S = 60.0  # file systems may show a new file late: NFS keeps what it knows for up to a minute


class InstallJobFailed(FunicularError):
    """The job that was to install ended without having done it."""

    code = "install-job-failed"
    status = 502


def add_options(parser: argparse.ArgumentParser) -> None:
    """Whether it runs in a job, and in which."""
    parser.add_argument("--in-job", action="store_true", help="install in a job, where nodes have internet")
    parser.add_argument("--queue", help="the queue of that job")
    parser.add_argument("--account", help="the account that pays for it")
    parser.add_argument("--hours", type=float, help="how long it may take at most (default: 1)")
    parser.add_argument("--site", help="auto, local or slurm (by default $FUNICULAR_SITE, else auto)")


def install(options: argparse.Namespace, wish: Wanted, tell: Tell) -> dict[str, Any]:
    """Submit the job, follow it to its end, and give what was done. Ctrl-C ends the job."""
    scheduler = choose_site(site_setting(options))
    queues = queues_here(scheduler)
    asked = Wish(cores=1, queue=options.queue, account=options.account, hours=options.hours)
    if asked.queue is None and wish.bundle is None and (online := _online(scheduler, queues, tell)):
        asked = replace(asked, queue=online)
    folder = private_folder(private_folder(state_home() / "installs") / secrets.token_hex(4))
    try:
        (folder / WHEELS).mkdir()
        own_wheel(folder / WHEELS, wish.wheel)
        (folder / texts.INSTALL).write_text(texts.install_script(), encoding="utf-8")
        spec, is_foreign = job_of(scheduler, queues, asked, options, wish, folder)
        done = follow(scheduler, spec, folder / "result.json", tell)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # a job that is not known of finds nothing to run
    if wish.kernel is not None and not is_foreign:
        _wait_for(wish.folder / "bin" / "python")
        tell("Registering the kernel.")
        done["kernel"] = register(wish.folder, wish.kernel)
    return done


def with_internet(profile: Profile, queues: tuple[Queue, ...], machine: str) -> str | None:
    """The queue whose nodes reach the internet, by what is known of this site; else ``None``. Pure.

    One that is offered to everybody, without GPUs and in parts of a node, goes before others.
    """
    nodes = {each.name: profile.node_types.get(each.nodes or "") for each in profile.queues}
    online = [
        each
        for each in queues
        if (node := nodes.get(each.name))
        and node.internet == "yes"
        and each.is_open
        and runs_on(machine, each)
    ]
    online.sort(key=lambda each: (each.needs_gpu, not each.is_offered, not each.is_shared))
    return online[0].name if online else None


def _online(scheduler: Scheduler, queues: tuple[Queue, ...], tell: Tell) -> str | None:
    found = None if scheduler.name == LOCAL else profile_here(scheduler)
    if found is None:
        return None
    online = with_internet(found.profile, queues, platform.machine())
    if online is not None:
        tell(f"Queue {online}: its nodes reach the internet, as far as is known of {found.profile.name}.")
    elif found.profile.network and found.profile.network.compute_to_internet == "no":
        tell(f"Compute nodes of {found.profile.name} are known to have no internet: a bundle may be needed.")
    return online


def job_of(
    scheduler: Scheduler,
    queues: tuple[Queue, ...],
    asked: Wish,
    options: argparse.Namespace,
    wish: Wanted,
    folder: Path,
) -> tuple[JobSpec, bool]:
    """The job, and whether its nodes have another kind of processor than this machine.

    Who names a Python may install on such nodes. Raises what planning raises.
    """
    policy, defaults = policy_for(scheduler.name), read_defaults(scheduler.name)
    named = next((queue for queue in queues if queue.name == asked.queue), None)
    machine = named.architecture if options.python and named and named.architecture else platform.machine()
    try:
        plan = plan_wish(
            asked,
            queues,
            site=scheduler.name,
            defaults=defaults,
            policy=policy,
            chosen_account=choices.accounts().get(scheduler.name),
            machine=machine,
        )
    except OtherProcessor as error:
        raise OtherProcessor(error.what, why=error.why, next_step=FOREIGN) from error
    except AccountNeeded as error:
        raise AccountNeeded(error.what, why=error.why, next_step="Name one: --account NAME") from error
    except RequestRefused as error:
        names = ", ".join(queue.name for queue in queues)
        way_out = f"Name a queue: --queue, of {names}"
        raise RequestRefused(error.what, why=error.why, next_step=way_out) from error
    is_foreign = named is not None and not runs_on(platform.machine(), named)
    command = (wish.python, str(folder / texts.INSTALL), *arguments(wish, with_kernel=is_foreign))
    spec = planned_job(
        plan,
        name=JOB_NAME,
        command=(*command, "--result", str(folder / "result.json")),
        folder=folder,
        defaults=defaults.after(policy.prologue),
    )
    return spec, is_foreign


def arguments(wish: Wanted, *, with_kernel: bool) -> list[str]:
    """What ``install.py`` is told, as a list: no shell reads it."""
    said = [f"--environment={wish.folder}", f"--extras={','.join(wish.extras)}"]
    said += [f"--from={wish.bundle}"] if wish.bundle else []
    if not with_kernel or wish.kernel is None:
        return [*said, "--no-kernel"]
    kernel = wish.kernel
    return [*said, f"--name={kernel.name}", f"--display-name={kernel.display_name}", *kernel.where]


def follow(scheduler: Scheduler, spec: JobSpec, result: Path, tell: Tell) -> dict[str, Any]:
    """Submit it and hand on its output until it is over; gives its result.

    However this is left, no job of it stays. Raises ``InstallJobFailed``.
    """
    with Interrupts() as interrupts:
        job: JobId | None = None
        try:
            with interrupts.held():
                job = scheduler.submit(spec)
            tell(f"Submitted job {job} to {spec.queue} for at most {format_seconds(spec.walltime_s)}.")
            last = _until_over(scheduler, job, spec.log, result, tell)
            job = None
        finally:
            if job is not None:
                with interrupts.held():
                    _end(scheduler, job, tell)
    if result.exists():
        done: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return done
    raise InstallJobFailed(
        "The job ended before the installation was done.",
        why="\n".join([*last[0], *last[1][-8:]]) or "it said nothing",
        next_step="Without internet on its nodes, name another queue (--queue), or use a bundle: "
        "funicular bundle. If time ran out, give it more: --hours 2",
    )


def _until_over(
    scheduler: Scheduler, job: JobId, log: Path, result: Path, tell: Tell
) -> tuple[list[str], list[str]]:
    """Why the job ended, as far as the scheduler says, and all lines that it put out."""
    began = time.monotonic()
    pace, lines, said, seen = Pace(a_minute(scheduler.name), began), Lines(log), "", False
    status: JobStatus | None = None
    while True:
        lines.hand_on(tell)
        if result.exists():
            break
        if time.monotonic() < pace.next_at():
            time.sleep(LOOKS_EVERY_S)
            continue
        try:
            status = scheduler.describe([job]).get(job, None)
        except NoAnswer as silence:
            if said != silence.what:
                tell(silence.what)
                said = silence.what
            pace = pace.after_question(time.monotonic(), changed=False)
            continue
        words = _in_words(job, status)
        pace = pace.after_question(time.monotonic(), changed=words != said)
        if words != said:
            said = words
            tell(words)
        if status is None:
            if seen or time.monotonic() - began > APPEARS_WITHIN_S:
                break
            continue
        seen = True
        if status.reason is not None and status.reason.hopeless and status.state is JobState.PENDING:
            raise InstallJobFailed(
                "The job will not start as it is.", why=str(status.reason), next_step=status.reason.next_step
            )
        if status.state is JobState.GONE:
            break
    if not result.exists():
        with contextlib.suppress(TimeoutError):
            _seen(result, lines, tell, within_s=RESULT_WITHIN_S if scheduler.name != LOCAL else 1.0)
    lines.hand_on(tell)
    reason = [str(status.reason)] if status is not None and status.reason else []
    return reason, lines.all


def _seen(path: Path, lines: Lines, tell: Tell, *, within_s: float) -> None:
    """Wait for a file that another host has written; the log goes on meanwhile."""
    until = time.monotonic() + within_s
    while not path.exists():
        if time.monotonic() > until:
            raise TimeoutError
        with contextlib.suppress(OSError):
            list(path.parent.iterdir())  # has the file system look again
        lines.hand_on(tell)
        time.sleep(LOOKS_EVERY_S)


class Lines:
    """The whole lines that a growing file has."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._rest = b""
        self.all: list[str] = []

    def hand_on(self, tell: Tell) -> None:
        """Tell those that came since."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._at)
                new = file.read()
        except FileNotFoundError:
            return
        self._at += len(new)
        *whole, self._rest = (self._rest + new).split(b"\n")
        for line in whole:
            self.all.append(line.decode("utf-8", errors="replace"))
            tell(f"  {self.all[-1]}")


def _end(scheduler: Scheduler, job: JobId, tell: Tell) -> None:
    try:
        scheduler.cancel([job])
        tell(f"Job {job} was told to end.")
    except FunicularError as problem:
        tell(f"{problem}\nJob {job} may still run. End it with: funicular jobs --cancel {job}")


def _in_words(job: JobId, status: JobStatus | None) -> str:
    if status is None:
        return f"Job {job} is not listed."
    words = {
        JobState.PENDING: "waits",
        JobState.RUNNING: "runs",
        JobState.ENDING: "ends",
        JobState.GONE: "is over",
    }
    where = f" on {', '.join(status.hosts)}" if status.hosts and status.state is JobState.RUNNING else ""
    why = f": {status.reason}" if status.reason else ""
    return f"Job {job} {words[status.state]}{where}{why}."


def _wait_for(python: Path) -> None:
    until = time.monotonic() + SEEN_WITHIN_S
    while not python.exists():
        if time.monotonic() > until:
            raise InstallJobFailed(
                f"The job made {python.parent.parent}, but this machine does not see it.",
                why="it is on a disk of the node that is not shared",
                next_step="Choose a folder on a shared file system, such as your home: --environment DIR",
            )
        time.sleep(LOOKS_EVERY_S)


def is_wanted(options: argparse.Namespace) -> bool:
    """Whether a job is asked for. Raises for options that mean nothing without one."""
    alone = [f"--{name}" for name in ("queue", "account", "hours") if getattr(options, name) is not None]
    if alone and not options.in_job:
        raise InstallJobFailed(
            f"{', '.join(alone)} is about a job, and none was asked for.",
            next_step="Add --in-job, or leave it out.",
        )
    return bool(options.in_job)
