"""On a Slurm that nobody has seen, what fits is taken, and what does not is refused before it is submitted.

Machines are made at random (partitions, shapes of nodes, GPUs, limits, who may), and whether a job fits is
decided from what they were made from, and by the real Slurm. A few a run; ``make unknown-sites`` tries 200.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unittest import mock

import pytest

from funicular.clusters.fleet import Block
from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.jobs import job_of
from funicular.clusters.planning import shape_of
from funicular.errors import FunicularError
from funicular.messages import Wish
from funicular.schedulers import slurm
from funicular.schedulers.base import JobSpec, Queue
from funicular.schedulers.slurm import SlurmScheduler
from funicular.sites.request import plan
from tests.needs import is_missing
from tests.slurm import site
from tests.slurm.sites.standing import USER, Ground
from tests.slurm.unknown import making
from tests.slurm.unknown.making import Job, Unknown
from tests.slurm.unknown.standing import Machines

FIXED, DAILY, JOBS = (11, 17), 2, 8
SETTING, COUNTS = "FUNICULAR_UNKNOWN_SEEDS", "FUNICULAR_UNKNOWN_COUNTS"


def seeds() -> list[int]:
    """The seeds of this run: some that stay, some of today; or ``first-last`` from the environment."""
    if said := os.environ.get(SETTING, ""):
        first, _, last = said.partition("-")
        return list(range(int(first), int(last or first) + 1))
    today = date.today().toordinal() * DAILY
    return [*FIXED, *range(today, today + DAILY)]


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    """The ground, with accounts; gone afterwards."""
    if os.geteuid() != 0:
        is_missing("machines with accounting need root")
    if missing := site.missing_programs():
        is_missing(f"Slurm's programs are not installed: {', '.join(missing)}")
    ground = Ground()
    try:
        ground.build()
        found = Machines(ground)
        found.accounting()
        yield found
    finally:
        ground.clear()


@pytest.mark.parametrize("seed", seeds())
def test_what_fits_is_taken_and_what_does_not_is_refused_before(machines: Machines, seed: int) -> None:
    """Funicular answers as the configuration does, and so does Slurm; what is made is taken."""
    made = making.machine(seed)
    with machines.standing(made):
        scheduler = SlurmScheduler(machines.run, environ={"PATH": os.defpath}, patience_s=20)
        with (
            mock.patch.object(slurm, "_own_name", lambda: USER),
            mock.patch.object(slurm, "_own_groups", lambda: {making.HOME_GROUP}),
        ):
            queues = scheduler.queues()
        verdicts = [(job, verdict(made, job, queues, scheduler, machines)) for job in making.jobs(made, JOBS)]
    _count(word for _, word in verdicts)

    wrong = [f"{word}\n   {job}" for job, word in verdicts if word not in GOOD]
    assert not wrong, "\n".join([f"seed {seed}", *wrong, *making.slurm_conf_lines(made)])


GOOD = ("taken", "refused", "on rarer nodes only, taken", "on rarer nodes only, refused")


def verdict(
    made: Unknown, job: Job, queues: tuple[Queue, ...], scheduler: SlurmScheduler, machines: Machines
) -> str:
    """What became of this job, in a word of ``GOOD`` or in words that say what is wrong."""
    fits, is_usual = making.fits(made, job), making.fits(made, job, usual=True)
    if not _is_shut(made, job):
        by_hand = _by_hand(made, job)
        theirs = scheduler.estimate(by_hand).refused
        if not fits and not theirs and made.enforce == "NO":  # it is taken, and waits for ever
            theirs = machines.outcome(scheduler.submit(by_hand)).replace("starts", "")
        if fits == bool(theirs):
            return f"Slurm and the configuration disagree: fits is {fits}, Slurm says {theirs!r}"
    try:
        spec = _by_funicular(job, queues)
    except FunicularError as error:
        if error.code not in ("request-refused", "account-needed"):
            return f"refused by {error.code}: {error.why}"
        if is_usual:
            return f"refused, and fits: {error.what} {error.why}"
        return "on rarer nodes only, refused" if fits else "refused"
    refused = scheduler.estimate(spec).refused
    if not fits:
        return f"not refused, and does not fit; Slurm: {refused!r}"
    if refused:
        return f"taken, and Slurm refuses: {refused!r} {spec}"
    return "taken" if is_usual else "on rarer nodes only, taken"


def _is_shut(made: Unknown, job: Job) -> bool:
    """Slurm takes jobs for partitions that are down, and lets them wait."""
    return any(each.name == job.partition and each.state == "DOWN" for each in made.partitions)


def _by_hand(made: Unknown, job: Job) -> JobSpec:
    """The same job by a user who knows the machine: the QoS is named that the partition takes."""
    part = next((each for each in made.partitions if each.name == job.partition), None)
    qos = making.usable_qos(part) if part else []
    return JobSpec(
        name="by-hand", command=("true",), log=Path("/tmp/by-hand.log"), nodes=job.nodes,
        cores_per_node=job.cores, memory_per_node_bytes=job.memory_mb * 2**20, gpus_per_node=job.gpus,
        walltime_s=job.minutes * 60, queue=job.partition, account=job.account,
        directives=(f"--qos={qos[0]}",) if qos else (),
    )  # fmt: skip


def _by_funicular(job: Job, queues: tuple[Queue, ...]) -> JobSpec:
    """What Funicular makes of the wish. Raises ``FunicularError``."""
    wish = Wish(
        nodes=job.nodes, cores=job.nodes * job.cores, memory_bytes=job.nodes * job.memory_mb * 2**20,
        gpus=job.nodes * job.gpus or None, hours=job.minutes / 60, queue=job.partition, account=job.account,
    )  # fmt: skip
    done = plan(wish, queues, site="an unknown machine")
    block = Block("b1", done.nodes, shape_of(done))
    name, folder = "funicular-x-b1.0000", Path("/tmp")
    return job_of(block, name=name, python="python3", folder=folder, defaults=SiteDefaults())


def _count(words: Iterator[str]) -> None:
    """Add to the file of counts that ``make unknown-sites`` reads, where it is wanted."""
    if place := os.environ.get(COUNTS):
        with Path(place).open("a") as file:
            file.writelines(f"{word}\n" for word in Counter(words).elements())
