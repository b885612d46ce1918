"""Fixtures for tests on a real Slurm: the site, its users, and a queue that is clean afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.needs import is_missing
from tests.slurm import daemons, site
from tests.slurm.layout import Layout
from tests.slurm.people import Person
from tests.slurm.running import Counts, RunningSite


@pytest.fixture(scope="session")
def slurm_site() -> Iterator[RunningSite]:
    """A running Slurm: one that was up already is used and left, else it is brought up and taken down."""
    if missing := site.missing_programs():
        is_missing(
            f"Slurm's programs are not installed: {', '.join(missing)} (see tests/system-packages.txt)"
        )
    layout = site.layout_for()
    with site.turn(layout, tell=lambda line: None):
        layout, started = site.up(tell=lambda line: None, has_turn=True)
        running = RunningSite(layout)
        _cancel_all(running)
        yield running
        if started:
            assert not site.down(tell=lambda line: None, has_turn=True)


@pytest.fixture(scope="session")
def alice(slurm_site: RunningSite) -> Person:
    """A user with an account; without root, ourselves."""
    return slurm_site.person("funalice")


@pytest.fixture(scope="session")
def bob(slurm_site: RunningSite) -> Person:
    """A second user, with another account."""
    return _other(slurm_site, "funbob")


@pytest.fixture(scope="session")
def carol(slurm_site: RunningSite) -> Person:
    """A user whom nobody gave an account."""
    return _other(slurm_site, "funcarol")


@pytest.fixture
def as_root(slurm_site: RunningSite) -> Layout:
    """For tests that need nodes with their own addresses, accounting, or faults on demand."""
    if not slurm_site.layout.as_root:
        is_missing("this test needs the site that only root can make (own addresses, accounting)")
    return slurm_site.layout


@pytest.fixture
def clean_queue(slurm_site: RunningSite) -> Iterator[None]:
    """After the test no job of the site's users is left; what is left is cancelled, and an error."""
    yield
    left = slurm_site.slurm("squeue", "-h", "-o", "%i %u %j %T").stdout.splitlines()
    over = daemons.until(lambda: not slurm_site.slurm("squeue", "-h").stdout.strip(), 3, step_s=0.1)
    _cancel_all(slurm_site)

    assert over, f"jobs were left behind: {left}"


@pytest.fixture
def sdiag_counts(slurm_site: RunningSite) -> Callable[[], Counts]:
    """The controller's counters of calls, to be subtracted from each other."""
    return slurm_site.counts


def _other(running: RunningSite, name: str) -> Person:
    if os.geteuid() != 0:
        is_missing("a second user needs root")
    return running.person(name)


def _cancel_all(running: RunningSite) -> None:
    for name in sorted({running.person(one).name for one in ("funalice", "funbob", "funcarol")}):
        running.slurm("scancel", f"--user={name}", check=False)
    daemons.until(lambda: not running.slurm("squeue", "-h").stdout.strip(), 15, step_s=0.1)
