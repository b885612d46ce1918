"""What sacct says that jobs have cost, read from a real one's answer."""

from __future__ import annotations

import pytest

from funicular.schedulers.base import KeepsAccounts, NoAnswer, ParseError
from funicular.schedulers.local import LocalScheduler
from funicular.schedulers.run import Answer
from funicular.schedulers.slurm import SlurmScheduler
from funicular.schedulers.slurm_accounting import accounting_environment, parse_usage
from tests import recordings

SEVERAL = "slurm-22.05/sacct-several"


def test_a_job_costs_its_cores_for_its_time():
    """Elapsed seconds, cores, nodes and GPUs of whole jobs; one that runs is not over."""
    usages = parse_usage(recordings.read(SEVERAL))
    done, on_gpus, cancelled, runs = usages.values()

    assert (done.is_over, done.cores, done.nodes, done.gpus) == (True, 6, 2, 0)
    assert done.ran_s == 2
    assert done.billing == 6
    assert on_gpus.gpus == 2
    assert (cancelled.is_over, cancelled.ran_s, cancelled.billing) == (True, 0, None)
    assert (runs.is_over, runs.ended_s) == (False, None)


def test_a_job_that_accounting_does_not_know_is_left_out():
    """It may come later: nothing is guessed."""
    assert "999999" not in parse_usage(recordings.read(SEVERAL))


@pytest.mark.parametrize("line", ["12|RUNNING", "12|DANCING|1|1|1||Unknown|x", "12|COMPLETED|much|1|1||5|x"])
def test_what_cannot_be_read_is_told(line):
    """An unknown state or number is an error that shows the line."""
    with pytest.raises(ParseError, match="cannot be read") as told:
        parse_usage(Answer(("sacct",), 0, line + "\n", ""))

    assert line in told.value.why


def test_the_user_s_own_format_does_not_change_the_answer():
    """``SACCT_FORMAT`` would add its own columns."""
    environ = {"SACCT_FORMAT": "jobid", "PATH": "/bin"}

    assert accounting_environment(environ) == {"PATH": "/bin"}


def test_slurm_keeps_accounts_and_this_machine_does_not():
    """The verb is looked for, not asked by name."""
    assert isinstance(SlurmScheduler(), KeepsAccounts)
    assert not isinstance(LocalScheduler(), KeepsAccounts)


def test_accounting_that_is_off_is_no_answer():
    """Where sacct fails, nothing is known; nothing is zero."""

    def run(argv, **how):
        return Answer(tuple(argv), 1, "", "Slurm accounting storage is disabled\n")

    with pytest.raises(NoAnswer, match="sacct"):
        SlurmScheduler(run).usage(["1"])
