"""What jobs have cost that nobody saw to their end, from what the scheduler and its accounting know.

A dead controller's job counts at its whole commitment until more is known, or its limit has passed.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from funicular.clusters.budget import Cost
from funicular.clusters.ledger import ACCOUNTED, ENDED, Charge, Line
from funicular.processes import ProcessId, process_id
from funicular.schedulers.base import JobId, JobState, JobStatus, KeepsAccounts, NoAnswer, Scheduler, Usage

LOOKS_BACK_S = 30 * 86400.0
MOST_ASKED = 500  # jobs in one question


def own_run() -> str:
    """This process, as ledger lines name it."""
    me = process_id()
    return f"{socket.gethostname()}/{me.pid}/{me.started}"


def run_is_dead(run: str) -> bool:
    """Whether that controller is gone. One on another host is taken to be alive."""
    host, pid, started = [*run.split("/"), "", ""][:3]
    if host != socket.gethostname() or not pid.isdecimal() or not started.isdecimal():
        return False
    return not ProcessId(int(pid), int(started)).is_alive


def run_is_elsewhere(run: str) -> bool:
    """Whether nobody here can look at that controller; ``""``: a job that was to bring one."""
    return run.partition("/")[0] != socket.gethostname()


def unsettled(
    found: Iterable[Charge],
    *,
    site: str,
    now_s: float,
    is_dead: Callable[[str], bool] = run_is_dead,
    is_elsewhere: Callable[[str], bool] = run_is_elsewhere,
) -> tuple[Charge, ...]:
    """Jobs of this site whose cost may still be learnt: those of dead controllers, and those only seen.

    Of a controller on another host nobody here knows whether it is dead: the scheduler is asked about its
    jobs, and says of each whether that is over.
    """
    runs: dict[str, bool] = {}
    chosen = [
        charge
        for charge in found
        if charge.source != "accounting"
        and charge.first.site == site
        and now_s - charge.first.when_s < LOOKS_BACK_S
        and (
            not charge.is_open
            or (is_elsewhere(charge.first.run) and (charge.job or now_s > charge.over_at_s))
            or runs.setdefault(charge.first.run, is_dead(charge.first.run))
        )
    ]
    return tuple(chosen[-MOST_ASKED:])


def conclude(
    charge: Charge, usage: Usage | None, status: JobStatus | None, *, is_asked: bool, now_s: float
) -> Line | None:
    """The line that settles this job, or ``None`` while nothing better is known.

    is_asked: the scheduler answered; then a job that it does not name is none that waits or runs.
    """
    line = replace(charge.first, event=ENDED, when_s=now_s, job=charge.job)
    if usage is not None:
        return _accounted(line, usage) if usage.is_over else None
    if not charge.is_open or (status is not None and status.state is not JobState.GONE):
        return None
    if status is not None:
        return _ran(line, charge.rate, status.ran_s or 0.0)
    if is_asked and not charge.job:  # it never reached the scheduler
        return _ran(line, charge.rate, 0.0)
    if now_s < charge.over_at_s:
        return None
    if charge.started_s is None:
        return _ran(line, charge.rate, 0.0)
    most = charge.commitment
    return replace(_with_cost(line, most), since_s=charge.over_at_s)


def settle(scheduler: Scheduler, charges: tuple[Charge, ...], *, now_s: float) -> list[Line]:
    """Ask about these jobs, at most one question to accounting and one to the scheduler; the lines to add."""
    if not charges:
        return []
    accounted = usages(scheduler, [JobId(charge.job) for charge in charges if charge.job])
    rest = [charge for charge in charges if charge.is_open and charge.job not in accounted]
    known: Mapping[JobId, JobStatus] | None = {}
    if rest:
        known = _known(scheduler, rest)
    by_name = {status.name: status for status in (known or {}).values()}
    lines = [
        conclude(
            charge,
            accounted.get(JobId(charge.job)),
            (known or {}).get(JobId(charge.job)) or by_name.get(charge.first.name),
            is_asked=known is not None,
            now_s=now_s,
        )
        for charge in charges
    ]
    return [line for line in lines if line is not None]


def usages(scheduler: Scheduler, jobs: list[JobId]) -> dict[JobId, Usage]:
    """What accounting says; nothing where there is none that can be read."""
    if jobs and isinstance(scheduler, KeepsAccounts):
        with contextlib.suppress(NoAnswer):
            return scheduler.usage(jobs)
    return {}


def _known(scheduler: Scheduler, charges: list[Charge]) -> dict[JobId, JobStatus] | None:
    """What the scheduler says about these jobs, those without a number by name; ``None``: no answer."""
    try:
        jobs = [JobId(charge.job) for charge in charges if charge.job]
        known = scheduler.describe(jobs) if jobs else {}
        if len(jobs) < len(charges):
            known = {**scheduler.describe(None), **known}
        return known
    except NoAnswer:
        return None


def _accounted(line: Line, usage: Usage) -> Line:
    billing = line.billing or None if usage.billing is None else usage.billing
    return replace(
        line,
        event=ACCOUNTED,
        since_s=usage.ended_s,
        ran_s=usage.ran_s,
        core_s=usage.cores * usage.ran_s,
        node_s=usage.nodes * usage.ran_s,
        gpu_s=usage.gpus * usage.ran_s,
        billing_s=None if billing is None else billing * usage.ran_s,
    )


def _ran(line: Line, rate: Cost, seconds: float) -> Line:
    return replace(_with_cost(line, rate.times(seconds)), ran_s=seconds)


def _with_cost(line: Line, cost: Cost) -> Line:
    return replace(
        line, core_s=cost.core_s, node_s=cost.node_s, gpu_s=cost.gpu_s, billing_s=cost.billing_s or None
    )
