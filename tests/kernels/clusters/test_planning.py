"""A wish, the user's defaults and the site's rules together make one job."""

from __future__ import annotations

import pytest

from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.planning import OtherProcessor, plan_wish, shape_of
from funicular.messages import Wish
from funicular.schedulers.base import Queue
from funicular.sites.policy import Policy
from funicular.sites.request import RequestRefused

QUEUES = (
    Queue("cpu", True, 4, 8, 16 * 10**9, accounts=("physics", "bio"), kill_overshoot_s=90),
    Queue("debug", False, 4, 8, 16 * 10**9, accounts=("physics", "bio"), max_walltime_s=300),
)


def test_defaults_choices_and_policy_meet_in_one_plan():
    """The user's jobqueue.yaml names hours, the choice from before the account, the policy the queue."""
    made = plan_wish(
        Wish(nodes=2),
        QUEUES,
        site="slurm",
        defaults=SiteDefaults(hours=0.05),
        policy=Policy(default_queue="debug"),
        chosen_account="bio",
    )

    assert (made.nodes, made.queue, made.account, made.walltime_s) == (2, "debug", "bio", 180)
    assert any("you chose it before" in why for why in made.because)


def test_the_shape_is_the_plans_node():
    """What a node is, and how late the scheduler may end it, come from the plan."""
    made = plan_wish(
        Wish(nodes=1, account="bio"),
        QUEUES,
        site="slurm",
        defaults=SiteDefaults(),
        policy=Policy(),
        chosen_account=None,
    )
    shape = shape_of(made)

    assert (shape.cores, shape.workers, shape.threads) == (8, 8, 1)
    assert (shape.queue, shape.account, shape.overshoot_s) == ("cpu", "bio", 90)


# --- processors of another kind

X86 = Queue("cpu", True, 4, 8, 16 * 10**9, architecture="x86_64")
ARM = Queue("gh", False, 4, 72, 480 * 10**9, gpus_per_node=4, architecture="aarch64")
UNKNOWN = Queue("old", False, 4, 8, 16 * 10**9)


def made(wish, *queues, machine="x86_64"):
    return plan_wish(
        wish,
        queues,
        site="slurm",
        defaults=SiteDefaults(),
        policy=Policy(),
        chosen_account=None,
        machine=machine,
    )


def test_a_queue_of_the_notebooks_kind_goes_before_the_default():
    """On an ARM login node the ARM queue is taken, though another is the default; amd64 is x86_64."""
    assert made(Wish(nodes=1), X86, ARM, machine="aarch64").queue == "gh"
    assert made(Wish(nodes=1), X86, ARM, machine="AMD64").queue == "cpu"


def test_other_processors_are_told_before_anything_is_submitted():
    """Named, or the only ones that fit: what is there, what is here, and how the session gets there."""
    for wish in (Wish(nodes=1, queue="gh"), Wish(gpus=2)):
        with pytest.raises(OtherProcessor, match="aarch64, this is x86_64") as caught:
            made(wish, X86, ARM)

        assert "(cpu)" in caught.value.next_step
        assert "srun -p gh" in caught.value.next_step


def test_nodes_of_an_unknown_kind_are_tried():
    """Where the site does not say, the nodes themselves do when they join."""
    assert made(Wish(nodes=1), UNKNOWN, machine="aarch64").queue == "old"


def test_a_wish_that_fits_nowhere_lists_all_reasons():
    """The refusal is about the size, not about the kind of processor."""
    with pytest.raises(RequestRefused, match="99"):
        made(Wish(nodes=99), X86, ARM)


SITE = (
    Queue("acc_ehpc", True, 4, 80, 512 * 10**9, partition="acc", max_walltime_s=7200),
    Queue("acc_long", False, 4, 80, 512 * 10**9, partition="acc"),
    Queue("gp_ehpc", False, 4, 112, 256 * 10**9, partition="gpp"),
)


def by_partition(queue, hours=None, default=None):
    """The plan where the user's jobqueue.yaml names this queue on a machine whose users call it otherwise."""
    return plan_wish(
        Wish(nodes=1, hours=hours),
        SITE,
        site="slurm",
        defaults=SiteDefaults(queue=queue),
        policy=Policy(default_queue=default),
        chosen_account=None,
    )


@pytest.mark.parametrize(
    ("queue", "hours", "found"), [("acc", 1, "acc_ehpc"), ("acc", 4, "acc_long"), ("gpp", 1, "gp_ehpc")]
)
def test_a_queue_named_by_its_partition_is_found(queue, hours, found):
    """The first of it that holds the wish, never one of another partition; and it is said."""
    plan = by_partition(queue, hours)

    assert plan.queue == found
    assert f"partition {queue} was named" in plan.because


def test_a_queues_own_name_goes_before_a_partitions():
    """Nothing changes for who names it as its users do; what is neither is refused with the names."""
    assert by_partition("acc_long").queue == "acc_long"
    assert not any("was named" in why for why in by_partition("acc_long").because)
    with pytest.raises(RequestRefused, match="no queue nothing"):
        by_partition("nothing")


def test_administrators_may_name_a_partition_too():
    """As the default one in their policy."""
    assert by_partition(None, 1, "gpp").queue == "gp_ehpc"
    assert by_partition(None, 1, "acc_long").queue == "acc_long"
