"""Where a cluster's controller runs: beside the notebook, or inside the cluster's first job. Pure.

Login nodes of many sites forbid servers; a controller is one. Inside a job nobody minds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from funicular.schedulers.base import JobId
from funicular.schedulers.settings import UnreadableSetting
from funicular.sites.policy import Policy

NOTEBOOK, BLOCK = "notebook", "block"
SETTING = "FUNICULAR_PLACEMENT"


@dataclass(frozen=True, slots=True)
class Placement:
    """where: ``notebook`` or ``block``.   why: a sentence."""

    where: str
    why: str

    @property
    def is_block(self) -> bool:
        return self.where == BLOCK


def may_be_block(policy: Policy, environ: Mapping[str, str], *, may_forbid: bool) -> bool:
    """Whether anything could ask for ``block``; if not, nobody need be asked before the controller starts.

    may_forbid: whether this may be a site whose login nodes forbid servers.
    """
    return bool(environ.get(SETTING, "").strip()) or policy.controller_placement == BLOCK or may_forbid


def choose_placement(
    policy: Policy, job: JobId | None, environ: Mapping[str, str], *, site_forbids: str = ""
) -> Placement:
    """Where the controller of a new cluster runs.

    job: the one that the notebook itself runs in, if it does: a server is at home there.
    site_forbids: why what is known of this site keeps servers off its login nodes; empty where it does not.
    The administrators' word goes before that; where neither speaks, the user's does.
    The user may ask for ``block`` anywhere; ``notebook`` only where the administrators allow it.
    Raises ``UnreadableSetting``.
    """
    asked = environ.get(SETTING, "").strip().lower()
    if asked not in ("", NOTEBOOK, BLOCK):
        raise UnreadableSetting(
            f"{SETTING}={asked!r} is no place for a cluster's controller.",
            next_step=f"Set it to {NOTEBOOK} (beside it) or {BLOCK} (in the first job), or remove it.",
        )
    if asked == BLOCK:
        return Placement(BLOCK, f"{SETTING} asks for it")
    if job is not None:
        return Placement(NOTEBOOK, f"the notebook itself runs in job {job}")
    if policy.controller_placement == BLOCK:
        return Placement(BLOCK, policy.of("controller_placement"))
    if site_forbids and policy.controller_placement is None and asked != NOTEBOOK:
        return Placement(BLOCK, site_forbids)
    return Placement(NOTEBOOK, "servers are allowed where the notebook runs")
