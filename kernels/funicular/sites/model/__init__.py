"""What can be known of a site before anybody asks its scheduler: the model of a profile.

A profile is a file of facts from public sources. They are hints: where the live scheduler says otherwise,
it is right. ``None`` means that no source says it. What users and administrators write of it: docs/sites.md.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from funicular.sites.model.base import Facts
from funicular.sites.model.entrance import Access, AccountRule, SchedulerFacts, Status
from funicular.sites.model.nodes import NodeType, QueueFacts
from funicular.sites.model.surroundings import (
    Accounting,
    Interconnect,
    JobScript,
    JupyterFacts,
    Network,
    Qpu,
    Software,
    Storage,
)


class Profile(Facts):
    """One system.   last_verified: when somebody last looked at the sources.

    clusters: what Slurm calls it (``ClusterName``), besides the id.   environment: variables that tell that
    one is there.   unverified: paths of fields (``queues.3.max_nodes``)
    that are plausible or about which sources disagree, and why; set by the reader, not by a field.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    host: str
    clusters: tuple[str, ...] = ()
    environment: dict[str, str] = Field(default_factory=dict)
    status: Status
    scheduler: SchedulerFacts | None = None
    access: Access = Access()
    account: AccountRule = AccountRule()
    node_types: dict[str, NodeType] = Field(default_factory=dict)
    queues: tuple[QueueFacts, ...] = ()
    interconnect: Interconnect = Interconnect()
    storage: Storage = Storage()
    network: Network = Network()
    software: Software = Software()
    job_script: JobScript = JobScript()
    accounting: Accounting = Accounting()
    jupyter: JupyterFacts = JupyterFacts()
    controller_placement: Literal["notebook", "block"] | None = None
    qpu: tuple[Qpu, ...] = ()
    quirks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    confidence: str = ""
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    last_verified: date
    unverified: dict[str, str] = Field(default_factory=dict, exclude=True)

    def is_sure(self, path: str) -> bool:
        """Whether a source states this field for this system."""
        return path not in self.unverified
