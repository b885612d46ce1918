"""Slurm's partitions, nodes and accounts, read into queues."""

from __future__ import annotations

import dataclasses
import re

import pytest

from funicular.schedulers import slurm_queues
from funicular.schedulers.base import Billing, ParseError, Queue
from funicular.schedulers.run import Answer
from tests import recordings

DATA = "slurm-22.05"


def recorded_queues(person: str = "alice", **changes: str) -> tuple[Queue, ...]:
    """The recorded site as this person sees it; ``changes`` to each partition's fields."""
    partitions = slurm_queues.parse_partitions(recordings.read(f"{DATA}/scontrol-partitions"))
    return slurm_queues.join_queues(
        slurm_queues.parse_nodes(recordings.read(f"{DATA}/sinfo-nodes")),
        [one | changes for one in partitions],
        slurm_queues.parse_accounts(recordings.read(f"{DATA}/sacctmgr-{person}")),
        unix_groups={"users"},
    )


def test_the_default_queue_comes_first_with_its_size_and_limits():
    """Nodes, a node's cores, memory and GPUs, and the longest time."""
    first, *others = recorded_queues()

    assert {"debug", "gpu"} == {queue.name for queue in others}
    assert (
        Queue(
            name="cpu",
            is_default=True,
            nodes=4,
            cores_per_node=8,
            memory_per_node_bytes=16000 * 2**20,
            gpus_per_node=0,
            nodes_idle=4,
            max_walltime_s=86400,
            default_walltime_s=1800,
            accounts=("physics",),
            kill_overshoot_s=90.0,
            qos=("high", "normal", "strict", "tiny"),
        )
        == first
    )


def test_a_queue_of_gpu_nodes_has_gpus():
    """The gpu partition's one node has four."""
    gpu = next(queue for queue in recorded_queues() if queue.name == "gpu")

    assert (gpu.nodes, gpu.gpus_per_node) == (1, 4)


def test_accounts_are_the_users_own():
    """Bob sees his, Carol has none."""
    assert recorded_queues("bob")[0].accounts == ("bio",)
    assert recorded_queues("carol")[0].accounts == ()


@pytest.mark.parametrize(
    "closed",
    [
        {"AllowGroups": "wheel"},
        {"AllowAccounts": "bio,chem"},
        {"DenyAccounts": "physics"},
        {"AllowQos": "urgent"},
        {"RootOnly": "YES"},
        {"DenyQos": "high,normal,strict,tiny"},
    ],
)
def test_a_queue_that_is_not_for_this_user_is_left_out(closed: dict[str, str]):
    """Groups, accounts, QOS and root-only partitions are respected."""
    assert recorded_queues(**closed) == ()


@pytest.mark.parametrize(
    "open_", [{"AllowGroups": "users"}, {"AllowAccounts": "physics"}, {"AllowQos": "high"}]
)
def test_a_queue_that_names_this_user_stays(open_: dict[str, str]):
    """One fitting name is enough."""
    assert len(recorded_queues(**open_)) == 3


def test_limits_of_a_partition_are_applied():
    """The partition's own limits win over what a node has; a closed one is shown as closed."""
    limits = {"MaxMemPerNode": "8000", "MaxCPUsPerNode": "4", "MaxNodes": "2", "MaxTime": "UNLIMITED"}
    changed = recorded_queues(**limits, MinNodes="2", State="DOWN", OverSubscribe="EXCLUSIVE")[0]

    assert (changed.memory_per_node_bytes, changed.cores_per_node, changed.max_nodes) == (8000 * 2**20, 4, 2)
    assert changed.max_walltime_s is None
    assert changed.min_nodes == 2
    assert (changed.is_open, changed.is_shared) == (False, False)


def test_the_most_frequent_kind_of_node_speaks_for_a_mixed_queue():
    """Three plain nodes and one with GPUs: a node there is a plain one."""
    answer = Answer(("sinfo",), 0, "p|8|16000|0/3/0/3|(null)\np|64|500000+|1/0/0/1|gpu:a100:4(S:0-1)\n", "")
    groups = slurm_queues.parse_nodes(answer)
    queue = slurm_queues.join_queues(
        groups, [{"PartitionName": "p", "State": "UP", "MaxTime": "1:00:00"}], ()
    )[0]

    assert (queue.nodes, queue.nodes_idle, queue.cores_per_node, queue.gpus_per_node) == (4, 3, 8, 0)


def test_nodes_that_are_less_than_the_usual_ones_are_not_counted():
    """A job of the usual shape has no room on them; a little less memory is no other kind."""
    answer = Answer(("sinfo",), 0, "p|64|500000|0/3/0/3|\np|64|490000|0/2/0/2|\np|8|500000|0/1/0/1|\n", "")
    groups = slurm_queues.parse_nodes(answer)
    queue = slurm_queues.join_queues(
        groups, [{"PartitionName": "p", "State": "UP", "MaxTime": "1:00:00"}], ()
    )[0]

    assert (queue.nodes, queue.nodes_idle, queue.memory_per_node_bytes) == (5, 5, 490000 * 2**20)


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ({"AllowQos": "high"}, "high"),
        ({"DenyQos": "high"}, "normal"),
        ({"DenyQos": "normal"}, "high"),
        ({"DenyQos": "others"}, None),
    ],
)
def test_a_queue_that_takes_not_all_qos_is_asked_with_one_that_it_takes(
    rule: dict[str, str], named: str | None
):
    """The default one may be among those that it does not take."""
    assert recorded_queues(**rule)[0].asking.qos == named


def test_the_default_account_comes_first():
    """Of several accounts the default one leads."""
    answer = Answer(("sacctmgr",), 0, "p2|p1||normal\np2|p2||normal,high\n", "")

    assert [one.account for one in slurm_queues.parse_accounts(answer)] == ["p2", "p1"]


@pytest.mark.parametrize(
    "line", ["cpu|8|16000", "cpu|eight|16000|0/1/0/1|", "cpu|8|16000|0/1|", "cpu|8|much|0/1/0/1|"]
)
def test_an_unreadable_node_line_is_an_error(line: str):
    """Nothing is skipped quietly."""
    with pytest.raises(ParseError):
        slurm_queues.parse_nodes(Answer(("sinfo",), 0, f"{line}\n", ""))


def test_an_unreadable_partition_is_an_error_with_its_line():
    """A partition without a state or a time limit is not guessed at."""
    with pytest.raises(ParseError) as caught:
        slurm_queues.parse_partitions(Answer(("scontrol",), 0, "PartitionName=x Nodes=n1\n", ""))

    assert "PartitionName=x" in caught.value.why


def test_an_answer_about_accounts_with_other_fields_is_an_error():
    """Four fields were asked for."""
    with pytest.raises(ParseError):
        slurm_queues.parse_accounts(Answer(("sacctmgr",), 0, "physics|normal\n", ""))


def test_values_are_frozen():
    """A queue does not change under those who plan with it."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        recorded_queues()[0].nodes = 5  # type: ignore[misc]


def overshoot(text: str, **partition: str) -> float:
    """How long jobs of the default queue may outlive their limit with these settings."""
    partitions = slurm_queues.parse_partitions(recordings.read(f"{DATA}/scontrol-partitions"))
    queues = slurm_queues.join_queues(
        slurm_queues.parse_nodes(recordings.read(f"{DATA}/sinfo-nodes")),
        [one | partition for one in partitions],
        (),
        overrun=slurm_queues.parse_overrun(Answer(("scontrol",), 0, text, "")),
    )
    return queues[0].kill_overshoot_s


def test_how_late_jobs_are_ended_is_read_from_slurm():
    """KillWait and the minute in which limits are looked at; Slurm's defaults where nothing is said."""
    recorded = recordings.read(f"{DATA}/scontrol-config").stdout

    assert overshoot(recorded) == 65
    assert overshoot("") == 90


def test_a_site_that_lets_jobs_overrun_is_counted_so():
    """OverTimeLimit is billed: a partition's own goes before the site's, and no limit counts a day."""
    text = "KillWait                = 30 sec\nOverTimeLimit           = 10 min\n"

    assert overshoot(text) == 90 + 600
    assert overshoot(text, OverTimeLimit="2") == 90 + 120
    assert overshoot("OverTimeLimit           = UNLIMITED\n") == 90 + 86400


def test_slurm_says_what_its_machine_is_called():
    """As it was recorded; nothing where it does not say."""
    recorded = recordings.read(f"{DATA}/scontrol-config")

    assert (
        slurm_queues.parse_cluster_name(recorded) == re.search(r"ClusterName\s+= (\S+)", recorded.stdout)[1]
    )
    assert slurm_queues.parse_cluster_name(Answer(("scontrol",), 0, "", "")) is None


def test_weights_of_billing_are_read():
    """As Slurm shows them: cores, GPUs, and memory by the GiB; without weights nothing is weighed."""
    partitions = slurm_queues.parse_partitions(recordings.read(f"{DATA}/scontrol-partitions-weighted"))
    weights = {each["PartitionName"]: each.get("TRESBillingWeights", "") for each in partitions}

    assert slurm_queues.parse_billing(weights["gpu"]) == Billing(core=1.0, memory_gib=0.25, gpu=16.0)
    assert slurm_queues.parse_billing(weights["cpu"]) is None
    assert slurm_queues.parse_billing("Mem=1,Node=3,GRES/gpu:a100=5,GRES/gpu=2,Lic/x=9") == Billing(
        memory_gib=1024.0, gpu=5.0, node=3.0
    )
    with pytest.raises(ParseError, match="weight"):
        slurm_queues.parse_billing("CPU=many")


def test_what_a_node_is_billed():
    """The sum of what is weighed, or the greatest where the site says so (PriorityFlags=MAX_TRES)."""
    billing = Billing(core=1.0, memory_gib=0.25, gpu=16.0)
    share = {"cores": 4, "memory_bytes": 8 * 2**30, "gpus": 1}

    assert billing.of_node(**share) == 4 + 2 + 16
    assert dataclasses.replace(billing, is_most=True).of_node(**share) == 16
    assert not slurm_queues.bills_most(recordings.read(f"{DATA}/scontrol-config"))
    assert slurm_queues.bills_most(Answer((), 0, "PriorityFlags           = ACCRUE_ALWAYS,MAX_TRES\n", ""))
