"""How a person, a program and an account get in."""

from __future__ import annotations

from typing import Literal

from funicular.sites.model.base import Facts, Positive, Walltime


class Status(Facts):
    """Whether users can log in today."""

    state: Literal["in service", "early access", "planned", "selected"]
    since: str = ""
    expected: str = ""
    note: str = ""

    @property
    def is_in_service(self) -> bool:
        return self.state in ("in service", "early access")


class SchedulerFacts(Facts):
    """The batch system, and by what its users choose where to wait."""

    name: str
    version: str | None = None
    select_by: tuple[Literal["partition", "qos", "account", "constraint"], ...]
    default_walltime: Walltime | None = None
    launcher: Literal["srun", "mpirun"] = "srun"
    requeues: bool | None = None  # jobs are put back by themselves after a failure
    rest_api: str | None = None
    note: str = ""


class Access(Facts):
    """How a person and a program get in.   login_hosts: names, also to know the site by."""

    login_hosts: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()  # patterns of host names inside, such as ``uan*``
    port: Positive = 22
    two_factor: bool | None = None
    vpn: bool | None = None
    ip_allow_list: bool | None = None
    login_arch: Literal["x86_64", "aarch64"] | None = None
    login_servers: Literal["allowed", "forbidden"] | None = None  # long-running programs on login nodes
    login_policy: str = ""
    compute_ssh: bool | None = None
    note: str = ""


class AccountRule(Facts):
    """How the name of an account is made.   form: a regular expression for the whole name.

    per: what has an account of its own.   equals_qos: the QoS has the same name and must be given.
    """

    form: str | None = None
    example: str = ""
    per: Literal["project", "architecture", "resource", "gpu type"] = "project"
    equals_qos: bool = False
    is_needed: bool = True
