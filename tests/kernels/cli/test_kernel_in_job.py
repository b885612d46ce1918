"""``funicular kernel install --in-job``: real jobs on this machine, a real pip, an index of tiny wheels."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from funicular.cli import kernel_in_job
from funicular.cli.kernel_in_job import InstallJobFailed, follow, with_internet
from funicular.clusters.interrupts import Interrupts
from funicular.schedulers.base import JobId, JobSpec, JobState, JobStatus, NoAnswer, Queue, Reason
from funicular.sites.known import profile
from tests.kernels.cli.conftest import read
from tests.kernels.schedulers.conftest import until


@pytest.fixture
def home(local, tmp_path, monkeypatch):
    """A user who has nothing yet, on this machine alone."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("FUNICULAR_SITE", "local")
    return tmp_path / "home"


def left_over(tmp_path) -> list[str]:
    return [each.name for each in (tmp_path / "state" / "funicular" / "installs").iterdir()]


def test_the_job_makes_the_environment(funicular, only_index, own_wheel, home, local, tmp_path):
    """What the job says is seen here; the kernel runs what the job made; no job and no file is left."""
    options = ("--in-job", "--wheel", str(own_wheel), "--name", "mine", "--json")
    answer = funicular("kernel", "install", *options)
    done = read(answer)

    assert done["environment"] == str(home / "envs" / "mine")
    spec = json.loads((tmp_path / "jupyter" / "kernels" / "mine" / "kernel.json").read_text())
    assert spec["argv"][0] == str(home / "envs" / "mine" / "bin" / "python")
    assert "  Making the environment" in answer.stderr
    assert "Submitted job 1 to local" in answer.stderr
    until(lambda: not local.describe())
    assert left_over(tmp_path) == []


def test_what_fails_in_the_job_is_said_here(
    funicular, only_index, own_wheel, home, local, tmp_path, monkeypatch
):
    """pip's own words, no half an environment, and no job."""
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    answer = funicular("kernel", "install", "--in-job", "--wheel", str(own_wheel))

    assert answer.returncode == 1
    assert "surroundings" in answer.stderr.partition("\nThe job ended")[2]
    assert not (home / "envs" / "funicular").exists()
    until(lambda: not local.describe())
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_stops_it_leaves_no_job(own_wheel, home, local, tmp_path, how):
    """Ctrl-C, a kill and a closed terminal end the job."""
    slow = tmp_path / "python-of-the-nodes"
    slow.write_text("#!/bin/sh\necho it has begun\nexec sleep 300\n")
    slow.chmod(0o755)
    words = ["kernel", "install", "--in-job", "--wheel", str(own_wheel), "--python", str(slow)]
    with subprocess.Popen(
        [sys.executable, "-m", "funicular.cli", *words],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "it has begun" in line:
                break
        assert [status.name for status in local.describe().values()] == ["funicular-install"]
        process.send_signal(how)
        said = process.stderr.read()

    assert process.returncode == 130
    assert "was told to end" in said
    until(lambda: not local.describe())
    assert left_over(tmp_path) == []


def test_a_queue_that_is_not_there_is_told(funicular, own_wheel, home, tmp_path):
    """With those that there are, in this command's own words."""
    answer = funicular("kernel", "install", "--in-job", "--wheel", str(own_wheel), "--queue", "moon")

    assert answer.returncode == 1
    assert "--queue, of local" in answer.stderr
    assert left_over(tmp_path) == []


def test_options_of_a_job_want_a_job(funicular):
    """Else somebody would wait for a queue that nothing was sent to."""
    answer = funicular("kernel", "install", "--queue", "small")

    assert answer.returncode == 1
    assert "--in-job" in answer.stderr


class Told:
    """A scheduler that says what it was told to, one answer after the other; the last one for ever."""

    name = "local"

    def __init__(self, *answers: JobStatus | Exception | None) -> None:
        self.answers = list(answers)
        self.cancelled: list[JobId] = []

    def submit(self, spec: JobSpec) -> JobId:
        return JobId("7")

    def describe(self, jobs):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return {} if answer is None else {JobId("7"): answer}

    def cancel(self, jobs) -> None:
        self.cancelled += jobs


@pytest.fixture
def now(monkeypatch):
    """Time that passes when somebody sleeps."""
    passed = [0.0]
    monkeypatch.setattr(kernel_in_job.time, "monotonic", lambda: passed[0])
    monkeypatch.setattr(kernel_in_job.time, "sleep", lambda s: passed.__setitem__(0, passed[0] + s))
    return passed


def state(which: JobState, reason: Reason | None = None) -> JobStatus:
    return JobStatus(JobId("7"), which, reason=reason)


def spec_in(folder) -> JobSpec:
    return JobSpec("funicular-install", ("true",), folder / "log", queue="q")


def test_a_silent_scheduler_ends_nothing(tmp_path, now):
    """That it does not answer is said once, and the job is followed on."""
    silent = NoAnswer("It is silent.")
    told = Told(state(JobState.RUNNING), silent, silent, state(JobState.GONE, Reason("it ran out of time")))
    lines: list[str] = []

    with pytest.raises(InstallJobFailed) as failed:
        follow(told, spec_in(tmp_path), tmp_path / "result", lines.append)
    assert "it ran out of time" in failed.value.why
    assert lines.count("It is silent.") == 1
    assert told.cancelled == []


def test_a_job_that_never_starts_is_taken_back(tmp_path, now):
    """Why is said, and it does not stay in the queue."""
    told = Told(state(JobState.PENDING, Reason("no such node", "Bad", hopeless=True)))

    with pytest.raises(InstallJobFailed) as failed:
        follow(told, spec_in(tmp_path), tmp_path / "result", lambda line: None)
    assert "no such node" in failed.value.why
    assert told.cancelled == ["7"]


def test_a_job_that_the_scheduler_forgot_may_have_done_it(tmp_path, now, monkeypatch):
    """What it has written counts, not what the scheduler remembers; the log is read to its end."""
    (tmp_path / "log").write_text("one\ntwo\n")
    before = kernel_in_job.time.sleep

    def sleep(seconds: float) -> None:
        before(seconds)
        if now[0] > 6:  # when the scheduler has long forgotten it
            (tmp_path / "result").write_text('{"environment": "e"}')

    monkeypatch.setattr(kernel_in_job.time, "sleep", sleep)
    lines: list[str] = []
    late = Told(state(JobState.RUNNING), None)
    late.name = "slurm"

    assert follow(late, spec_in(tmp_path), tmp_path / "result", lines.append) == {"environment": "e"}
    assert [line for line in lines if line.startswith("  ")] == ["  one", "  two"]


@pytest.mark.parametrize(
    ("site", "expected"),
    [("leonardo", "lrd_all_serial"), ("deucalion", "dev-x86"), ("lumi", "small"), ("jupiter", None)],
)
def test_a_queue_with_internet_is_chosen_where_one_is_known(site, expected):
    """The serial one, the one of this processor, the one that gives parts of nodes; or none."""
    known = profile(site)
    queues = tuple(
        Queue(
            each.name,
            n == 0,
            nodes=9,
            cores_per_node=9,
            memory_per_node_bytes=9,
            is_shared=each.sharing != "whole nodes",
            is_offered=each.kind in ("usual", "long"),
            needs_gpu=known.node_types[each.nodes].gpu_is_needed if each.nodes else False,
            architecture=known.node_types[each.nodes].arch if each.nodes else "",
        )
        for n, each in enumerate(known.queues)
    )

    assert with_internet(known, queues, "x86_64") == expected


def test_what_is_not_to_be_heard_is_not(monkeypatch):
    """``nohup`` lets the command live on when the terminal is closed."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts():
            os.kill(os.getpid(), signal.SIGHUP)

        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_nothing_is_handed_over_half():
    """A Ctrl-C while a job is submitted comes when its number is known."""
    reached = False
    with pytest.raises(KeyboardInterrupt), Interrupts() as interrupts:
        with interrupts.held():
            os.kill(os.getpid(), signal.SIGINT)
            reached = True

    assert reached
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
