"""What scheduler, profile and policy say of this machine: asked once, for all probes."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass

from funicular.clusters.own_job import own_job
from funicular.errors import FunicularError
from funicular.schedulers import catalogue
from funicular.schedulers.base import Availability, Queue, Scheduler
from funicular.sites.detect import LOCAL
from funicular.sites.here import cluster_name, profile_here, queues_here
from funicular.sites.model import Profile
from funicular.sites.policy import Policy, policy_for

NO_POLICY = Policy()


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error as words: of what the doctor asked, and why that did not work."""

    what: str
    why: str = ""
    next_step: str = ""

    @classmethod
    def of(cls, error: FunicularError) -> Trouble:
        return cls(error.what, error.why, error.next_step)


@dataclass(frozen=True, slots=True)
class Place:
    """This machine as others describe it.   site: the scheduler in use.   others: those not in use, and why.

    answered_in_s: how long the scheduler took to say that it is there.   job: the one we run in, if any.
    queues: ``None`` where the scheduler did not list them; then ``trouble`` says why.
    """

    site: str
    availability: Availability
    host: str = ""
    answered_in_s: float = 0.0
    others: tuple[tuple[str, str], ...] = ()
    cluster: str | None = None
    queues: tuple[Queue, ...] | None = ()
    trouble: Trouble | None = None
    profile: Profile | None = None
    because: str = ""
    policy: Policy = NO_POLICY
    job: str | None = None
    queue: str | None = None

    @property
    def is_local(self) -> bool:
        return self.site == LOCAL

    @property
    def takes_jobs(self) -> bool:
        """Whether there is a queue to send a job to: the one that was named, or any."""
        return any(self.queue in (None, each.name) for each in self.queues or ())

    @property
    def forbids_servers(self) -> bool:
        """Whether site or administrators forbid servers on login nodes."""
        by_profile = self.profile is not None and self.profile.access.login_servers == "forbidden"
        return self.job is None and (by_profile or self.policy.controller_placement == "block")


def look(setting: str, queue: str | None = None) -> Place:
    """Ask the scheduler that this setting (``auto`` or a name) means. Raises ``UnknownScheduler`` alone."""
    names = [setting] if setting != "auto" else [name for name in catalogue.names() if name != LOCAL]
    others: list[tuple[str, str]] = []
    for name in names:
        site, begun = catalogue.find(name), time.monotonic()
        said = site.available()
        if said.here or setting != "auto":
            return _look(site, said, time.monotonic() - begun, tuple(others), queue)
        others.append((name, said.why_not))
    here = catalogue.find(LOCAL)
    return _look(here, here.available(), 0.0, tuple(others), queue)


def _own_name() -> str:
    name = socket.getfqdn()
    return socket.gethostname() if name.startswith("localhost") else name


def _look(
    site: Scheduler, said: Availability, took_s: float, others: tuple[tuple[str, str], ...], queue: str | None
) -> Place:
    job = own_job(site.name)
    place = {
        "site": site.name,
        "availability": said,
        "host": _own_name(),
        "answered_in_s": took_s,
        "others": others,
        "job": None if job is None else str(job),
        "queue": queue,
    }
    if not said.here:
        return Place(**place, queues=None, trouble=Trouble(f"{site.name} did not answer.", said.why_not))  # type: ignore[arg-type]
    try:
        policy = policy_for(site.name, os.environ)
        queues = queues_here(site)
        found = None if site.name == LOCAL else profile_here(site)
    except FunicularError as error:
        return Place(**place, cluster=cluster_name(site), queues=None, trouble=Trouble.of(error))  # type: ignore[arg-type]
    return Place(
        **place,  # type: ignore[arg-type]
        cluster=cluster_name(site),
        queues=policy.order(queues),
        profile=found.profile if found else None,
        because=found.because if found else "",
        policy=policy,
    )
