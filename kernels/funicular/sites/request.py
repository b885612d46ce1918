"""A wish and what the scheduler says, made into a job; or all that does not fit, at once. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from funicular.errors import FunicularError
from funicular.messages import Wish
from funicular.schedulers.base import USUAL_ASKING, Asking, Queue
from funicular.sites import fit
from funicular.sites.detect import LOCAL
from funicular.sites.policy import Policy
from funicular.sites.price import price
from funicular.units import format_bytes, format_seconds, plural

NO_POLICY = Policy()
MOST_PROCESSES = 64  # workers on a node; more cores than that become threads


class RequestRefused(FunicularError):
    """A wish that no job can fulfil here. ``why`` lists every reason with the limit."""

    code = "request-refused"
    status = 400


class AccountNeeded(FunicularError):
    """The user has several accounts and has not said which one pays."""

    code = "account-needed"
    status = 400


@dataclass(frozen=True, slots=True)
class Plan:
    """The job that a wish comes to. Amounts are a node's; time in seconds.

    because: why this queue and this size, a sentence each.   core_hours: the most that it can cost.
    billing_per_node: what the site bills for it, in its own units a second, where it has some.
    kill_overshoot_s: how long the scheduler may let it outlive its walltime, at the user's cost.
    asking: how the scheduler is asked for this queue.
    units, unit: the most that it can cost as the site counts; the unit is empty where its rule is not known.
    """

    nodes: int
    cores_per_node: int
    memory_per_node_bytes: int
    gpus_per_node: int
    walltime_s: float
    queue: str
    account: str | None
    workers_per_node: int
    threads_per_worker: int
    because: tuple[str, ...]
    core_hours: float
    kill_overshoot_s: float = 0.0
    billing_per_node: float = 0.0
    asking: Asking = USUAL_ASKING
    units: float = 0.0
    unit: str = ""


def plan(wish: Wish, queues: tuple[Queue, ...], *, site: str, policy: Policy = NO_POLICY) -> Plan:
    """The job for this wish. A wish without amounts gets one node, and 30 minutes.

    site: its name, for the messages.   policy: what its administrators have laid down.
    Raises ``RequestRefused`` with all that does not fit, ``AccountNeeded`` when a choice is the user's.
    """
    if unclear := _unclear(wish):
        raise RequestRefused(
            "This is not something to ask for.",
            why="\n".join(unclear),
            next_step="Leave out what does not matter, as in funicular.scale(nodes=2).",
        )
    if not queues:
        raise RequestRefused(
            f"There is no queue on {site} that takes your jobs.",
            why="the scheduler lists none for your user",
            next_step="Ask the support of this machine whether your project is still active.",
        )
    queue, because = _choose(wish, queues, site)
    account, why_account = _account(wish, queue)
    size = fit.size(wish, queue, is_own=site == LOCAL)
    if policy.maximum_nodes is not None and size.nodes > policy.maximum_nodes:
        fewer = replace(wish, nodes=policy.maximum_nodes, cores=None, memory_bytes=None, gpus=None)
        raise RequestRefused(
            f"A cluster on {site} cannot be that big.",
            why=f"{plural(size.nodes, 'node')} would be needed; at most {policy.maximum_nodes}: "
            + policy.of("maximum_nodes"),
            next_step=f"Ask for what is allowed: {_line(fewer)}",
        )
    if wish.budget_gpu_hours is not None and not size.gpus:
        raise RequestRefused(
            f"A budget of {wish.budget_gpu_hours:g} GPU-h bounds nothing here.",
            why=f"what was asked for takes no GPUs on {queue.name}",
            next_step=f"Set it in core-hours, or ask for GPUs: {_line(replace(wish, gpus=1))}",
        )
    if wish.budget_billing_hours not in (None, math.inf) and queue.billing is None:
        raise no_units(queue.name)
    cost = price(size, queue)
    workers, threads = workers_and_threads(max(1, size.cores // queue.threads_per_core), size.gpus)
    return Plan(
        nodes=size.nodes,
        cores_per_node=size.cores,
        memory_per_node_bytes=size.memory_bytes,
        gpus_per_node=size.gpus,
        walltime_s=size.walltime_s,
        queue=queue.name,
        account=account,
        workers_per_node=workers,
        threads_per_worker=threads,
        because=tuple(filter(None, (because, *_why_this_size(wish, queue, size), why_account, cost.said))),
        core_hours=size.nodes * size.cores * (size.walltime_s + queue.kill_overshoot_s) / 3600,
        kill_overshoot_s=queue.kill_overshoot_s,
        billing_per_node=_billed(queue, size),
        asking=queue.asking,
        units=cost.amount,
        unit=cost.unit,
    )


def workers_and_threads(cores: int, gpus: int = 0) -> tuple[int, int]:
    """Workers on a node and threads of each: a process a core up to 64; with GPUs a process a GPU."""
    if gpus:
        return gpus, max(1, cores // gpus)
    threads = math.ceil(cores / MOST_PROCESSES)
    return max(1, cores // threads), threads


def _unclear(wish: Wish) -> list[str]:
    """Amounts that mean nothing, whatever the queue."""
    found = [
        f"{name}={value!r}: it must be at least 1"
        + (" (funicular.stop() ends a cluster)" if name == "nodes" else "")
        for name, value in (("nodes", wish.nodes), ("cores", wish.cores), ("memory", wish.memory_bytes))
        if value is not None and value < 1
    ]
    if wish.gpus is not None and wish.gpus < 0:
        found.append(f"gpus={wish.gpus!r}: it must not be negative")
    budgets = (
        wish.budget_core_hours,
        wish.budget_node_hours,
        wish.budget_gpu_hours,
        wish.budget_billing_hours,
    )
    found += [
        f"a budget of {budget!r} hours: it must be more than 0"
        for budget in budgets
        if budget is not None and not budget > 0
    ]
    if wish.hours is not None and not 0 < wish.hours < math.inf:
        found.append(f"hours={wish.hours!r}: it must be more than 0")
    return found


def _choose(wish: Wish, queues: tuple[Queue, ...], site: str) -> tuple[Queue, str]:
    """The queue and why. Raises ``RequestRefused``."""
    if wish.queue is not None:
        named = next((queue for queue in queues if queue.name == wish.queue), None)
        if named is None:
            names = ", ".join(queue.name for queue in queues)
            usual = _usual(queues)
            raise RequestRefused(
                f"There is no queue {wish.queue} on {site} for you.",
                why=f"you can use: {names}",
                next_step=f"Use one of these: {_line(fit.nearest(wish, usual))}",
            )
        if not (problems := fit.problems(wish, named)):
            return named, ""
        raise _refused(wish, named, problems, _that_fit(wish, queues), site)
    usual = _usual(queues)
    if not (problems := fit.problems(wish, usual)):
        if (smaller := _shared_instead(wish, usual, queues)) is not None:
            return (
                smaller,
                f"queue {smaller.name}, not {usual.name}: {usual.name} gives and bills only whole nodes",
            )
        return usual, f"queue {usual.name}: it is the default" if len(queues) > 1 else ""
    if others := _that_fit(wish, queues):
        return others[0], f"queue {others[0].name}, not {usual.name}: {problems[0]}"
    others = tuple(queue for queue in queues if queue is not usual)
    fitting = tuple(queue for queue in others if not fit.problems(wish, queue))  # for those who name it
    raise _refused(wish, usual, problems, fitting, site, *(each for each in others if each not in fitting))


def _shared_instead(wish: Wish, usual: Queue, queues: tuple[Queue, ...]) -> Queue | None:
    """A queue that gives a part of a node to who wishes no more, where the default one gives whole nodes."""
    if usual.is_shared or wish.nodes is not None:
        return None
    for queue in _that_fit(wish, queues):
        needs = fit.size(wish, queue)
        has_gpus_for_nothing = bool(queue.gpus_per_node) and not wish.gpus
        if (
            queue.is_shared
            and queue.is_open
            and needs.cores < queue.cores_per_node
            and not has_gpus_for_nothing
        ):
            return queue
    return None


def _that_fit(wish: Wish, queues: tuple[Queue, ...]) -> tuple[Queue, ...]:
    """Queues that hold the wish and are offered, the best first.

    Those with GPUs come last when none are wished, those with whole nodes when no nodes are.
    """
    fitting = [
        queue
        for queue in queues
        if queue.is_offered and not fit.problems(replace(wish, queue=queue.name), queue)
    ]

    def rank(queue: Queue) -> tuple[bool, bool]:
        return not wish.gpus and queue.gpus_per_node > 0, wish.nodes is None and not queue.is_shared

    return tuple(sorted(fitting, key=rank))


def _usual(queues: tuple[Queue, ...]) -> Queue:
    """The default queue; where none is named or it is closed, the first that is open."""
    ranked = sorted(queues, key=lambda queue: (not queue.is_open, not queue.is_offered, not queue.is_default))
    return ranked[0]


def _refused(
    wish: Wish, queue: Queue, problems: tuple[str, ...], fitting: tuple[Queue, ...], site: str, *others: Queue
) -> RequestRefused:
    if fitting:
        step = f"Ask for the queue that has room for it: {_line(replace(wish, queue=fitting[0].name))}"
    elif queue.is_open:
        step = f"Ask for what fits: {_line(fit.nearest(wish, queue))}"
    else:
        step = f"Wait until {queue.name} is open again, or ask for another queue."
    why = [*problems, *(f"{other.name}: {fit.problems(wish, other)[0]}" for other in others)]
    return RequestRefused(f"No job on {site} can be that big.", why="\n".join(why), next_step=step)


def _account(wish: Wish, queue: Queue) -> tuple[str | None, str]:
    """Who pays, and why. Raises ``AccountNeeded``."""
    if not queue.accounts:
        return None, f"account {wish.account} is not used: none is needed here" if wish.account else ""
    if wish.account:
        return wish.account, ""
    if len(queue.accounts) == 1:
        return queue.accounts[0], f"account {queue.accounts[0]}: it is your only one here"
    raise AccountNeeded(
        "Which account shall pay?",
        why=f"you have {len(queue.accounts)} on queue {queue.name}: {', '.join(queue.accounts)}",
        next_step=f"Name one: {_line(replace(wish, account=queue.accounts[0]))}",
    )


def _why_this_size(wish: Wish, queue: Queue, size: fit.Size) -> list[str]:
    hours = format_seconds(size.walltime_s)
    if fit.has_no_amounts(wish):
        part = plural(size.cores, "core")
        if size.cores < queue.cores_per_node:
            part += f" of {queue.cores_per_node}"
        asked = "nothing was asked for" if wish.hours is None else "no size was named"
        return [f"1 node ({part}) for {hours}: {asked}; funicular.scale(...) asks for more"]
    said = []
    if wish.nodes is None:
        held = plural(wish.cores, "core") if wish.cores else ""
        held = held or (
            format_bytes(wish.memory_bytes) if wish.memory_bytes else plural(wish.gpus or 0, "GPU")
        )
        said.append(f"{plural(size.nodes, 'node')}: the fewest of {queue.name} that hold {held}")
    if queue.cores_per_gpu and size.gpus and wish.cores is None:
        said.append(f"{plural(size.cores, 'core')} a node: {queue.name} gives {queue.cores_per_gpu} a GPU")
    if not queue.is_shared:
        said.append(f"whole nodes of {plural(size.cores, 'core')}: {queue.name} gives and bills only these")
    if wish.hours is None:
        said.append(f"{hours}: no hours were named")
    return said


def no_units(queue: str) -> RequestRefused:
    """A budget in the site's own units, where it has none."""
    return RequestRefused(
        "A budget in billing units bounds nothing here.",
        why=f"{queue} bills cores, without weights",
        next_step='Set it in core-hours: funicular.scale(budget="10 core-h").',
    )


def _billed(queue: Queue, size: fit.Size) -> float:
    """In the site's own units a second; 0 where it has none, since cores are billed."""
    if queue.billing is None:
        return 0.0
    return queue.billing.of_node(cores=size.cores, memory_bytes=size.memory_bytes, gpus=size.gpus)


def _budget_text(wish: Wish) -> str | None:
    limits = (
        ("core", wish.budget_core_hours),
        ("node", wish.budget_node_hours),
        ("gpu", wish.budget_gpu_hours),
        ("billing", wish.budget_billing_hours),
    )
    named = next(((unit, limit) for unit, limit in limits if limit is not None), None)
    if named is None:
        return None
    return '"none"' if named[1] == math.inf else f'"{named[1]:g} {named[0]}-h"'


def _line(wish: Wish) -> str:
    """The call that asks for this wish, to paste."""
    memory = (
        f'"{wish.memory_bytes // 10**9} GB"' if wish.memory_bytes and wish.memory_bytes >= 10**9 else None
    )
    parts = {
        "nodes": wish.nodes,
        "cores": wish.cores,
        "memory": memory or wish.memory_bytes,
        "gpus": wish.gpus,
        "hours": None if wish.hours is None else math.floor(wish.hours * 100) / 100 or wish.hours,
        "queue": wish.queue and f'"{wish.queue}"',
        "account": wish.account and f'"{wish.account}"',
        "budget": _budget_text(wish),
    }
    said = ", ".join(f"{name}={value}" for name, value in parts.items() if value is not None)
    return f"funicular.scale({said})"
