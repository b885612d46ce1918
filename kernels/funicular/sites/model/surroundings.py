"""What is around a job: network, files, software, its script, the price, what else there is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from funicular.sites.model.base import Facts, Reach


class Interconnect(Facts):
    """The network between nodes.   interfaces: names to try, the likeliest first."""

    fabric: str | None = None
    interfaces: tuple[str, ...] = ()
    environment: dict[str, str] = Field(default_factory=dict)
    note: str = ""


class Storage(Facts):
    """Where files can be; paths as the site writes them, with what is limited there."""

    home: str = ""
    project: str = ""
    scratch: str = ""
    fast: str = ""
    archive: str = ""
    node_local: str = ""
    purge: str = ""
    quota_command: str = ""
    environment: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    note: str = ""


class Network(Facts):
    """Who reaches whom."""

    compute_to_internet: Reach | None = None
    login_to_internet: Reach | None = None
    login_to_compute: Reach | None = None
    note: str = ""


class Software(Facts):
    """Modules, containers, and what Python there is."""

    module_system: str = ""
    modules_on_login: bool | None = None
    pre_modules: tuple[str, ...] = ()
    python_modules: tuple[str, ...] = ()
    jupyter_modules: tuple[str, ...] = ()
    containers: str = ""
    install: Literal["anywhere", "on login nodes", "in a job", "offline"] | None = None
    note: str = ""


class JobScript(Facts):
    """What a job's script needs here besides its options."""

    shebang: str = "#!/bin/bash"
    environment: dict[str, str] = Field(default_factory=dict)
    unset: tuple[str, ...] = ()
    login_shell: bool = False
    skip: tuple[str, ...] = ()  # options that must not be given


class Accounting(Facts):
    """What hours are called here.   commands: what tells a user how many are left."""

    unit: str = ""
    commands: tuple[str, ...] = ()
    note: str = ""


class JupyterFacts(Facts):
    """What the site itself offers for notebooks."""

    service: str = ""
    url: str = ""
    note: str = ""


class Qpu(Facts):
    """A quantum computer beside this machine. Shown, not driven."""

    name: str
    technology: str = ""
    qubits: str = ""
    status: str = ""
    access: str = ""
    sources: tuple[str, ...] = ()
