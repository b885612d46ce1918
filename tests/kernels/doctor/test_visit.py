"""Sending the tiny job, with a scheduler that does as told."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection
from pathlib import Path

import pytest

from funicular.doctor import visit
from funicular.doctor.probe import Errand
from funicular.doctor.trial import MARK, Ended, Trial
from funicular.doctor.visit import Terms
from funicular.schedulers.base import (
    JobId,
    JobSpec,
    JobState,
    JobStatus,
    NoAnswer,
    Queue,
    Reason,
    SubmitRefused,
)
from tests.kernels.doctor.making import CPU, place

USUAL = Terms()
PENDING = JobStatus(JobId("7"), JobState.PENDING, reason=Reason("others are before it", "Priority"))
RUNNING = JobStatus(JobId("7"), JobState.RUNNING, hosts=("n1",))
GONE = JobStatus(JobId("7"), JobState.GONE, reason=Reason("it was cancelled", "CANCELLED"))


class Fake:
    """A scheduler whose job is in these states, one after the other, and writes this into its log."""

    name = "slurm"

    def __init__(
        self, *states: JobStatus | Exception | None, log: str = "", refuses: Exception | None = None
    ) -> None:
        self.states, self.log, self.refuses = list(states), log, refuses
        self.specs: list[JobSpec] = []
        self.cancelled: list[JobId] = []

    def submit(self, spec: JobSpec) -> JobId:
        self.specs.append(spec)
        if self.refuses:
            raise self.refuses
        if self.log:
            spec.log.write_text(self.log)
        return JobId("7")

    def describe(self, jobs: Collection[JobId] | None = None) -> dict[JobId, JobStatus]:
        if jobs is None:
            return {JobId("9"): JobStatus(JobId("9"), JobState.PENDING, name=self.specs[0].name)}
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if isinstance(state, Exception):
            raise state
        return {JobId("7"): state} if state else {}

    def cancel(self, jobs: Collection[JobId]) -> None:
        self.cancelled += jobs


class Signalling(Fake):
    """Its job waits; whoever asks for it is sent this signal."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__(PENDING)
        self.number = number

    def describe(self, jobs: Collection[JobId] | None = None) -> dict[JobId, JobStatus]:
        os.kill(os.getpid(), self.number)
        return super().describe(jobs)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses between questions."""
    monkeypatch.setattr(visit, "PAUSES_S", (0.0,))
    monkeypatch.setattr(visit, "LOG_S", 0.2)


def go(fake: Fake, terms: Terms = USUAL, *queues: Queue) -> Trial:
    return visit.visit(fake, place(*queues), Errand(), terms, lambda text: None)[0]


def test_a_job_that_says_all_is_done_and_taken_back() -> None:
    """What it said is there; the job is ended though it ends by itself; its folder is gone."""
    fake = Fake(RUNNING, log=f'{MARK} host n1\n{MARK} facts {{"facts": {{"x": 1}}}}\n{MARK} end yes\n')
    found = go(fake)

    assert (found.ended, found.job, found.where, found.facts) == (Ended.DONE, "7", "n1", {"x": 1})
    assert fake.cancelled == ["7"]
    assert not fake.specs[0].log.parent.exists()


def test_the_job_is_small_and_carries_no_secret() -> None:
    """One core, five minutes, the user's account; a private log; nothing in its environment."""
    fake = Fake(RUNNING, log=f"{MARK} end yes\n")
    go(fake)
    spec = fake.specs[0]

    assert (spec.nodes, spec.cores_per_node, spec.walltime_s) == (1, 1, 300)
    assert (spec.queue, spec.account, spec.environment, spec.setup) == ("cpu", "physics", {}, ())


def test_waiting_has_an_end() -> None:
    """A job that does not start is taken back, with the reason for its wait."""
    fake = Fake(PENDING)
    found = go(fake, Terms(wait_s=0.3))

    assert found.ended is Ended.NOT_STARTED
    assert "others are before it" in found.why
    assert fake.cancelled == ["7"]


def test_running_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that hangs on its node is taken back."""
    monkeypatch.setattr(visit, "RUN_S", 0.2)
    fake = Fake(RUNNING, log=f"{MARK} host n1\n")
    found = go(fake)

    assert (found.ended, found.where) == (Ended.NOT_DONE, "n1")
    assert fake.cancelled == ["7"]


@pytest.mark.parametrize("last", [GONE, None])
def test_a_job_that_is_over_without_a_word(last: JobStatus | None) -> None:
    """Ended, or forgotten already: there is nothing to read, and nothing to end."""
    fake = Fake(RUNNING, last)

    found = go(fake)

    assert (found.ended, found.has_log) == (Ended.NO_WORD, False)
    assert fake.cancelled == []


def test_a_log_without_our_lines_is_told_apart() -> None:
    """The folder is shared, and something else ended the job: its words are kept."""
    found = go(Fake(RUNNING, GONE, log="module: command not found\n"))

    assert (found.ended, found.has_log, found.words) == (Ended.NO_WORD, True, "module: command not found")
    assert "cancelled" in found.why


def test_a_refusal_is_told_in_the_schedulers_words() -> None:
    """Nothing was submitted, so nothing is ended."""
    fake = Fake(refuses=SubmitRefused("No.", why="Invalid account", next_step="Ask for one."))
    found = go(fake)

    assert (found.ended, found.what, found.why, found.next_step) == (
        Ended.REFUSED,
        "No.",
        "Invalid account",
        "Ask for one.",
    )
    assert fake.cancelled == []


def test_a_silent_submission_is_looked_for_by_name() -> None:
    """The scheduler may have taken it all the same: the job of that name is ended."""
    fake = Fake(refuses=NoAnswer("Silence."))

    assert go(fake).ended is Ended.NO_ANSWER
    assert fake.cancelled == ["9"]


def test_some_silence_is_no_end() -> None:
    """A question without an answer is asked again; the job is not given up."""
    fake = Fake(NoAnswer("Silence."), NoAnswer("Silence."), GONE)

    assert go(fake).ended is Ended.NO_WORD


def test_long_silence_is_an_end() -> None:
    """After three questions: not gone, not failed, not known; and the job is told to end."""
    fake = Fake(NoAnswer("Silence."))
    found = go(fake)

    assert (found.ended, found.job) == (Ended.NO_ANSWER, "7")
    assert fake.cancelled == ["7"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_any_polite_end_takes_the_job_back(number: signal.Signals) -> None:
    """Ctrl-C, kill, and a terminal that is closed."""
    usual = signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL
    before = signal.signal(number, usual)  # whoever runs the tests may ignore it
    fake = Signalling(number)
    try:
        with pytest.raises(KeyboardInterrupt):
            go(fake, Terms(wait_s=60))
    finally:
        signal.signal(number, before)

    assert fake.cancelled == ["7"]
    assert not fake.specs[0].log.parent.exists()


def test_what_nohup_ignores_stays_ignored() -> None:
    """A terminal that is closed does not end a doctor that was told to go on."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert go(Signalling(signal.SIGHUP), Terms(wait_s=0.3)).ended is Ended.NOT_STARTED
    finally:
        signal.signal(signal.SIGHUP, before)


def test_an_account_to_choose_is_asked_for_in_this_commands_words() -> None:
    """With several accounts nothing is submitted until one is named."""
    fake = Fake(RUNNING, log=f"{MARK} end yes\n")
    two = Queue("cpu", True, 1, 4, 10**9, accounts=("physics", "bio"))

    assert go(fake, Terms(), two).next_step == "Name one: funicular doctor --account NAME"
    assert fake.specs == []
    assert go(fake, Terms(account="bio"), two).account == "bio"


def test_a_queue_of_gpus_gets_one() -> None:
    """Where a job without GPUs is refused."""
    fake = Fake(RUNNING, log=f"{MARK} end yes\n")
    needy = Queue("gpu", False, 4, 32, 10**9, gpus_per_node=4, needs_gpu=True, accounts=("physics",))
    go(fake, Terms(queue="gpu"), CPU, needy)

    assert fake.specs[0].gpus_per_node == 1


def test_a_queue_that_is_not_there_is_refused_without_a_job(tmp_path: Path) -> None:
    """With the names of those that are."""
    fake = Fake(RUNNING)
    found = go(fake, Terms(queue="nosuch"))

    assert found.ended is Ended.REFUSED
    assert "cpu" in found.why
    assert fake.specs == []
