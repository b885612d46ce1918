"""What Slurm says about its partitions, read into ``Queue`` values. Pure.

Three answers are joined: sinfo (nodes), scontrol (limits, who may), sacctmgr (this user's accounts).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from funicular.schedulers.base import USUAL_ASKING, Asking, Billing, Queue
from funicular.schedulers.run import Answer
from funicular.schedulers.slurm_units import (
    NOT_KNOWN,
    parse_duration_s,
    parse_gpus,
    parse_memory_bytes,
    unreadable,
)

NODES_COMMAND = ("sinfo", "--noheader", "--exact", "--format=%R|%c|%m|%F|%G")
PARTITIONS_COMMAND = ("scontrol", "--oneliner", "show", "partition")

CONFIG_COMMAND = ("scontrol", "show", "config")
LOOKS_S = 60.0  # limits are looked at about every 30 s, and a killed job takes a moment to end
ALIKE = 0.95  # of the usual nodes' memory: still one of them
NO_LIMIT_S = 86400.0  # OverTimeLimit=UNLIMITED: jobs are not ended; a day is what we count then


def accounts_command(user: str, cluster: str | None = None) -> list[str]:
    """The sacctmgr that lists this user's accounts, the default one beside each.

    cluster: what this Slurm is called: one accounting often serves several, each with accounts of its own.
    """
    fields = "format=defaultaccount,account,partition,qos"
    here = [f"cluster={cluster}"] if cluster else []
    return ["sacctmgr", "--noheader", "--parsable2", "show", "user", user, "withassoc", *here, fields]


@dataclass(frozen=True, slots=True)
class NodeGroup:
    """Nodes of one kind in one partition.   memory_bytes, cores, gpus: a node's."""

    partition: str
    cores: int
    memory_bytes: int
    nodes: int
    idle: int
    gpus: int


@dataclass(frozen=True, slots=True)
class Overrun:
    """How long after its limit a job may go on.   kill_wait_s: from SIGTERM to SIGKILL."""

    kill_wait_s: float = 30.0
    over_time_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Association:
    """An account that the user may charge.   partition: only there, or empty."""

    account: str
    partition: str
    qos: tuple[str, ...]
    is_default: bool


USUAL_OVERRUN = Overrun()


def parse_nodes(answer: Answer) -> tuple[NodeGroup, ...]:
    """sinfo's answer: one group of equal nodes a line."""
    return tuple(_parse_group(line, answer) for line in answer.stdout.splitlines() if line.strip())


def parse_partitions(answer: Answer) -> tuple[dict[str, str], ...]:
    """scontrol's answer: the ``Key=Value`` pairs of one partition a line."""
    lines = [line for line in answer.stdout.splitlines() if line.strip()]
    partitions = tuple(dict(re.findall(r"(\w+)=(\S*)", line)) for line in lines)
    for line, partition in zip(lines, partitions, strict=True):
        if not {"PartitionName", "State", "MaxTime"} <= set(partition):
            raise unreadable("a partition", line, shlex.join(answer.argv))
    return partitions


def parse_overrun(answer: Answer) -> Overrun:
    """Slurm's settings, as far as they say how late jobs are ended; its defaults where they do not."""
    settings = dict(re.findall(r"^(\w+)\s*=\s*(\S*)", answer.stdout, re.MULTILINE))
    usual, kill_wait = Overrun(), settings.get("KillWait", "")
    over = _over_time_s(settings.get("OverTimeLimit", ""))
    return Overrun(
        float(kill_wait) if kill_wait.isdecimal() else usual.kill_wait_s,
        usual.over_time_s if over is None else over,
    )


def parse_cluster_name(answer: Answer) -> str | None:
    """What this Slurm calls its machine; ``None`` where it does not say."""
    found = re.search(r"^ClusterName\s*=\s*(\S+)", answer.stdout, re.MULTILINE)
    return found[1] if found else None


def parse_billing(text: str, *, is_most: bool = False) -> Billing | None:
    """``CPU=1.0,Mem=0.25G,GRES/gpu=2.0`` of a partition; ``None``: nothing is weighted, cores are billed.

    A weight of memory is for each MiB, or for each of the unit after it. Of GPUs with several weights (by
    type) the highest counts; what is neither core, memory, GPU nor node is not billed by what we ask for.
    """
    found: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        name, _, weight = part.partition("=")
        number = re.fullmatch(r"([0-9.]+(?:[eE][-+]?[0-9]+)?)([KMGTP]?)", weight)
        if number is None:
            raise unreadable("a weight of billing", text)
        value = float(number[1])
        kind = name.lower()
        if kind == "mem":
            found["memory_gib"] = value * 2**30 / _WEIGHT_UNITS[number[2]]
        elif kind in ("cpu", "node"):
            found["core" if kind == "cpu" else "node"] = value
        elif kind == "gres/gpu" or kind.startswith("gres/gpu:"):
            found["gpu"] = max(found.get("gpu", 0.0), value)
    return Billing(**found, is_most=is_most) if text else None


_WEIGHT_UNITS = {"": 2**20, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40, "P": 2**50}


def bills_most(answer: Answer) -> bool:
    """Whether Slurm's settings say that on a node the greatest weight counts, not the sum."""
    found = re.search(r"^PriorityFlags\s*=\s*(\S*)", answer.stdout, re.MULTILINE)
    return found is not None and "MAX_TRES" in found[1].upper().split(",")


def _over_time_s(text: str) -> float | None:
    """Minutes in OverTimeLimit as seconds; ``None``: nothing is said here."""
    if text.upper() == "UNLIMITED":
        return NO_LIMIT_S
    return int(text) * 60.0 if text.isdecimal() else None


def parse_accounts(answer: Answer) -> tuple[Association, ...]:
    """sacctmgr's answer, the default account first."""
    found = [_parse_association(line, answer) for line in answer.stdout.splitlines() if line.strip()]
    return tuple(sorted((one for one in found if one.account), key=lambda one: not one.is_default))


def join_queues(
    groups: Sequence[NodeGroup],
    partitions: Sequence[Mapping[str, str]],
    associations: Sequence[Association],
    *,
    unix_groups: Collection[str] = (),
    overrun: Overrun = USUAL_OVERRUN,
    bills_most: bool = False,
) -> tuple[Queue, ...]:
    """Where this user can submit, the default queue first.

    Left out: partitions without nodes, for root only, or for groups, accounts or QOS that are not the
    user's. Where a partition has nodes of several kinds, the most frequent kind speaks for it.
    """
    queues = [
        replace(
            _queue(partition, mine, accounts, _qos_for(partition, associations), overrun),
            asking=_asking(partition, associations),
            billing=parse_billing(partition.get("TRESBillingWeights", ""), is_most=bills_most),
        )
        for partition in partitions
        if (mine := [group for group in groups if group.partition == partition["PartitionName"]])
        and _lets_in(partition, unix_groups)
        and (accounts := _accounts_for(partition, associations)) is not None
    ]
    return tuple(sorted(queues, key=lambda queue: not queue.is_default))


def _queue(
    partition: Mapping[str, str],
    groups: Sequence[NodeGroup],
    accounts: tuple[str, ...],
    qos: tuple[str, ...],
    overrun: Overrun,
) -> Queue:
    usual = max(groups, key=lambda group: group.nodes)
    alike = [group for group in groups if _is_like(group, usual)]
    least_nodes = partition.get("MinNodes", "")
    memory = min(group.memory_bytes for group in alike)
    most_nodes = partition.get("MaxNodes", "UNLIMITED")
    memory_limit = parse_memory_bytes(partition.get("MaxMemPerNode", "UNLIMITED"))
    over = _over_time_s(partition.get("OverTimeLimit", ""))
    core_limit = partition.get("MaxCPUsPerNode", "UNLIMITED")
    return Queue(
        name=partition["PartitionName"],
        is_default=partition.get("Default") == "YES",
        nodes=sum(group.nodes for group in alike),
        cores_per_node=min(usual.cores, int(core_limit)) if core_limit.isdecimal() else usual.cores,
        memory_per_node_bytes=min(memory, memory_limit or memory),
        gpus_per_node=usual.gpus,
        nodes_idle=sum(group.idle for group in alike),
        max_nodes=int(most_nodes) if most_nodes.isdecimal() else None,
        max_walltime_s=parse_duration_s(partition["MaxTime"]),
        default_walltime_s=parse_duration_s(partition.get("DefaultTime", "NONE")),
        accounts=accounts,
        is_open=partition["State"] == "UP",
        is_shared=not partition.get("OverSubscribe", "NO").startswith("EXCLUSIVE"),
        min_nodes=max(1, int(least_nodes)) if least_nodes.isdecimal() else 1,
        qos=qos,
        kill_overshoot_s=LOOKS_S + overrun.kill_wait_s + (overrun.over_time_s if over is None else over),
    )


def _is_like(group: NodeGroup, usual: NodeGroup) -> bool:
    """Whether what fits on the usual nodes fits on these; a little less memory makes no other kind."""
    return (
        group.cores >= usual.cores
        and group.gpus >= usual.gpus
        and group.memory_bytes >= ALIKE * usual.memory_bytes
    )


def _lets_in(partition: Mapping[str, str], unix_groups: Collection[str]) -> bool:
    allowed = _names(partition.get("AllowGroups", "ALL"))
    return partition.get("RootOnly", "NO") == "NO" and (allowed is None or bool(allowed & set(unix_groups)))


def _accounts_for(
    partition: Mapping[str, str], associations: Sequence[Association]
) -> tuple[str, ...] | None:
    """The accounts usable here; none needed is ``()``, none of the user's accepted is ``None``."""
    name = partition["PartitionName"]
    allowed = _names(partition.get("AllowAccounts", "ALL"))
    denied = _names(partition.get("DenyAccounts", "")) or set()
    usable = [
        one.account
        for one in associations
        if one.partition in ("", name)
        and (allowed is None or one.account in allowed)
        and one.account not in denied
        and (not one.qos or any(_takes_qos(partition, qos) for qos in one.qos))
    ]
    if associations and not usable:
        return None
    return tuple(dict.fromkeys(usable))


def _qos_for(partition: Mapping[str, str], associations: Sequence[Association]) -> tuple[str, ...]:
    """The QoS that this user has and the partition takes; empty where none is known."""
    return tuple(qos for qos in _own_qos(partition, associations) if _takes_qos(partition, qos))


def _own_qos(partition: Mapping[str, str], associations: Sequence[Association]) -> tuple[str, ...]:
    """The QoS that this user has there."""
    here = (one for one in associations if one.partition in ("", partition["PartitionName"]))
    return tuple(dict.fromkeys(qos for one in here for qos in one.qos))


def _asking(partition: Mapping[str, str], associations: Sequence[Association]) -> Asking:
    """A QoS is named where not all of the user's are taken: the default one may be among the others."""
    taken = _qos_for(partition, associations)
    if not taken or taken == _own_qos(partition, associations):
        return USUAL_ASKING
    return Asking(qos="normal" if "normal" in taken else taken[0])


def _takes_qos(partition: Mapping[str, str], qos: str) -> bool:
    allowed = _names(partition.get("AllowQos", "ALL"))
    denied = _names(partition.get("DenyQos", "")) or set()
    return qos not in denied and (allowed is None or qos in allowed)


def _names(text: str) -> set[str] | None:
    """The names in a comma list; ``None`` for everybody."""
    return None if text == "ALL" else {name for name in text.split(",") if name.upper() not in NOT_KNOWN}


def _parse_group(line: str, answer: Answer) -> NodeGroup:
    fields = line.split("|")
    counts = fields[3].split("/") if len(fields) == 5 else []
    cores = fields[1].rstrip("+") if counts else ""
    if len(counts) != 4 or not cores.isdecimal() or not all(re.fullmatch(r"\d+[KM]?", one) for one in counts):
        raise unreadable("a group of nodes", line, shlex.join(answer.argv))
    return NodeGroup(
        partition=fields[0],
        cores=int(cores),
        memory_bytes=parse_memory_bytes(fields[2]) or 0,
        nodes=_count(counts[3]),
        idle=_count(counts[1]),
        gpus=parse_gpus(fields[4]),
    )


def _count(text: str) -> int:
    scale = {"K": 1024, "M": 1024**2}.get(text[-1])
    return int(text[:-1]) * scale if scale else int(text)


def _parse_association(line: str, answer: Answer) -> Association:
    fields = line.split("|")
    if len(fields) != 4:
        raise unreadable("an account", line, shlex.join(answer.argv))
    default, account, partition, qos = fields
    return Association(account, partition, tuple(one for one in qos.split(",") if one), account == default)
