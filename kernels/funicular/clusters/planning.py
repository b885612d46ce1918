"""From a wish to a job and the shape of its nodes, as site, user and administrators lay it down. Pure."""

from __future__ import annotations

import platform
from dataclasses import replace

from funicular.clusters import choices
from funicular.clusters.allowances import NOTHING, Known, left_of, told, with_something_left
from funicular.clusters.fleet import Shape
from funicular.clusters.jobqueue import SiteDefaults
from funicular.errors import FunicularError
from funicular.messages import Wish
from funicular.schedulers.base import Queue
from funicular.sites.policy import Policy
from funicular.sites.request import AccountNeeded, Plan, RequestRefused, plan


class OtherProcessor(FunicularError):
    """Nodes on which the notebook's environment cannot run: their processors are of another kind."""

    code = "other-processor"
    status = 400


def plan_wish(
    wish: Wish,
    queues: tuple[Queue, ...],
    *,
    site: str,
    defaults: SiteDefaults,
    policy: Policy,
    chosen_account: str | None,
    machine: str = platform.machine(),
    left: Known = NOTHING,
) -> Plan:
    """The job that this wish comes to here.

    chosen_account: the one that the user chose before, if any.   machine: the notebook's kind of processor.
    left: what is known to be left on the user's accounts.
    Raises ``RequestRefused`` with all that does not fit, ``AccountNeeded`` when a choice is the user's,
    ``OtherProcessor`` when only nodes fit on which the notebook's environment cannot run.
    """
    filled, queues, why_queue = _by_partition(defaults.fill(wish), queues)
    filled, why_account = choices.fill(filled, queues, chosen_account, policy)
    if filled.account is None and (only := _only_with_hours(filled, queues, left)):
        filled, why_account = replace(filled, account=only), f"account {only}: nothing is left on the others"
    alike = tuple(queue for queue in queues if runs_on(machine, queue))
    try:
        made = plan(filled, policy.order(alike if filled.queue is None else queues), site=site, policy=policy)
    except AccountNeeded as error:
        raise _with_what_is_left(error, left) from error
    except RequestRefused:
        if alike == queues or filled.queue is not None:
            raise
        made = plan(filled, policy.order(queues), site=site, policy=policy)
    chosen = next((queue for queue in queues if queue.name == made.queue), None)
    if chosen is not None and chosen not in alike:
        raise _other_processor(chosen, machine, alike)
    why_left = told(left, account=made.account, queue=made.queue, unit=made.unit, units=made.units)
    return replace(made, because=tuple(filter(None, (why_queue, *made.because, why_account, why_left))))


def _only_with_hours(wish: Wish, queues: tuple[Queue, ...], left: Known) -> str | None:
    """The only account on which anything is left, where there are several to choose from."""
    asked = [queue for queue in queues if wish.queue in (None, queue.name) and len(queue.accounts) > 1]
    found = {with_something_left(left, queue.accounts, queue.name) for queue in asked}
    return found.pop() if len(found) == 1 else None


def _with_what_is_left(error: AccountNeeded, left: Known) -> AccountNeeded:
    """The same question, with what helps to answer it."""
    said = [f"{each.account}: {left_of(each)}" for each in left.allowances.found if each.account in error.why]
    return AccountNeeded(error.what, why="\n".join((error.why, *said)), next_step=error.next_step)


def _by_partition(wish: Wish, queues: tuple[Queue, ...]) -> tuple[Wish, tuple[Queue, ...], str]:
    """A wish for a scheduler's partition on a machine whose users call its queues otherwise.

    ``jobqueue.yaml`` names partitions; then any queue of this one will do.
    """
    if wish.queue is None or wish.queue in {queue.name for queue in queues}:
        return wish, queues, ""
    there = tuple(queue for queue in queues if queue.partition == wish.queue)
    if not there:
        return wish, queues, ""
    return replace(wish, queue=None), there, f"partition {wish.queue} was named"


def runs_on(machine: str, queue: Queue) -> bool:
    """Whether programs of this machine run on the queue's nodes, as far as the site says what these are."""
    return not queue.architecture or _usual(queue.architecture) == _usual(machine)


def _usual(architecture: str) -> str:
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(architecture.lower(), architecture.lower())


def _other_processor(queue: Queue, machine: str, alike: tuple[Queue, ...]) -> OtherProcessor:
    partition = queue.asking.partition or queue.name
    there = f"have the session itself run there, in an environment made on these nodes: srun -p {partition} "
    there += "-t 02:00:00 --pty bash -l, and in it: funicular lab"
    names = ", ".join(each.name for each in alike)
    return OtherProcessor(
        f"The nodes of {queue.name} have another kind of processor than this machine.",
        why=f"They are {queue.architecture}, this is {machine}: neither Python nor the packages of this "
        "notebook run there, so its workers could not start.",
        next_step=f"Ask for a queue of this kind ({names}), or {there}"
        if names
        else there[0].upper() + there[1:],
    )


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
        billing=plan.billing_per_node,
        asking=plan.asking,
    )
