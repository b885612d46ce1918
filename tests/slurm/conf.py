"""The configuration files of the test site, as text. Pure: a layout in, text out."""

from __future__ import annotations

from tests.slurm.layout import CPUS, GPUS, MEMORY_MB, Layout, Node

# Values that differ from Slurm's own are there so that tests need not wait, or since one machine plays many.
ONE_MACHINE = """\
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SlurmdParameters=config_overrides
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
MessageTimeout=10
CompleteWait=0
"""  # what lets one machine play many nodes

COMMON = f"""\
{ONE_MACHINE}DefMemPerCPU=500
SchedulerParameters=batch_sched_delay=0,sched_interval=5,bf_interval=1,bf_resolution=1,bf_min_age_reserve=0,bf_continue
PriorityType=priority/multifactor
PriorityWeightFairshare=10000
PriorityWeightAge=100
PriorityWeightQOS=1000
PriorityCalcPeriod=00:01:00
SlurmdTimeout=15
KillWait=5
MinJobAge=60
InactiveLimit=0
Licenses=matlab:1
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=2
JobAcctGatherParams=OverMemoryKill
"""


def slurm_conf(layout: Layout) -> str:
    """slurm.conf. The default partition spans all nodes; ``debug`` is short; ``gpu`` has the last node."""
    root = layout.root
    head = f"{layout.head}({layout.head_address})"
    lines = [
        "ClusterName=funicular",
        f"SlurmctldHost={head}",
        f"SlurmctldPort={layout.controller_port}",
        f"SlurmUser={layout.slurm_user}",
        f"AuthInfo=socket={layout.munge_socket}",
        f"StateSaveLocation={root}/state",
        f"SlurmdSpoolDir={root}/spool/%n",
        f"SlurmctldPidFile={root}/run/slurmctld.pid",
        f"SlurmdPidFile={root}/run/slurmd.%n.pid",
        f"SlurmctldLogFile={root}/log/slurmctld.log",
        f"SlurmdLogFile={root}/log/slurmd.%n.log",
        *COMMON.splitlines(),
    ]
    if not layout.as_root:
        lines.append(f"SlurmdUser={layout.slurm_user}")
    if any(node.gpus for node in layout.nodes):
        lines.append("GresTypes=gpu")
    lines += [_node_line(node) for node in layout.nodes]
    everywhere = ",".join(node.name for node in layout.nodes)
    with_gpus = ",".join(node.name for node in layout.nodes if node.gpus)
    lines += [
        f"PartitionName=cpu Nodes={everywhere} Default=YES DefaultTime=00:30:00 MaxTime=1-00:00:00 State=UP",
        f"PartitionName=debug Nodes={everywhere} DefaultTime=00:02:00 MaxTime=00:05:00 "
        "PriorityJobFactor=100 State=UP",
    ]
    if with_gpus:
        lines.append(f"PartitionName=gpu Nodes={with_gpus} DefaultTime=00:30:00 MaxTime=12:00:00 State=UP")
    if layout.as_root:
        lines += [
            "AccountingStorageType=accounting_storage/slurmdbd",
            f"AccountingStorageHost={layout.head_address}",
            f"AccountingStoragePort={layout.accounting_port}",
            f"AccountingStoragePass={layout.munge_socket}",  # else clients ask the system's munge
            "AccountingStorageTRES=gres/gpu",
            "AccountingStoreFlags=job_comment,job_env,job_script",
            "AccountingStorageEnforce=associations,limits,qos",
        ]
    return "\n".join(lines) + "\n"


def _node_line(node: Node) -> str:
    gres = f" Gres=gpu:{node.gpus}" if node.gpus else ""
    where = f"NodeHostname={node.hostname} NodeAddr={node.address} Port={node.port}"
    return f"NodeName={node.name} {where} CPUs={CPUS} RealMemory={MEMORY_MB}{gres} State=UNKNOWN"


def gres_conf(layout: Layout) -> str:
    """gres.conf: GPUs are clones of /dev/null, since a gpu without a device file is dropped."""
    return "".join(
        f"NodeName={node.name} Name=gpu File={layout.root}/fakedev/gpu[0-{GPUS - 1}]\n"
        for node in layout.nodes
        if node.gpus
    )


def slurmdbd_conf(layout: Layout, password: str) -> str:
    """slurmdbd.conf; holds the database password, so it is the slurm user's alone."""
    return f"""\
AuthType=auth/munge
AuthInfo=socket={layout.munge_socket}
DbdHost={layout.head}
DbdAddr={layout.head_address}
DbdPort={layout.accounting_port}
SlurmUser={layout.slurm_user}
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={layout.database_port}
StorageUser=slurm
StoragePass={password}
StorageLoc=slurm_acct_db
LogFile={layout.root}/log/slurmdbd.log
PidFile={layout.root}/run/slurmdbd.pid
"""


def database_setup(password: str) -> str:
    """What the database server runs at its start: the accounting database and its user."""
    return f"""\
CREATE DATABASE IF NOT EXISTS slurm_acct_db;
CREATE USER IF NOT EXISTS 'slurm'@'127.0.0.1' IDENTIFIED BY '{password}';
CREATE USER IF NOT EXISTS 'slurm'@'localhost' IDENTIFIED BY '{password}';
GRANT ALL ON slurm_acct_db.* TO 'slurm'@'127.0.0.1';
GRANT ALL ON slurm_acct_db.* TO 'slurm'@'localhost';
"""


def hosts_file(layout: Layout) -> str:
    """/etc/hosts as the nodes see it, so that they know each other by name."""
    nodes = "".join(f"{node.address} {node.hostname}\n" for node in layout.nodes)
    return f"127.0.0.1 localhost\n{layout.head_address} {layout.head}\n{nodes}"


def accounting_commands() -> list[list[str]]:
    """sacctmgr arguments that make the cluster, its accounts, limits and users (``funcarol`` has none)."""
    return [
        ["add", "cluster", "funicular"],
        ["add", "account", "physics,bio", "cluster=funicular", "description=test", "organization=test"],
        ["add", "qos", "high", "priority=1000"],
        ["add", "qos", "tiny", "maxjobsperuser=1", "maxwall=00:02:00"],
        ["add", "qos", "strict", "maxwall=00:02:00", "maxtresperjob=node=2", "flags=DenyOnLimit"],
        ["add", "user", "funalice", "account=physics", "qos=normal,high,tiny,strict", "defaultqos=normal"],
        ["add", "user", "funbob", "account=bio", "qos=normal,tiny", "defaultqos=normal"],
    ]
