"""What this machine is and where its users can wait: the live scheduler, in the terms of a known site."""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING

from funicular.errors import FunicularError
from funicular.schedulers.base import NamesItsMachine, Queue, Scheduler
from funicular.sites import glance
from funicular.sites.detect import LOCAL

if TYPE_CHECKING:
    from funicular.sites.recognise import Recognised


def queues_here(scheduler: Scheduler, environ: Mapping[str, str] = os.environ) -> tuple[Queue, ...]:
    """The queues of this scheduler for this user, the default one first.

    On a machine that is known they are named and asked for as this site wants it. May raise ``NoAnswer``,
    and ``ProfileBroken`` for a profile of the user's or of the administrators' that cannot be read.
    """
    live = scheduler.queues()
    if scheduler.name == LOCAL:
        return live
    found = profile_here(scheduler, environ)
    if found is None:
        return live
    from funicular.sites.own_terms import in_own_terms

    return in_own_terms(live, found.profile, machine=platform.machine())


def profile_here(scheduler: Scheduler, environ: Mapping[str, str] = os.environ) -> Recognised | None:
    """The profile of this machine, if it is known. May raise ``ProfileBroken``."""
    host, cluster = socket.getfqdn(), cluster_name(scheduler)
    if not glance.may_be_known(host=host, cluster=cluster, environ=environ):
        return None
    from funicular.sites.known import profiles
    from funicular.sites.recognise import recognise

    return recognise(profiles(environ).values(), host=host, environ=environ, cluster=cluster)


def may_forbid_servers(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether it is worth asking ``no_servers``, by this host's name and environment alone: asks nobody."""
    return glance.may_be_known(host=socket.getfqdn(), cluster=None, environ=environ)


def no_servers(scheduler: Scheduler, environ: Mapping[str, str] = os.environ) -> str:
    """Why no server may run on this machine's login nodes, by its profile; empty where one may."""
    if scheduler.name == LOCAL:
        return ""
    found = profile_here(scheduler, environ)
    if found is None or found.profile.access.login_servers != "forbidden":
        return ""
    return f"login nodes of {found.profile.name} forbid servers ({found.because})"


def cluster_name(scheduler: Scheduler) -> str | None:
    """What the scheduler calls this machine, if it says so; that it does not answer is no trouble here."""
    try:
        return scheduler.cluster_name() if isinstance(scheduler, NamesItsMachine) else None
    except FunicularError:
        return None
