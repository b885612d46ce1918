"""A Slurm's configuration that behaves like a known machine, made from its profile. Pure.

Four virtual nodes stand for each kind of node that is used. What plain Slurm cannot be configured to refuse
(a memory, an option, a missing QoS) is refused by ``job_submit.lua``, as such sites do it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from funicular.sites.model import Profile
from funicular.sites.model.nodes import NodeType, QueueFacts
from tests.slurm.conf import ONE_MACHINE

PER_KIND = 4
USUAL_CORES, USUAL_GIB = 64, 256
DEVICES = 8
KINDS = ("usual", "long", "debug", "big")

COMMON = f"""\
{ONE_MACHINE}SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=1,bf_resolution=1,bf_min_age_reserve=0
KillWait=2
MinJobAge=30
JobSubmitPlugins=lua
GresTypes=gpu
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageTRES=gres/gpu
AccountingStorageEnforce=associations,limits,qos,safe
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a machine stands: its folder, the host it runs on, and the ports and socket that it uses."""

    root: Path
    host: str
    munge_socket: Path
    controller_port: int
    accounting_port: int
    first_node_port: int
    devices: Path
    user: str


def used_queues(profile: Profile) -> list[QueueFacts]:
    """The queues that ordinary jobs go to; others need no nodes here."""
    return [each for each in profile.queues if each.kind in KINDS]


def node_types(profile: Profile) -> dict[str, NodeType]:
    """The kinds of nodes behind these queues; where the profile does not say, an ordinary one stands in."""
    found: dict[str, NodeType] = {}
    for queue in used_queues(profile):
        name = queue.nodes or "plain"
        found[name] = profile.node_types.get(name, NodeType(arch="x86_64"))
    return found


def slug(name: str) -> str:
    """The name as Slurm's nodes may be called."""
    return name.replace("-", "").replace("_", "")


def node_names(profile: Profile) -> list[str]:
    """All nodes, in the order of their ports."""
    return [f"{slug(name)}{n}" for name in node_types(profile) for n in range(1, PER_KIND + 1)]


def slurm_conf(profile: Profile, place: Place) -> str:
    """slurm.conf of this machine."""
    lines = [
        f"ClusterName={profile.id}",
        f"SlurmctldHost={place.host}(127.0.0.1)",
        f"SlurmctldPort={place.controller_port}",
        "SlurmUser=root",
        f"AuthInfo=socket={place.munge_socket}",
        f"StateSaveLocation={place.root}/state",
        f"SlurmdSpoolDir={place.root}/spool/%n",
        f"SlurmctldPidFile={place.root}/slurmctld.pid",
        f"SlurmdPidFile={place.root}/slurmd.%n.pid",
        f"SlurmctldLogFile={place.root}/slurmctld.log",
        f"SlurmdLogFile={place.root}/slurmd.%n.log",
        *COMMON.splitlines(),
        "AccountingStorageHost=127.0.0.1",
        f"AccountingStoragePort={place.accounting_port}",
        f"AccountingStoragePass={place.munge_socket}",
    ]
    port = place.first_node_port
    for name, node in node_types(profile).items():
        lines.append(_nodes(name, node, place.host, port))
        port += PER_KIND
    return "\n".join([*lines, *_partitions(profile)]) + "\n"


def _nodes(name: str, node: NodeType, host: str, port: int) -> str:
    cores, threads = node.cores or USUAL_CORES, node.threads_per_core
    memory = int((node.memory_gib or USUAL_GIB) * 1024)
    said = [
        f"NodeName={slug(name)}[1-{PER_KIND}] NodeHostname={host} NodeAddr=127.0.0.1",
        f"Port=[{port}-{port + PER_KIND - 1}]",
        f"Sockets=1 CoresPerSocket={cores} ThreadsPerCore={threads} RealMemory={memory} State=UNKNOWN",
    ]
    if node.gpus:
        kind = gpu_kind(node)
        said.append(f"Gres=gpu:{kind}{node.gpus}")
    return " ".join(said)


def gpu_kind(node: NodeType) -> str:
    """The type that GPUs must have so that the profile's option finds them, as ``a100:``; or none."""
    words = (node.gpu_request or "").partition("=")[2].removeprefix("gpu:").split(":")
    return f"{words[0]}:" if len(words) > 1 else ""


def _partitions(profile: Profile) -> list[str]:
    found: dict[str, list[QueueFacts]] = {}
    for queue in used_queues(profile):
        found.setdefault(queue.partition or queue.name, []).append(queue)
    lines = []
    for name, queues in found.items():
        nodes = ",".join(dict.fromkeys(f"{slug(each.nodes or 'plain')}[1-{PER_KIND}]" for each in queues))
        node = profile.node_types.get(queues[0].nodes or "", NodeType(arch="x86_64"))
        longest = [each.max_walltime for each in queues]
        limit = "UNLIMITED" if None in longest else minutes(max(each for each in longest if each))
        usual = queues[0].default_walltime or (profile.scheduler and profile.scheduler.default_walltime)
        said = [f"PartitionName={name} Nodes={nodes} State=UP MaxTime={limit}"]
        said.append("Default=YES" if not lines else "Default=NO")
        said += [f"DefaultTime={minutes(usual)}"] if usual else []
        said += ["OverSubscribe=EXCLUSIVE"] if all(q.sharing == "whole nodes" for q in queues) else []
        said.append(f"DefMemPerCPU={memory_per_cpu_mb(node)}")
        if any(each.qos for each in queues):
            said.append(f"AllowQos={','.join(sorted({each.qos or 'normal' for each in queues}))}")
        if all(each.min_nodes for each in queues):
            said.append(f"MinNodes={min(each.min_nodes or 1 for each in queues)}")
        lines.append(" ".join(said))
    return lines


def memory_per_cpu_mb(node: NodeType) -> int:
    """A core's share, in MiB."""
    cpus = (node.cores or USUAL_CORES) * node.threads_per_core
    return int((node.memory_gib or USUAL_GIB) * 1024) // cpus


def minutes(seconds: float) -> str:
    """A time limit in slurm.conf's writing."""
    return str(max(1, int(seconds // 60)))


def gres_conf(profile: Profile, place: Place) -> str:
    """gres.conf: GPUs are clones of /dev/null, since one without a device file is dropped."""
    lines = []
    for name, node in node_types(profile).items():
        if node.gpus:
            kind = gpu_kind(node).rstrip(":")
            said = f" Type={kind}" if kind else ""
            lines.append(
                f"NodeName={slug(name)}[1-{PER_KIND}] Name=gpu{said} "
                f"File={place.devices}/gpu[0-{node.gpus - 1}]"
            )
    return "\n".join(lines) + "\n"


def accounts(profile: Profile) -> list[str]:
    """The accounts of the user here: one for each ending that queues want, else an ordinary one."""
    endings = dict.fromkeys(each.account_suffix for each in profile.queues if each.account_suffix)
    example = profile.account.example.replace(" ", "-")
    stem = next((example.removesuffix(end) for end in endings if example.endswith(end)), example)
    return [f"{stem}{end}" for end in endings] or [example]


def accounting(profile: Profile, user: str) -> list[list[str]]:
    """sacctmgr's arguments that make the machine, its accounts, its QoS and their limits."""
    mine, qos = accounts(profile), {}
    for queue in used_queues(profile):
        if queue.qos:
            qos[queue.qos] = queue
    made = [["add", "cluster", profile.id]]
    names = sorted({*qos, *(mine if profile.account.equals_qos else ())} - {"normal"})
    made += [["add", "qos", name] for name in names]
    for name, queue in qos.items():
        limits = [f"maxwall={minutes(queue.max_walltime)}"] if queue.max_walltime else []
        limits += [f"maxtresperjob=node={queue.max_nodes}"] if queue.max_nodes else []
        limits += [f"mintresperjob=node={queue.min_nodes}"] if queue.min_nodes else []
        if limits:
            made.append(["modify", "qos", name, "set", *limits, "flags=DenyOnLimit"])
    if profile.account.equals_qos:  # the default QoS is of no use: a minute
        made.append(["modify", "qos", "normal", "set", "maxwall=1", "flags=DenyOnLimit"])
    for account in mine:
        made.append(["add", "account", account, f"cluster={profile.id}", "description=x", "organization=x"])
        own = [account, "normal"] if profile.account.equals_qos else ["normal", *names]
        allowed = ",".join(dict.fromkeys(own))
        where = [f"account={account}", f"cluster={profile.id}", f"qos={allowed}", "defaultqos=normal"]
        made.append(["add", "user", user, *where])
    return made


def no_accounting(profile: Profile) -> list[list[str]]:
    """What takes back all that ``accounting`` made: QoS belong to all machines of one accounting."""
    qos = sorted({*(q.qos for q in used_queues(profile) if q.qos), *accounts(profile)} - {"normal"})
    return [
        ["delete", "cluster", profile.id],
        *(["delete", "qos", name] for name in qos),
        ["modify", "qos", "normal", "set", "maxwall=-1", "flags=-1"],
    ]
