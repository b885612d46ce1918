"""A wish, the user's defaults and the site's rules together make one job."""

from __future__ import annotations

from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.planning import plan_wish, shape_of
from funicular.messages import Wish
from funicular.schedulers.base import Queue
from funicular.sites.policy import Policy

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
