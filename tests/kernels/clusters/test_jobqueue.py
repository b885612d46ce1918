"""A site's jobqueue.yaml stays in force."""

import dask.config
import pytest

from funicular.clusters.jobqueue import SiteDefaults, defaults_from, read_defaults
from funicular.messages import Wish


def test_the_section_of_the_scheduler_is_read():
    """Queue, account, walltime, prologue and directives from Dask's configuration."""
    section = {
        "queue": "short",
        "account": "phy123",
        "walltime": "01:30:00",
        "job-script-prologue": ["module load Python"],
        "job-extra-directives": ["--reservation=course"],
    }
    with dask.config.set({"jobqueue.slurm": section}):
        found = read_defaults("slurm")

    assert found == SiteDefaults(
        "short", "phy123", 1.5, ("module load Python",), ("--reservation=course",), ()
    )


def test_no_section_is_no_default():
    """A machine without jobqueue.yaml changes nothing."""
    assert defaults_from({}).fill(Wish(nodes=2)) == Wish(nodes=2)


def test_a_wish_wins_over_the_file():
    """What the user asks for is not overridden."""
    wish = SiteDefaults(queue="short", account="a", hours=1).fill(Wish(queue="long", hours=5))

    assert (wish.queue, wish.account, wish.hours) == ("long", "a", 5)


@pytest.mark.parametrize(
    ("written", "hours"), [("00:30:00", 0.5), ("1-00:00:00", 24), ("30:00", 0.5), (5400, 1.5), ("1-12", 36)]
)
def test_walltimes_as_people_write_them(written, hours):
    """Slurm's forms: 30:00 is thirty minutes; YAML turns 1:30:00 into seconds."""
    assert defaults_from({"walltime": written}).hours == hours
