"""The queues that the scheduler lists, in the terms of a known site: QoS, ratios, what is refused. Pure.

The live scheduler is right: limits are the smaller of both, a queue whose partition or QoS this user does
not have is left out, and partitions that the profile does not know stay as they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from funicular.schedulers.base import Asking, Charge, Queue
from funicular.sites.job_lines import preamble
from funicular.sites.model import Profile
from funicular.sites.model.nodes import NodeType, QueueFacts
from funicular.sites.recognise import fits_account

N = TypeVar("N", int, float)
NO_NODE = NodeType(arch="x86_64")


def in_own_terms(live: tuple[Queue, ...], profile: Profile, *, machine: str = "") -> tuple[Queue, ...]:
    """The queues of this machine as its users know them, the default one first.

    machine: the architecture of this host's processor: where nodes have another one, no notebook of this host
    can use them, so they are no default.
    """
    partitions = {queue.name: queue for queue in live}
    found: list[Queue] = []
    for facts in profile.queues:
        there = partitions.get(facts.partition or facts.name)
        if there is None or (facts.qos and there.qos and facts.qos not in there.qos):
            continue
        found.append(_joined(there, facts, profile))
    described = {facts.partition or facts.name for facts in profile.queues}
    plain = Asking(preamble=preamble(profile), skip=profile.job_script.skip)
    found += [replace(queue, asking=plain) for queue in live if queue.name not in described]
    return _default_first(found, machine)


def _joined(live: Queue, facts: QueueFacts, profile: Profile) -> Queue:
    node = profile.node_types.get(facts.nodes or "", NO_NODE)
    return replace(
        live,
        name=facts.name,
        max_nodes=_smaller(live.max_nodes, facts.max_nodes),
        max_walltime_s=_smaller(live.max_walltime_s, facts.max_walltime),
        min_nodes=facts.min_nodes or 1,
        accounts=_accounts(live.accounts, facts, profile),
        cores_per_node=_cores(live, node),
        is_shared=live.is_shared and facts.sharing != "whole nodes",
        memory_per_node_bytes=_memory(live, node),
        cores_per_gpu=node.cpus_per_gpu,
        needs_gpu=node.gpu_is_needed,
        threads_per_core=node.threads_per_core if node.cpus_are_threads else 1,
        is_offered=facts.kind in ("usual", "long"),
        asking=_asking(facts, node, profile),
        partition=live.name,
        charge=_charge(facts, node, profile),
        architecture=live.architecture or (node.arch if node is not NO_NODE else ""),
    )


def _charge(facts: QueueFacts, node: NodeType, profile: Profile) -> Charge | None:
    """The rule by which hours are counted here; one that is a guess is none."""
    place = profile.queues.index(facts)
    if facts.charge is not None:
        said, path = facts.charge, f"queues.{place}.charge"
    elif node.charge is not None:
        said, path = node.charge, f"node_types.{facts.nodes}.charge"
    else:
        return None
    return None if any(each.startswith(path) for each in profile.unverified) else Charge(**said.model_dump())


def _asking(facts: QueueFacts, node: NodeType, profile: Profile) -> Asking:
    selects = profile.scheduler.select_by if profile.scheduler else ("partition",)
    needs_partition = "partition" in selects or facts.must_name_partition
    if profile.account.equals_qos and facts.qos is None:
        qos: str | None = "{account}"
    else:
        qos = facts.qos
    return Asking(
        partition=(facts.partition or facts.name) if needs_partition else "",
        qos=qos,
        constraint=facts.constraint,
        reservation=facts.reservation,
        gpus=node.gpu_request,
        memory=node.memory_mode == "flag" and "--mem" not in profile.job_script.skip,
        options=facts.flags,
        skip=profile.job_script.skip,
        preamble=preamble(profile, facts.nodes),
    )


def _accounts(accounts: tuple[str, ...], facts: QueueFacts, profile: Profile) -> tuple[str, ...]:
    """Those that may pay here: by the end of their names where each resource has an account of its own.

    Where none of the user's looks like that, all stay: the scheduler will say. Slurm keeps the names in small
    letters, whatever the site writes.
    """
    end = (facts.account_suffix or "").lower()
    fitting = [each for each in accounts if each.lower().endswith(end) and fits_account(each, profile)]
    return tuple(fitting) or accounts


def _cores(live: Queue, node: NodeType) -> int:
    """Cores, where the scheduler's count is of hardware threads that jobs here do not ask for one by one."""
    if node.cores is None or node.cpus_are_threads:
        return live.cores_per_node
    return min(live.cores_per_node, node.cores)


def _memory(live: Queue, node: NodeType) -> int:
    """What a job may have on a node: the scheduler may count what is no memory for it (HBM of GPUs)."""
    if node.hbm_gib is None or node.memory_gib is None:
        return live.memory_per_node_bytes
    return min(live.memory_per_node_bytes, int(node.memory_gib * 2**30))


def _default_first(queues: list[Queue], machine: str) -> tuple[Queue, ...]:
    """One default: the scheduler's, if it is offered; else the first that is, those without GPUs before."""

    def rank(queue: Queue) -> tuple[bool, bool, bool, bool]:
        is_foreign = bool(machine and queue.architecture) and queue.architecture != machine
        return not queue.is_offered, is_foreign, not queue.is_default, queue.gpus_per_node > 0

    ranked = sorted(queues, key=rank)
    return tuple(replace(each, is_default=n == 0) for n, each in enumerate(ranked))


def _smaller(one: N | None, other: N | None) -> N | None:
    known = [each for each in (one, other) if each is not None]
    return min(known) if known else None
