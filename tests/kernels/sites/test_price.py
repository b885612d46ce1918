"""What a job costs in its site's own unit: the examples of the sites' own pages, and what is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from funicular.messages import Wish
from funicular.schedulers.base import Billing, Charge, Queue
from funicular.sites.fit import Size
from funicular.sites.own_terms import in_own_terms
from funicular.sites.price import NO_PRICE, format_units, price
from funicular.sites.request import plan
from tests.kernels.sites.test_own_terms import GIB, IN_SERVICE, KNOWN, live

HOUR = 3600.0


def here(site: str, name: str) -> Queue:
    """A queue of a known machine, as Funicular sees it there."""
    return next(each for each in in_own_terms(live(KNOWN[site]), KNOWN[site]) if each.name == name)


@pytest.mark.parametrize(
    ("site", "queue", "size", "units", "unit"),
    [
        # https://docs.lumi-supercomputer.eu/runjobs/lumi_env/billing/
        ("lumi", "standard", Size(16, 128, 224 * GIB, 0, 12 * HOUR), 24576, "CPU-core-hours"),
        ("lumi", "small", Size(1, 4, 4 * GIB, 0, 24 * HOUR), 96, "CPU-core-hours"),
        ("lumi", "small", Size(1, 4, 32 * GIB, 0, 24 * HOUR), 384, "CPU-core-hours"),
        ("lumi", "standard-g", Size(2, 56, 480 * GIB, 8, HOUR), 8, "GPU-hours"),
        ("lumi", "small-g", Size(1, 7, 60 * GIB, 1, HOUR), 0.5, "GPU-hours"),
        ("lumi", "small-g", Size(1, 9, 60 * GIB, 1, HOUR), 1, "GPU-hours"),
        ("lumi", "small-g", Size(1, 7, 65 * GIB, 1, HOUR), 1, "GPU-hours"),
        # https://wiki.u-gov.it/confluence/display/SCAIUS/UG2.4%3A+Accounting
        ("leonardo", "boost_usr_prod", Size(1, 24, 60 * GIB, 1, HOUR), 24, "core-hours"),
        ("leonardo", "boost_usr_prod", Size(1, 6, 60 * GIB, 1, HOUR), 8, "core-hours"),
        ("leonardo", "boost_usr_prod", Size(1, 24, 60 * GIB, 4, HOUR), 32, "core-hours"),
        ("leonardo", "dcgp_usr_prod", Size(1, 1, 241 * GIB, 0, HOUR), 56, "core-hours"),
        # http://www.idris.fr/en/docs/jean-zay/gestion-compte/heures-calcul
        ("jean-zay", "gpu_p13", Size(1, 20, 60 * GIB, 1, HOUR), 2, "GPU-hours"),
        ("jean-zay", "gpu_p2", Size(1, 12, 60 * GIB, 1, HOUR), 4, "GPU-hours"),
        ("jean-zay", "cpu_p1", Size(2, 40, 160 * GIB, 0, HOUR), 80, "CPU-hours"),
        # https://docs.it4i.cz/en/docs/general/run-jobs/resource-allocation/resource-accounting
        ("karolina", "qgpu", Size(1, 16, 60 * GIB, 1, HOUR), 1 / 8, "node-hours"),
        ("karolina", "qcpu", Size(3, 128, 230 * GIB, 0, 2 * HOUR), 6, "node-hours"),
        ("karolina", "qfat", Size(1, 96, 60 * GIB, 0, HOUR), 1 / 8, "node-hours"),
        ("jupiter", "booster", Size(2, 288, 100 * GIB, 4, HOUR), 576, "core-hours"),
        ("meluxina", "gpu", Size(2, 64, 100 * GIB, 4, 3 * HOUR), 6, "node-hours"),
        ("marenostrum5", "acc_ehpc", Size(1, 20, 125 * GIB, 1, HOUR), 20, "core-hours"),
        ("helios", "plgrid-gpu-gh200", Size(1, 1, GIB, 1, HOUR), 1, "GPU-hours"),
    ],
)
def test_the_sites_own_rule_is_followed(site: str, queue: str, size: Size, units: float, unit: str) -> None:
    """As the site's page counts it; a slice that is begun counts whole."""
    cost = price(size, here(site, queue))

    assert (cost.amount, cost.unit) == (pytest.approx(units), unit)


@pytest.mark.parametrize("site", IN_SERVICE)
def test_every_wish_says_its_cost_where_the_rule_is_known(site: str) -> None:
    """In the unit, for people, with the rule; where it is not known nothing is said, and nothing guessed."""
    for queue in in_own_terms(live(KNOWN[site]), KNOWN[site]):
        alone = replace(queue, accounts=queue.accounts[:1], nodes=max(queue.nodes, queue.min_nodes))
        gpus = queue.min_nodes * queue.gpus_per_node or None
        wish = Wish(nodes=queue.min_nodes, gpus=gpus, hours=0.1, queue=queue.name)
        made = plan(wish, (alone,), site=site)
        said = [each for each in made.because if each.startswith("it costs at most")]
        if queue.charge is None:
            assert (said, made.unit) == ([], "")
        else:
            (line,) = said
            assert made.unit == queue.charge.unit in line
            assert queue.charge.words in line
            assert made.units > 0


def test_sites_whose_rule_is_documented_have_one() -> None:
    """Else the tests above would say nothing."""
    charged = {
        site for site in IN_SERVICE for each in in_own_terms(live(KNOWN[site]), KNOWN[site]) if each.charge
    }

    assert charged == {
        "helios", "jean-zay", "jupiter", "karolina", "leonardo", "lumi", "marenostrum5", "meluxina",
    }  # fmt: skip


def test_a_rule_that_counts_nothing_of_a_job_says_nothing() -> None:
    """GPUs are counted there, and the job has none: it is not free, so no cost is told."""
    assert price(Size(1, 16, GIB, 0, HOUR), here("karolina", "qgpu")) == NO_PRICE


def test_a_rule_that_is_a_guess_is_none() -> None:
    """What is not sure is for reading, not for counting."""
    doubted = KNOWN["meluxina"].model_copy(update={"unverified": {"node_types.cpu.charge.rate": "a guess"}})
    queues = {each.name: each for each in in_own_terms(live(KNOWN["meluxina"]), doubted)}

    assert queues["cpu"].charge is None
    assert queues["gpu"].charge is not None


def test_weights_of_the_live_scheduler_are_counted_where_no_rule_is_known() -> None:
    """Slurm's own billing, with its name."""
    queue = Queue("q", True, 4, 8, 16 * GIB, billing=Billing(core=0.5, gpu=2), gpus_per_node=2)
    cost = price(Size(2, 4, GIB, 1, HOUR), queue)

    assert (cost.amount, cost.unit) == (8, "billing-hours")
    assert "TRESBillingWeights" in cost.said
    assert price(Size(2, 4, GIB, 1, HOUR), replace(queue, billing=None)) == NO_PRICE


def test_what_the_scheduler_lets_it_overrun_is_counted() -> None:
    """A minute that is begun, and the time until it is ended."""
    queue = Queue("q", True, 4, 8, 16 * GIB, charge=Charge("node-hours", "node"), kill_overshoot_s=120)

    assert price(Size(1, 8, GIB, 0, 3 * 60 - 1), queue).amount == pytest.approx(5 / 60)


def test_hardware_threads_are_no_cores() -> None:
    """Where the scheduler counts threads, a whole node is its cores."""
    queue = Queue("q", True, 4, 128, 16 * GIB, charge=Charge("core-hours", "core"), threads_per_core=2)

    assert price(Size(1, 128, 16 * GIB, 0, HOUR), queue).amount == 64
    assert price(Size(1, 3, GIB, 0, HOUR), queue).amount == 4  # a sixteenth of the node by its memory


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "0 x"),
        (0.12501, "0.126 x"),
        (1.0, "1 x"),
        (3.051, "3.06 x"),
        (312, "312 x"),
        (24576.2, "24 577 x"),
    ],
)
def test_amounts_are_rounded_up(amount: float, said: str) -> None:
    """Three figures, and all of larger ones; never less than it is."""
    assert format_units(amount, "x") == said
