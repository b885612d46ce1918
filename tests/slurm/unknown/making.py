"""A Slurm that nobody has seen, made at random, and what fits on it by its own configuration. Pure.

``fits`` knows nothing of Funicular: it reads the configuration that it was made from.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

HOME_ACCOUNTS, FOREIGN = ("phys1", "chem2"), "other3"
HOME_QOS, FOREIGN_QOS = ("normal", "extra"), "secret"
HOME_GROUP, FOREIGN_GROUP = "games", "daemon"
GROWN = ("nodes", "cores", "memory", "gpus", "minutes", "account", "partition")  # what a job has too much of


@dataclass(frozen=True, slots=True)
class Kind:
    """Nodes of one shape.   cores: as Slurm counts them.   memory_mb: of a node."""

    name: str
    count: int
    cores: int
    memory_mb: int
    gpus: int
    gpu_type: str

    def holds(self, cores: int, memory_mb: int, gpus: int) -> bool:
        return cores <= self.cores and memory_mb <= self.memory_mb and gpus <= self.gpus


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition; ``None`` and empty where nothing is limited.   minutes: the longest life of a job."""

    name: str
    kinds: tuple[Kind, ...]
    is_default: bool
    minutes: int | None
    default_minutes: int | None
    min_nodes: int
    max_nodes: int | None
    state: str
    whole_nodes: bool
    accounts: tuple[str, ...]
    denied_accounts: tuple[str, ...]
    groups: tuple[str, ...]
    qos: tuple[str, ...]
    denied_qos: tuple[str, ...]
    memory_mb: int | None
    cores: int | None
    memory_per_cpu_mb: int | None
    root_only: bool
    tier: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """A whole machine."""

    seed: int
    kinds: tuple[Kind, ...]
    partitions: tuple[Partition, ...]
    enforce: str

    @property
    def has_gpus(self) -> bool:
        return any(kind.gpus for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked for, all but ``nodes`` and ``minutes`` for each node.   account: who pays."""

    partition: str
    nodes: int
    cores: int
    memory_mb: int
    gpus: int
    minutes: int
    account: str


def machine(seed: int) -> Unknown:
    """The machine of this seed."""
    rng = random.Random(seed)
    kinds = tuple(_kind(rng, n) for n in range(rng.randint(1, 4)))
    names = [f"{rng.choice(('q', 'batch', 'fast', 'p_', 'gpu-', 'x.'))}{n}" for n in range(rng.randint(1, 5))]
    default = rng.randrange(-1, len(names))  # -1: none is the default
    partitions = tuple(_partition(rng, name, kinds, n == default) for n, name in enumerate(names))
    return Unknown(seed, kinds, partitions, rng.choice(("NO", "ALL", "ANY")))


def _kind(rng: random.Random, n: int) -> Kind:
    gpus = rng.choice((0, 0, 1, 2, 4, 8))
    return Kind(
        name=f"n{'abcd'[n]}",
        count=rng.randint(1, 12),
        cores=rng.choice((1, 2, 4, 16, 48, 64, 128, 256)),
        memory_mb=rng.choice((2000, 7900, 64000, 190000, 515000, 1031000)),
        gpus=gpus,
        gpu_type=rng.choice(("", "a100", "mi250")) if gpus else "",
    )


def _partition(rng: random.Random, name: str, kinds: tuple[Kind, ...], is_default: bool) -> Partition:
    def seldom(values: tuple, otherwise=None, share: float = 0.25):
        return rng.choice(values) if rng.random() < share else otherwise

    mine = tuple(rng.sample(kinds, rng.randint(1, len(kinds)) if rng.random() < 0.4 else 1))
    minutes = rng.choice((None, 5, 30, 60, 240, 1440, 10080))
    nodes = sum(kind.count for kind in mine)
    most = rng.randint(1, nodes) if rng.random() < 0.4 else None
    least = rng.randint(1, most or nodes) if rng.random() < 0.2 else 1
    accounts = seldom(((HOME_ACCOUNTS[0],), HOME_ACCOUNTS, (FOREIGN,), (HOME_ACCOUNTS[1], FOREIGN)), ())
    qos = seldom((("normal",), ("extra",), (FOREIGN_QOS,), ("extra", FOREIGN_QOS)), ())
    return Partition(
        name=name,
        kinds=mine,
        is_default=is_default,
        minutes=minutes,
        default_minutes=seldom(tuple(n for n in (5, 15, 60) if n <= (minutes or 60)), None, 0.5),
        min_nodes=least,
        max_nodes=most,
        state=seldom(("DOWN", "DRAIN", "INACTIVE"), "UP", 0.15),
        whole_nodes=rng.random() < 0.35,
        accounts=accounts,
        denied_accounts=() if accounts else seldom(((HOME_ACCOUNTS[0],), HOME_ACCOUNTS, (FOREIGN,)), ()),
        groups=seldom(((HOME_GROUP,), (FOREIGN_GROUP,), (FOREIGN_GROUP, HOME_GROUP)), (), 0.2),
        qos=qos,
        denied_qos=() if qos else seldom((("normal",), HOME_QOS, (FOREIGN_QOS,)), ()),
        memory_mb=seldom((1500, 30000, 100000), None, 0.2),
        cores=seldom((1, 8, 32), None, 0.2),
        memory_per_cpu_mb=seldom((100, 1000, 4000), None, 0.4),
        root_only=rng.random() < 0.04,
        tier=rng.randint(1, 10),
    )


def slurm_conf_lines(made: Unknown) -> list[str]:
    """Its nodes and partitions in slurm.conf's writing."""
    lines = [f"EnforcePartLimits={made.enforce}"]
    for kind in made.kinds:
        gres = f" Gres=gpu:{kind.gpu_type}{':' if kind.gpu_type else ''}{kind.gpus}" if kind.gpus else ""
        shape = f"CPUs={kind.cores} Sockets=1 CoresPerSocket={kind.cores} ThreadsPerCore=1"
        lines.append(f"NodeName={_nodes(kind)} {shape} RealMemory={kind.memory_mb}{gres} State=CLOUD")
    return lines + [_partition_line(each) for each in made.partitions]


def gres_conf(made: Unknown) -> str:
    """Its GPUs in gres.conf's writing."""
    lines = []
    for kind in made.kinds:
        if kind.gpus:
            typed = f" Type={kind.gpu_type}" if kind.gpu_type else ""
            lines.append(f"NodeName={_nodes(kind)} Name=gpu{typed} Count={kind.gpus}\n")
    return "".join(lines)


def _nodes(kind: Kind) -> str:
    return f"{kind.name}[1-{kind.count}]"


def _partition_line(part: Partition) -> str:
    said = {
        "Nodes": ",".join(_nodes(kind) for kind in part.kinds),
        "Default": "YES" if part.is_default else "NO",
        "MaxTime": part.minutes or "UNLIMITED",
        "DefaultTime": part.default_minutes,
        "MinNodes": part.min_nodes if part.min_nodes > 1 else None,
        "MaxNodes": part.max_nodes,
        "State": part.state,
        "OverSubscribe": "EXCLUSIVE" if part.whole_nodes else None,
        "AllowAccounts": ",".join(part.accounts),
        "DenyAccounts": ",".join(part.denied_accounts),
        "AllowGroups": ",".join(part.groups),
        "AllowQos": ",".join(part.qos),
        "DenyQos": ",".join(part.denied_qos),
        "MaxMemPerNode": part.memory_mb,
        "MaxCPUsPerNode": part.cores,
        "DefMemPerCPU": part.memory_per_cpu_mb,
        "RootOnly": "YES" if part.root_only else None,
        "PriorityTier": part.tier,
    }
    return f"PartitionName={part.name} " + " ".join(f"{key}={value}" for key, value in said.items() if value)


def lets_in(part: Partition, account: str) -> bool:
    """Whether a job of this account may wait there at all, with some QoS of the user's."""
    return (
        part.state == "UP"
        and not part.root_only
        and account in HOME_ACCOUNTS
        and (not part.accounts or account in part.accounts)
        and account not in part.denied_accounts
        and (not part.groups or HOME_GROUP in part.groups)
        and bool(usable_qos(part))
    )


def usable_qos(part: Partition) -> list[str]:
    """The user's QoS that the partition takes."""
    return [one for one in HOME_QOS if (not part.qos or one in part.qos) and one not in part.denied_qos]


def fits(made: Unknown, job: Job, *, usual: bool = False) -> bool:
    """Whether this job can ever run.   usual: on nodes that are at least like the most frequent ones."""
    part = next((each for each in made.partitions if each.name == job.partition), None)
    if part is None or not lets_in(part, job.account):
        return False
    common = max(part.kinds, key=lambda kind: kind.count)
    there = sum(
        kind.count
        for kind in part.kinds
        if kind.holds(job.cores, job.memory_mb, job.gpus)
        and (not usual or kind.holds(common.cores, common.memory_mb, common.gpus))
    )
    if usual and not common.holds(job.cores, job.memory_mb, job.gpus):
        return False
    return (
        part.min_nodes <= job.nodes <= min(there, part.max_nodes or there)
        and job.minutes <= (part.minutes or job.minutes)
        and job.cores <= (part.cores or job.cores)
        and job.memory_mb <= (part.memory_mb or job.memory_mb)
    )


def jobs(made: Unknown, count: int) -> list[Job]:
    """Jobs for this machine: most are near what it has, on either side."""
    rng = random.Random(f"jobs {made.seed}")
    found = []
    for _ in range(count):
        part = rng.choice(made.partitions)
        kind = rng.choice(part.kinds)
        most = min(sum(each.count for each in part.kinds), part.max_nodes or 99)
        cores = min(kind.cores, part.cores or kind.cores)
        memory = min(kind.memory_mb, part.memory_mb or kind.memory_mb)
        grown = rng.choice(("",) * 5 + GROWN)
        found.append(
            Job(
                partition="nowhere" if grown == "partition" else part.name,
                nodes=most + 1 if grown == "nodes" else rng.choice((1, part.min_nodes, most)),
                cores=cores + 1 if grown == "cores" else rng.choice((1, max(1, cores // 2), cores)),
                memory_mb=memory + 1 if grown == "memory" else rng.choice((100, memory // 2, memory)),
                gpus=kind.gpus + 1 if grown == "gpus" else rng.choice((0, kind.gpus, kind.gpus // 2)),
                minutes=(part.minutes or 60) + (1 if grown == "minutes" else 0),
                account=FOREIGN if grown == "account" else rng.choice(HOME_ACCOUNTS),
            )
        )
    return found
