"""Whether a controller on another host is there, by the word of the scheduler whose job it runs in.

That it does not answer is never taken for its being gone; that its job is over is.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass

from funicular.clusters.private import write_private
from funicular.clusters.registry import Entry, cluster_folder
from funicular.errors import FunicularError
from funicular.messages import from_json, to_json
from funicular.schedulers.base import JobId, JobState, JobStatus, NoAnswer, Scheduler
from funicular.schedulers.watch import APPEARS_WITHIN_S

FRESH_S = 10.0  # six questions a minute, whoever asks: kernels, the Jupyter server and the command line
FRESH_LOCAL_S = 0.5  # only our own files are read
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the scheduler said of the job.   when_s: Unix time.   state: as ``JobState``, or ``unknown``.

    text, code, next_step, is_hopeless: why it waits or how it ended.
    """

    job: str
    when_s: float
    state: str = UNKNOWN
    text: str = ""
    code: str = ""
    next_step: str = ""
    is_hopeless: bool = False
    hosts: tuple[str, ...] = ()
    ran_s: float | None = None
    time_left_s: float | None = None

    @property
    def is_over(self) -> bool:
        return self.state == JobState.GONE.value

    @property
    def reason(self) -> str:
        return f"{self.text} ({self.code})" if self.code and self.text else self.text


def alive(entry: Entry) -> bool | None:
    """Whether the controller runs; ``None``: nobody knows. May ask the scheduler, which blocks."""
    if entry.is_alive is not None or not entry.job:
        return entry.is_alive
    return False if look(entry).is_over else None


def look(entry: Entry, *, fresh_s: float | None = None) -> Seen:
    """The job that the controller runs in, or comes in, as the scheduler sees it; ten seconds old at most."""
    if fresh_s is None:
        fresh_s = FRESH_LOCAL_S if entry.site == "local" else FRESH_S
    path = cluster_folder(entry.name) / "seen.json"
    with contextlib.suppress(OSError, ValueError, FunicularError):
        known = from_json(Seen, json.loads(path.read_text(encoding="utf-8")))
        if known.job == entry.job and (known.is_over or abs(time.time() - known.when_s) < fresh_s):
            return known
    found = _ask(entry)
    with contextlib.suppress(OSError, FunicularError):  # a full disk: it is asked again
        write_private(path, json.dumps(to_json(found)))
    return found


def site_of(entry: Entry) -> Scheduler:
    """The scheduler that this cluster's jobs are on."""
    from funicular.schedulers import catalogue

    return catalogue.find(entry.site)


def _ask(entry: Entry) -> Seen:
    now = time.time()
    try:
        status = site_of(entry).describe([JobId(entry.job)]).get(JobId(entry.job))
    except NoAnswer as error:
        return Seen(entry.job, now, text=error.what)
    if status is None and now - entry.created_s < APPEARS_WITHIN_S:
        return Seen(entry.job, now, JobState.PENDING.value)
    if status is None:
        return Seen(entry.job, now, JobState.GONE.value, "the scheduler does not know the job any more")
    return seen_of(status, now)


def seen_of(status: JobStatus, now_s: float) -> Seen:
    """A scheduler's answer as what is kept of it."""
    reason = status.reason
    return Seen(
        str(status.job),
        now_s,
        status.state.value,
        reason.text if reason else "",
        reason.code if reason else status.state_code,
        reason.next_step if reason else "",
        bool(reason and reason.hopeless),
        status.hosts,
        status.ran_s,
        status.time_left_s,
    )
