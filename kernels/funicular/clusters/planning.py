"""From a wish to a job and the shape of its nodes, as site, user and administrators lay it down. Pure."""

from __future__ import annotations

from dataclasses import replace

from funicular.clusters import choices
from funicular.clusters.fleet import Shape
from funicular.clusters.jobqueue import SiteDefaults
from funicular.messages import Wish
from funicular.schedulers.base import Queue
from funicular.sites.policy import Policy
from funicular.sites.request import Plan, plan


def plan_wish(
    wish: Wish,
    queues: tuple[Queue, ...],
    *,
    site: str,
    defaults: SiteDefaults,
    policy: Policy,
    chosen_account: str | None,
) -> Plan:
    """The job that this wish comes to here.

    chosen_account: the one that the user chose before, if any.
    Raises ``RequestRefused`` with all that does not fit, ``AccountNeeded`` when a choice is the user's.
    """
    filled, why_account = choices.fill(defaults.fill(wish), queues, chosen_account, policy)
    made = plan(filled, policy.order(queues), site=site, policy=policy)
    return replace(made, because=(*made.because, why_account)) if why_account else made


def shape_of(plan: Plan) -> Shape:
    """What every node of this job is."""
    return Shape(
        cores=plan.cores_per_node,
        memory_bytes=plan.memory_per_node_bytes,
        gpus=plan.gpus_per_node,
        walltime_s=plan.walltime_s,
        queue=plan.queue,
        account=plan.account,
        workers=plan.workers_per_node,
        threads=plan.threads_per_worker,
        overshoot_s=plan.kill_overshoot_s,
        asking=plan.asking,
    )
