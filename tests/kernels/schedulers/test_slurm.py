"""The six verbs for Slurm over answers that were recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from funicular.schedulers import catalogue
from funicular.schedulers.base import JobId, JobSpec, JobState, NoAnswer, ParseError, SubmitRefused
from funicular.schedulers.run import Answer, CommandMissing
from funicular.schedulers.slurm import SlurmScheduler
from tests import recordings

DATA = "slurm-22.05"
SPEC = JobSpec("block-1", ("true",), Path("/dev/null"), nodes=2)
SITE = {
    "sinfo": f"{DATA}/sinfo-nodes",
    "scontrol": f"{DATA}/scontrol-partitions",
    "scontrol node": f"{DATA}/scontrol-nodes",
    "sacctmgr": f"{DATA}/sacctmgr-alice",
}


class Recorded:
    """Plays recorded answers by program (and first option where it matters); an exception is raised."""

    def __init__(self, answers: Mapping[str, str | Answer | Exception]) -> None:
        self.answers = dict(answers)
        self.asked: list[list[str]] = []
        self.options: list[dict[str, object]] = []

    def __call__(self, argv: Sequence[str], **options: object) -> Answer:
        self.asked.append(list(argv))
        self.options.append(options)
        answer = self.answers.get(" ".join([argv[0], *argv[-2:-1]])) or self.answers[argv[0]]
        if isinstance(answer, Exception):
            raise answer
        return recordings.read(answer) if isinstance(answer, str) else answer


def slurm(answers: Mapping[str, str | Answer | Exception]) -> tuple[SlurmScheduler, Recorded]:
    """A scheduler that hears these answers."""
    run = Recorded(answers)
    return SlurmScheduler(run, environ={"HOME": "/home/me", "JPY_API_TOKEN": "secret"}), run


def test_a_job_is_handed_over_with_a_private_log_and_no_token():
    """sbatch runs with umask 077, the script on its input, and without the session's secrets."""
    scheduler, run = slurm({"sbatch": f"{DATA}/sbatch-taken"})
    job = scheduler.submit(SPEC)

    assert job.isdecimal()
    assert run.options[0]["umask"] == 0o077
    assert str(run.options[0]["stdin"]).startswith("#!/bin/bash")
    assert run.options[0]["env"] == {"HOME": "/home/me"}


def test_a_refusal_lists_what_would_be_taken():
    """The queues and accounts in the error come from Slurm itself."""
    scheduler, _ = slurm({"sbatch": f"{DATA}/sbatch-refused-unknown-partition", **SITE})
    with pytest.raises(SubmitRefused) as caught:
        scheduler.submit(SPEC)

    assert "cpu, debug, gpu" in caught.value.next_step


def test_a_refusal_stays_one_when_nothing_else_answers():
    """That the queues cannot be listed does not hide why the job was not taken."""
    silent = NoAnswer("x")
    scheduler, _ = slurm({"sbatch": f"{DATA}/sbatch-refused-unknown-account", "sinfo": silent})
    with pytest.raises(SubmitRefused, match="may not charge"):
        scheduler.submit(SPEC)


def test_an_unreached_slurm_is_no_refusal():
    """sbatch without a controller raises ``NoAnswer`` with sbatch's words."""
    scheduler, _ = slurm({"sbatch": f"{DATA}/sbatch-unreachable"})
    with pytest.raises(NoAnswer) as caught:
        scheduler.submit(SPEC)

    assert "Unable to contact slurm controller" in caught.value.why


def test_a_silent_sbatch_that_did_submit_gives_the_job():
    """After silence the job is looked for by its name, and found."""
    found = Answer(("squeue",), 0, "41\n", "")
    scheduler, run = slurm({"sbatch": NoAnswer("silent"), "squeue": found})

    assert scheduler.submit(SPEC) == "41"
    assert "--name=block-1" in run.asked[1]


@pytest.mark.parametrize("squeue", [Answer(("squeue",), 0, "", ""), NoAnswer("silent too")])
def test_a_silent_sbatch_without_a_job_is_silence(squeue: Answer | Exception):
    """When the job is not there, or squeue is silent too, the first silence is what is told."""
    scheduler, _ = slurm({"sbatch": NoAnswer("sbatch was silent"), "squeue": squeue})
    with pytest.raises(NoAnswer, match="sbatch was silent"):
        scheduler.submit(SPEC)


def test_a_missing_sbatch_is_not_looked_for_in_the_queue():
    """No program, no job: the error comes at once."""
    scheduler, run = slurm({"sbatch": CommandMissing("sbatch was not found")})
    with pytest.raises(CommandMissing):
        scheduler.submit(SPEC)

    assert len(run.asked) == 1


def test_a_babbling_sbatch_is_unreadable():
    """Success without a job number is an error, not a job."""
    scheduler, _ = slurm({"sbatch": Answer(("sbatch",), 0, "Welcome\n", "")})
    with pytest.raises(ParseError):
        scheduler.submit(SPEC)


def test_many_jobs_are_one_command():
    """Whatever the number of jobs, one squeue is run."""
    scheduler, run = slurm({"squeue": f"{DATA}/squeue-several"})
    found = scheduler.describe([JobId(str(i)) for i in range(200)])

    assert len(run.asked) == 1
    assert set(found) <= {str(i) for i in range(200)}


def test_no_jobs_are_no_question():
    """Nothing is asked about nothing."""
    scheduler, run = slurm({})

    assert scheduler.describe([]) == {}
    scheduler.cancel([])
    assert run.asked == []


def test_a_job_that_slurm_forgot_is_left_out():
    """Slurm's complaint about an unknown id is an answer: it is gone."""
    scheduler, _ = slurm({"squeue": f"{DATA}/squeue-unknown-job"})

    assert scheduler.describe([JobId("999999")]) == {}


@pytest.mark.parametrize("case", ["unreachable", "no-munge", "frozen"])
def test_a_squeue_that_failed_is_never_an_empty_queue(case: str):
    """Whatever the failure, it is "no answer", never "no jobs"."""
    scheduler, _ = slurm({"squeue": f"{DATA}/squeue-{case}"})
    with pytest.raises(NoAnswer):
        scheduler.describe([JobId("1")])


def test_all_of_this_users_jobs_can_be_asked_for():
    """Without ids the user is named, and every job is given."""
    scheduler, run = slurm({"squeue": f"{DATA}/squeue-all-of-alice"})
    found = scheduler.describe()

    assert [word for word in run.asked[0] if word.startswith("--user=")]
    assert {JobState.RUNNING, JobState.PENDING} <= {status.state for status in found.values()}


def test_cancelling_what_is_over_is_no_error():
    """scancel's complaint about an unknown job is not ours."""
    words = "scancel: error: Kill job error on job id 9: Invalid job id specified"
    scheduler, _ = slurm({"scancel": Answer(("scancel",), 1, "", words)})

    scheduler.cancel([JobId("9")])


def test_cancelling_somebody_elses_job_says_so():
    """Access denied is told in words."""
    words = "scancel: error: Kill job error on job id 9: Access/permission denied"
    scheduler, _ = slurm({"scancel": Answer(("scancel",), 1, "", words)})
    with pytest.raises(SubmitRefused, match="not yours"):
        scheduler.cancel([JobId("9")])


def test_queues_take_five_commands():
    """Nodes, their processors, limits, accounts and how late jobs are ended: asked once each."""
    scheduler, run = slurm(SITE)

    assert [queue.name for queue in scheduler.queues()] == ["cpu", "debug", "gpu"]
    assert len(run.asked) == 5


def test_the_processors_are_told_and_may_stay_unknown():
    """As scontrol says them; where it does not answer nothing is known, and the queues are there."""
    scheduler, _ = slurm(SITE)
    silent, _ = slurm({**SITE, "scontrol node": NoAnswer("x")})

    assert {queue.architecture for queue in scheduler.queues()} == {"x86_64"}
    assert [queue.architecture for queue in silent.queues()] == ["", "", ""]


@pytest.mark.parametrize(
    "sacctmgr", [CommandMissing("x"), Answer(("sacctmgr",), 1, "", "not running slurmdbd")]
)
def test_a_slurm_without_accounting_has_queues_without_accounts(sacctmgr: Answer | Exception):
    """Where no accounts are kept none is needed."""
    scheduler, _ = slurm({**SITE, "sacctmgr": sacctmgr})

    assert scheduler.queues()[0].accounts == ()


def test_an_estimate_asks_and_submits_nothing():
    """``--test-only`` is in the command."""
    scheduler, run = slurm({"sbatch": f"{DATA}/test-only-now"})

    assert scheduler.estimate(SPEC).starts_in_s is not None
    assert "--test-only" in run.asked[0]


def test_where_sinfo_is_missing_slurm_is_not_here():
    """``available`` never raises."""
    scheduler, _ = slurm({"sinfo": CommandMissing("sinfo was not found on this machine.")})
    answer = scheduler.available()

    assert not answer.here
    assert "sinfo was not found" in answer.why_not


def test_where_sinfo_fails_its_words_are_kept():
    """Installed but not configured is not here, and says why."""
    words = "sinfo: fatal: Could not establish a configuration source"
    scheduler, _ = slurm({"sinfo": Answer(("sinfo",), 1, "", words)})

    assert "Could not establish a configuration source" in scheduler.available().why_not


def test_it_is_found_by_being_there():
    """No list names it."""
    assert isinstance(catalogue.find("slurm"), SlurmScheduler)


def test_the_machine_s_name_is_asked_for_once():
    """It is in what queues() has heard already."""
    played, asked = Recorded(SITE), []

    def run(argv: Sequence[str], **options: object) -> Answer:
        asked.append(argv)
        return recordings.read(f"{DATA}/scontrol-config") if argv[-1] == "config" else played(argv, **options)

    scheduler = SlurmScheduler(run, environ={})
    scheduler.queues()
    heard = len(asked)

    assert scheduler.cluster_name() == "funicular"
    assert len(asked) == heard
