"""Which scheduler to use: the one named, else a batch system that answers here, else this machine."""

from __future__ import annotations

import os

from funicular.schedulers import catalogue
from funicular.schedulers.base import Scheduler, SchedulerError

LOCAL = "local"


class SiteNotHere(SchedulerError):
    """The scheduler that was asked for does not answer on this machine."""

    code = "site-not-here"
    status = 503


def choose_site(setting: str | None = None) -> Scheduler:
    """The scheduler for ``setting`` (``auto`` or a name; by default ``$FUNICULAR_SITE``, else ``auto``).

    Raises ``SiteNotHere`` when one was named that does not answer here, ``UnknownScheduler`` for a name
    that nobody knows.
    """
    setting = (setting or os.environ.get("FUNICULAR_SITE") or "auto").strip().lower()
    if setting != "auto":
        named = catalogue.find(setting)
        here = named.available()
        if not here.here:
            raise SiteNotHere(
                f"The scheduler {setting} does not answer on this machine.",
                why=here.why_not,
                next_step="Log in to the supercomputer, or set FUNICULAR_SITE=local to use this machine.",
            )
        return named
    batch = [catalogue.find(name) for name in catalogue.names() if name != LOCAL]
    return next((one for one in batch if one.available().here), None) or catalogue.find(LOCAL)
