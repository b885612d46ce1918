"""Which known site a machine is: by what the user says, its environment, its scheduler, its name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch

from funicular.sites.glance import LABELS, SETTING
from funicular.sites.model import Profile


@dataclass(frozen=True, slots=True)
class Recognised:
    """A profile and the sentence that says why it is this one."""

    profile: Profile
    because: str


def recognise(
    profiles: Iterable[Profile], *, host: str, environ: Mapping[str, str], cluster: str | None = None
) -> Recognised | None:
    """The profile of this machine; ``None``: none is known, which is no trouble.

    host: the machine's full name.   cluster: what its Slurm calls itself (``ClusterName``).
    """
    known = list(profiles)
    if setting := environ.get(SETTING):
        named = next((each for each in known if each.id == setting.lower()), None)
        return Recognised(named, f"{SETTING} says so") if named else None
    for each in known:
        for name, value in each.environment.items():
            if environ.get(name) == value:
                return Recognised(each, f"{name} is {value}")
    for each in known:
        names = {each.id, *(name.lower() for name in each.clusters)}
        if cluster and cluster.lower() in names:
            return Recognised(each, f"its Slurm is called {cluster}")
    for each in known:
        if is_host_of(host, each):
            return Recognised(each, f"this machine is called {host}")
    return None


def is_host_of(host: str, profile: Profile) -> bool:
    """Whether a machine of this name belongs to the site: a login host, or one in its own domain."""
    host = host.lower().rstrip(".")
    for login in profile.access.login_hosts:
        if host == login and "." in host:  # many machines have a login01
            return True
        domain = login.partition(".")[2]
        if domain.count(".") >= LABELS - 1 and host.endswith(f".{domain}"):
            return True
    return any(fnmatch(host, pattern) for pattern in profile.access.hosts)


def fits_account(account: str, profile: Profile) -> bool:
    """Whether an account may be called this here; anything may where no form is known."""
    return profile.account.form is None or re.fullmatch(profile.account.form, account) is not None
