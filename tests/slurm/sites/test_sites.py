"""Each known machine takes the jobs that Funicular makes of a wish alone, and starts them.

Three machines a run, chosen in turn by the day; ``FUNICULAR_TRY_SITES=all`` (``make sites``) tries all, or
names them. A job that waits for ever is a job refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from funicular.messages import Wish
from funicular.schedulers.base import SubmitRefused
from funicular.sites.job_lines import preamble
from funicular.sites.known import profiles
from tests.needs import is_missing
from tests.slurm import site
from tests.slurm.sites import report, trying
from tests.slurm.sites.standing import Ground, Machine, standing

KNOWN = profiles({"HOME": "/nonexistent"})
IN_SERVICE = sorted(each.id for each in KNOWN.values() if each.status.is_in_service)
AT_ONCE = 3
SETTING = "FUNICULAR_TRY_SITES"


def chosen() -> list[str]:
    """The machines of this run."""
    said = os.environ.get(SETTING, "")
    if said == "all":
        return IN_SERVICE
    if said:
        return said.split(",")
    first = date.today().toordinal() * AT_ONCE
    return [IN_SERVICE[(first + n) % len(IN_SERVICE)] for n in range(AT_ONCE)]


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """What the machines share; stopped and removed afterwards."""
    if os.geteuid() != 0:
        is_missing("machines with accounting need root")
    if missing := site.missing_programs():
        is_missing(f"Slurm's programs are not installed: {', '.join(missing)}")
    found = Ground()
    try:
        found.build()
        yield found
    finally:
        found.clear()


@pytest.fixture(scope="module", params=chosen())
def machine(request: pytest.FixtureRequest, ground: Ground) -> Iterator[Machine]:
    """One machine after the other."""
    with standing(KNOWN[request.param], ground) as found:
        yield found


def test_what_a_newcomer_wishes_is_taken_and_starts(machine: Machine) -> None:
    """Nothing chosen, a small server, one node, four; one GPU and whole nodes of them where there are any."""
    trials = [trying.attempt(machine, what, wish) for what, wish in trying.wishes(machine)]
    report.write(machine.profile, trials)

    assert {trial.what: trial.state for trial in trials if not trial.is_running} == {}


def test_what_the_site_needs_reaches_the_job(machine: Machine) -> None:
    """Variables of its profile are set in a job that really runs, and those that it wants gone are gone."""
    seen = trying.seen_by_the_job(machine)
    facts = preamble(machine.profile)
    wanted = dict(each.split("=", 1) for each in facts.environment)
    values = {
        name: seen.get(value[1:], "") if value.startswith("$") else value for name, value in wanted.items()
    }

    assert "SLURM_JOB_ID" in seen
    assert {name: seen.get(name) for name in wanted} == values
    assert not set(facts.unset) & set(seen)


def test_what_the_site_refuses_is_refused_here_too(machine: Machine) -> None:
    """The rule that this site is known for bites: else the trial above would say nothing."""
    breaking = BROKEN.get(machine.profile.id)
    if breaking is None:
        return
    wish, changes, words = breaking
    spec = trying.spec_of(machine, wish)

    with pytest.raises(SubmitRefused, match=r"(?s)did not take") as caught:
        trying.start(machine, "refused", replace(spec, asking=replace(spec.asking, skip=(), **changes)))
    assert words in caught.value.why


BROKEN = {
    "marenostrum5": (Wish(nodes=1, hours=1), {"memory": True}, "memory cannot be set"),
    "vega": (Wish(nodes=1, hours=1, queue="cpu"), {"partition": "gpu"}, "no GPUs"),
    "karolina": (Wish(gpus=1, hours=1), {"gpus": "--gres=gpu:{n}"}, "use --gpus, not --gres"),
    "discoverer-plus": (Wish(nodes=1, hours=1), {"qos": "normal"}, "longer"),
    "jean-zay": (Wish(gpus=1, hours=1, queue="gpu_p6"), {"constraint": None}, "needs -C h100"),
    "meluxina": (Wish(nodes=1, hours=1), {"qos": None}, "a QoS is needed"),
    "deucalion": (Wish(nodes=1, hours=1), {"partition": "normal-x86"}, "wrong account"),
}
