"""On each known machine a wish alone becomes options that this site takes, and none that it refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from funicular.clusters.fleet import Block
from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.jobs import job_of
from funicular.clusters.planning import shape_of
from funicular.messages import Wish
from funicular.schedulers.base import Asking, Queue, SubmitRefused
from funicular.schedulers.slurm_text import script, submit_command
from funicular.sites.known import profiles
from funicular.sites.model import Profile
from funicular.sites.own_terms import in_own_terms
from funicular.sites.request import RequestRefused, plan

KNOWN = profiles({"HOME": "/nonexistent"})
IN_SERVICE = sorted(site for site, each in KNOWN.items() if each.status.is_in_service)
GIB = 2**30
ACCOUNTS = {
    "deucalion": ("f2025001a", "f2025001x", "f2025001g"),
    "helios": ("plgx-cpu", "plgx-gpu-gh200"),
    "arrhenius": ("naiss2026-3-1-cpu", "naiss2026-3-1-gpu"),
    "jean-zay": ("abc@cpu", "abc@v100", "abc@a100", "abc@h100"),
}


def live(profile: Profile) -> tuple[Queue, ...]:
    """What a Slurm of this machine would list: a queue a partition, as big as the profile says.

    Where the profile does not say how big a node is, 64 cores and 256 GiB stand in.
    """
    found: dict[str, Queue] = {}
    for facts in profile.queues:
        node = profile.node_types.get(facts.nodes or "")
        name = facts.partition or facts.name
        cpus = ((node.cores if node else None) or 64) * (2 if node and node.cpus_are_threads else 1)
        found.setdefault(
            name,
            Queue(
                name,
                not found,
                (node.count if node else None) or 8,
                cpus,
                int(((node.memory_gib if node else None) or 256) * GIB),
                gpus_per_node=node.gpus if node else 0,
                accounts=ACCOUNTS.get(profile.id, (profile.account.example.replace(" ", "-"),)),
            ),
        )
    return tuple(found.values())


def options(site: str, wish: Wish) -> list[str]:
    """The options of sbatch and of srun that this wish comes to."""
    made = plan(wish, in_own_terms(live(KNOWN[site]), KNOWN[site]), site=site)
    block = Block("b1", made.nodes, shape_of(made))
    spec = job_of(block, name="x", python="python", folder=Path("/x"), defaults=SiteDefaults())
    step = next(line for line in script(spec).splitlines() if line.startswith("exec srun"))
    return [*submit_command(spec), *step.split()]


def with_gpus(site: str) -> Wish:
    """Four nodes (or all) with their GPUs, in the usual queue that has some; the account that pays."""
    queues = in_own_terms(live(KNOWN[site]), KNOWN[site])
    queue = next(each for each in queues if each.gpus_per_node and each.is_offered)
    nodes = min(4, queue.nodes)
    return Wish(
        nodes=nodes, gpus=nodes * queue.gpus_per_node, hours=1, queue=queue.name, account=queue.accounts[0]
    )


@pytest.mark.parametrize("site", IN_SERVICE)
def test_nothing_chosen_one_and_four_nodes_are_planned(site: str) -> None:
    """On every machine in service, from the wish alone but for the account where there are several."""
    queues = in_own_terms(live(KNOWN[site]), KNOWN[site])
    account = queues[0].accounts[0]
    for wish in (Wish(), Wish(nodes=1, hours=1), Wish(nodes=min(4, queues[0].nodes), hours=1)):
        made = plan(replace(wish, account=account), queues, site=site)

        assert made.nodes == (wish.nodes or 1)
        assert made.queue == queues[0].name or wish.nodes is None


@pytest.mark.parametrize("site", sorted(set(IN_SERVICE) - {"discoverer"}))
def test_gpus_are_asked_for_as_the_site_wants_it(site: str) -> None:
    """Four nodes with their GPUs, in the words of the profile."""
    wish = with_gpus(site)
    said = options(site, wish)
    asked = [each for each in said if each.startswith(("--gres=gpu", "--gpus"))]
    count = asked[0].rpartition(":")[2].rpartition("=")[2]

    assert len(asked) == 2  # sbatch, and srun
    assert asked[0] == asked[1]
    assert int(count) == (wish.gpus or 0) // (1 if asked[0].startswith("--gpus=") else wish.nodes or 1)


def test_marenostrum_5_is_asked_by_qos_and_never_for_memory() -> None:
    """The QoS implies the partition, memory follows the cores, and a GPU brings twenty of them."""
    said = options("marenostrum5", Wish(gpus=2, hours=1))

    assert "--qos=acc_ehpc" in said
    assert "--gres=gpu:2" in said
    assert said.count("--cpus-per-task=40") == 2
    assert not any(each.startswith(("--mem", "--partition")) for each in said)


def test_karolina_counts_the_gpus_of_the_whole_job() -> None:
    """``--gpus``, never ``--gres``: two nodes of eight are sixteen."""
    said = options("karolina", Wish(nodes=2, gpus=16, hours=1))

    assert said.count("--gpus=16") == 2
    assert not any(each.startswith("--gres") for each in said)


def test_karolina_and_meluxina_give_whole_nodes() -> None:
    """Fewer cores than a node's are charged as a node, so the job gets it."""
    for site in ("karolina", "meluxina"):
        assert "--cpus-per-task=128" in options(site, Wish(cores=4, hours=1))


def test_less_than_a_node_goes_where_nodes_are_shared() -> None:
    """LUMI's default gives whole nodes: who wishes a few cores, one GPU or nothing gets a part of one."""
    queues = in_own_terms(live(KNOWN["lumi"]), KNOWN["lumi"])
    chosen = {wish: plan(wish, queues, site="lumi") for wish in (Wish(), Wish(cores=4), Wish(gpus=1))}

    assert [each.queue for each in chosen.values()] == ["small", "small", "small-g"]
    assert [each.cores_per_node for each in chosen.values()] == [16, 4, 7]
    assert plan(Wish(nodes=1), queues, site="lumi").queue == "standard"
    assert "not standard" in chosen[Wish()].because[0]


def test_jean_zay_is_asked_by_account_and_constraint() -> None:
    """The account of that GPU, its constraint, no partition, cores and not threads."""
    said = options("jean-zay", Wish(gpus=4, hours=1, queue="gpu_p6"))

    wanted = {"--account=abc@h100", "--constraint=h100", "--qos=qos_gpu_h100-t3", "--hint=nomultithread"}
    assert wanted <= set(said)
    assert not any(each.startswith("--partition") for each in said)


def test_discoverer_plus_never_uses_the_default_qos() -> None:
    """Its default QoS is one minute without GPUs; the one called like the account is named."""
    account = "the-id-of-the-project"

    assert f"--qos={account}" in options("discoverer-plus", Wish(gpus=1, hours=1, account=account))


def test_vega_counts_threads_and_wants_gpus_on_gpu_nodes() -> None:
    """64 of Slurm's CPUs are 32 cores: 32 workers; and the queue gpu takes no job without one."""
    queues = in_own_terms(live(KNOWN["vega"]), KNOWN["vega"])

    assert plan(Wish(cores=64, hours=1), queues, site="vega").workers_per_node == 32
    assert plan(Wish(hours=1, queue="gpu"), queues, site="vega").gpus_per_node == 1
    with pytest.raises(RequestRefused, match="big") as caught:
        plan(Wish(gpus=0, cores=4, hours=1, queue="gpu"), queues, site="vega")
    assert "gpu takes only jobs with GPUs" in caught.value.why


def test_big_queues_take_big_jobs_only() -> None:
    """65 nodes at least on Leonardo's; who asks for fewer is told so."""
    queues = in_own_terms(live(KNOWN["leonardo"]), KNOWN["leonardo"])
    with pytest.raises(RequestRefused) as caught:
        plan(Wish(nodes=4, hours=1, queue="boost_usr_prod-bprod"), queues, site="leonardo")

    assert "takes jobs of 65 nodes or more" in caught.value.why


def test_the_default_partition_for_downloads_is_no_place_for_work() -> None:
    """Leonardo's default is for installing; nobody lands there who names no queue."""
    queues = in_own_terms(live(KNOWN["leonardo"]), KNOWN["leonardo"])

    assert queues[0].name == "dcgp_usr_prod"
    assert [queue.name for queue in queues if queue.is_default] == ["dcgp_usr_prod"]


def test_cores_are_asked_for_where_the_scheduler_lists_threads() -> None:
    """MeluXina's nodes show 256 CPUs and its jobs ask for 128 cores, without multithreading."""
    listed = tuple(replace(each, cores_per_node=256) for each in live(KNOWN["meluxina"]))
    queues = in_own_terms(listed, KNOWN["meluxina"])

    assert next(each for each in queues if each.name == "cpu").cores_per_node == 128


def test_nodes_of_another_architecture_are_no_default() -> None:
    """Deucalion's login nodes are x86_64, its first partitions are not: no notebook could use them."""
    listed = live(KNOWN["deucalion"])

    assert in_own_terms(listed, KNOWN["deucalion"])[0].name == "normal-arm"
    assert in_own_terms(listed, KNOWN["deucalion"], machine="x86_64")[0].name == "normal-x86"
    assert in_own_terms(listed, KNOWN["deucalion"], machine="aarch64")[0].name == "normal-arm"


def test_the_live_scheduler_is_right() -> None:
    """Smaller limits win, QoS that the user lacks are left out, unknown partitions stay as they are."""
    listed = [replace(each, max_walltime_s=3600, qos=("normal",)) for each in live(KNOWN["leonardo"])]
    new = Queue("brand_new", False, 1, 4, GIB)
    queues = {each.name: each for each in in_own_terms((*listed, new), KNOWN["leonardo"])}

    assert queues["dcgp_usr_prod"].max_walltime_s == 3600
    assert "boost_usr_prod-dbg" not in queues
    described = replace(new, is_default=False, asking=queues["brand_new"].asking)
    assert queues["brand_new"] == described
    assert queues["brand_new"].asking.partition is None
    assert "lrd_all_viz" in queues


def test_an_options_text_cannot_become_another_option() -> None:
    """What a profile says is checked before it reaches a command."""
    made = plan(Wish(), live(KNOWN["lumi"]), site="lumi")
    for asking in (
        Asking(options=("--x; rm -rf ~",)),
        Asking(options=("--wrap=a b",)),
        Asking(gpus="--gres=gpu:{n} --uid=0"),
        Asking(constraint="a\n#SBATCH"),
        Asking(partition="$(id)"),
        Asking(qos="a b"),
    ):
        shape = replace(shape_of(made), asking=asking, gpus=1)
        block = Block("b1", 1, shape)
        spec = job_of(block, name="x", python="python", folder=Path("/x"), defaults=SiteDefaults())
        with pytest.raises(SubmitRefused):
            submit_command(spec)
