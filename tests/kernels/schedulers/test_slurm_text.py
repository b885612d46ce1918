"""Slurm's language: what we send, and recorded answers read."""

from __future__ import annotations

import dataclasses
import shlex
import subprocess
from pathlib import Path

import pytest

from funicular.schedulers import slurm_text
from funicular.schedulers.base import JobId, JobSpec, JobState, JobStatus, ParseError, SubmitRefused
from funicular.schedulers.run import Answer
from tests import recordings

DATA = "slurm-22.05"
SPEC = JobSpec(
    name="funicular-x-b1",
    command=("python", "-m", "funicular.clusters.node", "/a folder/agent.json", "it's"),
    log=Path("/home/me/logs/100%.log"),
    nodes=4,
    cores_per_node=8,
    memory_per_node_bytes=2**30,
    walltime_s=1801,
    queue="cpu",
    account="physics",
    working_directory=Path("/home/me/a folder"),
)


def read_one(name: str) -> JobStatus:
    """The only job in a recorded queue."""
    name = f"{DATA}/{name}"
    jobs = slurm_text.parse_queue(recordings.read(name), now=recordings.asked_at(name))
    assert len(jobs) == 1, jobs
    return next(iter(jobs.values()))


# --- what we send


def test_everything_a_wish_chooses_is_an_argument():
    """Names, sizes and paths are words of the command; percent signs in the log's name are kept as such."""
    command = slurm_text.submit_command(SPEC)

    assert command[:2] == ["sbatch", "--parsable"]
    assert {
        "--nodes=4",
        "--ntasks-per-node=1",
        "--cpus-per-task=8",
        "--mem=1024M",
        "--time=31",
        "--partition=cpu",
        "--account=physics",
        "--output=/home/me/logs/100%%.log",
        "--chdir=/home/me/a folder",
        "--no-requeue",
    } <= set(command)


def test_what_was_not_chosen_is_left_to_slurm():
    """Without a queue, account or memory none is named."""
    command = slurm_text.submit_command(JobSpec("x", ("true",), Path("/dev/null")))

    assert not [word for word in command if word.startswith(("--partition", "--account", "--mem", "--gres"))]


def test_nodes_to_stay_away_from_are_named():
    """As Slurm wants them; a name that could be something else is refused."""
    command = slurm_text.submit_command(dataclasses.replace(SPEC, exclude=("n3", "n4")))

    assert "--exclude=n3,n4" in command
    assert not [word for word in slurm_text.submit_command(SPEC) if "exclude" in word]
    with pytest.raises(SubmitRefused, match="node to stay away from"):
        slurm_text.submit_command(dataclasses.replace(SPEC, exclude=("n3 --foo",)))


def test_the_script_starts_the_command_once_on_every_node():
    """One srun over all nodes, told the CPUs again, and the command's words survive the shell."""
    last = slurm_text.script(SPEC).splitlines()[-1]
    words = shlex.split(last)

    assert words[:2] == ["exec", "srun"]
    assert {"--nodes=4", "--ntasks=4", "--cpus-per-task=8", "--kill-on-bad-exit=0"} <= set(words)
    assert list(SPEC.command) == words[-7:-2]


def test_nothing_of_a_wish_stands_in_the_script():
    """Only the command itself and lines from configuration files are in it."""
    text = slurm_text.script(SPEC)

    for chosen in ("physics", "cpu ", "100%", "funicular-x-b1", "/home/me/a folder"):
        assert chosen not in text


def test_lines_from_configuration_files_come_first():
    """Directives, then the set-up lines, then the command."""
    spec = dataclasses.replace(SPEC, setup=("module load Python",), directives=("--reservation=x",))
    lines = slurm_text.script(spec).splitlines()

    assert lines[:3] == ["#!/bin/bash", "#SBATCH --reservation=x", "module load Python"]
    assert lines[3].startswith("exec srun")


def test_the_script_is_a_script(tmp_path: Path):
    """bash can read it, with hostile words in the command."""
    spec = dataclasses.replace(SPEC, command=("python", "a\nb", "$(id)", "`id`", '"', "'"))
    path = tmp_path / "script"
    path.write_text(slurm_text.script(spec).replace("exec srun", "printf '%s|'"))
    done = subprocess.run(["bash", str(path)], capture_output=True, text=True, check=True)

    assert list(spec.command) == done.stdout.split("|")[-7:-1]


def test_what_people_are_shown_asks_for_the_same_job():
    """The whole script holds every option of the command, and then the script as it is handed over."""
    lines = slurm_text.whole_script(SPEC).splitlines()
    options = [shlex.split(line)[1] for line in lines if line.startswith("#SBATCH")]

    assert lines[0] == "#!/bin/bash"
    assert options == slurm_text.submit_command(SPEC)[2:]
    assert lines[-1] == slurm_text.script(SPEC).splitlines()[-1]


@pytest.mark.parametrize("name", ["a\nb", "$(id)", "a b", "", "x" * 201, "a;b", "--wrap=id '"])
@pytest.mark.parametrize("field", ["name", "queue", "account"])
def test_odd_names_are_refused_before_anything_runs(field: str, name: str):
    """A name that no scheduler would have is refused in words, with what is accepted."""
    spec = dataclasses.replace(SPEC, **{field: name})
    with pytest.raises(SubmitRefused) as caught:
        slurm_text.submit_command(spec)

    assert repr(name) in caught.value.what
    assert "letters, digits" in caught.value.why


def test_a_directive_is_one_line():
    """A line break in a directive would be a script line of its own."""
    with pytest.raises(SubmitRefused):
        slurm_text.submit_command(dataclasses.replace(SPEC, directives=("--x\ntouch /tmp/y",)))


@pytest.mark.parametrize("line", ["-M other", "--clusters=other", "--cluster=other"])
def test_a_job_is_not_sent_where_it_cannot_be_followed(line: str):
    """Another cluster's job would look gone to us while it runs."""
    with pytest.raises(SubmitRefused, match="another cluster"):
        slurm_text.submit_command(dataclasses.replace(SPEC, directives=(line,)))


def test_one_question_for_all_jobs():
    """Any number of jobs is one squeue; very many are not even named."""
    few = slurm_text.queue_command([JobId("1"), JobId("2")], "me")
    many = slurm_text.queue_command([JobId(str(i)) for i in range(2000)], "me")
    all_mine = slurm_text.queue_command(None, "1000")

    assert "--jobs=1,2" in few
    assert not [word for word in many if word.startswith("--jobs")]
    assert "--user=1000" in all_mine


def test_questions_are_not_bent_by_the_users_settings():
    """Formats, filters and the job we are in ourselves do not reach the question."""
    environ = {
        "HOME": "/home/me",
        "SLURM_CONF": "/etc/slurm.conf",
        "SQUEUE_FORMAT": "%i",
        "SQUEUE_STATES": "R",
        "SLURM_JOB_ID": "7",
        "SLURM_TIME_FORMAT": "relative",
        "SLURM_CLUSTERS": "other",
        "LC_ALL": "de_DE.UTF-8",
    }

    assert slurm_text.asking_environment(environ) == {
        "HOME": "/home/me",
        "SLURM_CONF": "/etc/slurm.conf",
        "LC_ALL": "C",
        "SLURM_TIME_FORMAT": "%s",
    }


def test_no_token_reaches_a_job():
    """Of the submitting environment only what is known to be harmless and needed passes."""
    environ = {
        "PATH": "/usr/bin",
        "HOME": "/home/me",
        "LOADEDMODULES": "Python",
        "BASH_FUNC_module%%": "() { :; }",
        "JUPYTERHUB_API_TOKEN": "secret",
        "JPY_API_TOKEN": "secret",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "https_proxy": "http://me:secret@proxy",
        "SLURM_JOB_ID": "7",
        "SLURM_MEM_PER_CPU": "500",
        "SBATCH_EXPORT": "NONE",
        "LC_ALL": "de_DE.UTF-8",
    }
    passed = slurm_text.submitting_environment(environ, dataclasses.replace(SPEC, environment={"OURS": "1"}))

    assert {"PATH", "HOME", "LOADEDMODULES", "BASH_FUNC_module%%", "LC_ALL", "OURS"} == set(passed)


def test_a_users_own_defaults_for_sbatch_stay_where_nothing_was_chosen():
    """SBATCH_ACCOUNT counts when no account is named, and SBATCH_PARTITION when no queue is."""
    environ = {"SBATCH_ACCOUNT": "mine", "SBATCH_PARTITION": "mine", "SBATCH_QOS": "q"}
    plain = JobSpec("x", ("true",), Path("/dev/null"))

    assert environ == slurm_text.submitting_environment(environ, plain)
    assert slurm_text.submitting_environment(environ, SPEC) == {"SBATCH_QOS": "q"}


# --- what Slurm answers


def test_a_job_number_is_read():
    """From a recording; with a cluster's name behind it, or a greeting before it, too."""
    assert slurm_text.parse_submitted(recordings.read(f"{DATA}/sbatch-taken")).isdecimal()
    assert slurm_text.parse_submitted(_said("Welcome!\n12;cluster\n")) == "12"


@pytest.mark.parametrize("text", ["", "Welcome\n", "12 jobs\n", "-1\n"])
def test_what_is_no_job_number_is_an_error_that_shows_it(text: str):
    """sbatch that answers something else is not taken for a job."""
    with pytest.raises(ParseError) as caught:
        slurm_text.parse_submitted(_said(text))

    assert repr(text) in caught.value.why


@pytest.mark.parametrize("name", recordings.names(DATA, "squeue-pending-"))
def test_every_recorded_waiting_job_has_a_reason_in_words(name: str):
    """No recorded reason is unknown to us; a job that waits has no nodes and has run for no time."""
    jobs = slurm_text.parse_queue(recordings.read(name), now=recordings.asked_at(name))
    waiting = [status for status in jobs.values() if status.state is JobState.PENDING]

    assert waiting
    for status in waiting:
        assert status.reason is not None
        assert status.reason.code
        assert "not known" not in status.reason.text
        assert (status.ran_s, status.hosts) == (None, ())
        assert status.waited_s is not None
        assert 0 <= status.waited_s < 120


@pytest.mark.parametrize(
    ("name", "code", "hopeless"),
    [
        ("priority", "Priority", False),
        ("resources", "Resources", False),
        ("node-limit", "PartitionNodeLimit", True),
        ("time-limit", "PartitionTimeLimit", True),
        ("config", "PartitionConfig", True),
        ("dependency", "Dependency", False),
        ("dependency-never", "DependencyNeverSatisfied", True),
        ("held-by-user", "JobHeldUser", True),
        ("held-by-admin", "JobHeldAdmin", True),
        ("begin-time", "BeginTime", False),
        ("licenses", "Licenses", False),
        ("reservation", "Reservation", False),
        ("node-drained", "ReqNodeNotAvail, UnavailableNodes:n3", False),
        ("qos-jobs", "QOSMaxJobsPerUserLimit", False),
        ("qos-wall", "QOSMaxWallDurationPerJobLimit", True),
        ("account-cpus", "AssocGrpCpuLimit", False),
        ("account-per-job", "AssocMaxCpuPerJobLimit", True),
        ("account-minutes", "AssocGrpCPUMinutesLimit", True),
    ],
)
def test_a_waiting_job_says_slurms_word_and_whether_there_is_hope(name: str, code: str, hopeless: bool):
    """The code stands beside our sentence; jobs that will never start are known as such."""
    reason = read_one(f"squeue-pending-{name}").reason

    assert reason is not None
    assert (code, hopeless) == (reason.code, reason.hopeless)


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("completed", "COMPLETED", "it ran to its end"),
        ("exit-code", "FAILED, NonZeroExitCode", "its program ended with an error"),
        ("cancelled", "CANCELLED", "it was cancelled"),
        ("cancelled-waiting", "CANCELLED, JobHeldUser", "it was cancelled"),
        ("node-fail", "NODE_FAIL, NodeDown", "a node that it ran on failed"),
        ("timeout", "TIMEOUT, TimeLimit", "its time was over"),
    ],
)
def test_a_job_that_is_over_says_how(name: str, code: str, text: str):
    """The end is told in words with Slurm's beside it."""
    status = read_one(f"squeue-gone-{name}")

    assert JobState.GONE is status.state
    assert status.reason is not None
    assert (text, code) == (status.reason.text, status.reason.code)


def test_a_job_killed_for_its_memory_is_told_as_well_as_slurm_says_it():
    """Without cgroups Slurm only says JobLaunchFailure: memory is named as what it may be."""
    reason = read_one("squeue-gone-memory").reason

    assert reason is not None
    assert "memory" in reason.text


def test_a_running_job_has_hosts_and_times():
    """Four nodes by name, and how long it may still run."""
    status = read_one("squeue-running-four-nodes")

    assert JobState.RUNNING is status.state
    assert status.hosts == ("n1", "n2", "n3", "n4")
    assert (status.nodes, status.cores, status.queue, status.account) == (4, 32, "cpu", "physics")
    assert status.ran_s is not None
    assert status.time_left_s == 20 * 60 - status.ran_s


def test_a_job_that_is_being_ended_is_neither_running_nor_gone():
    """COMPLETING holds its nodes still."""
    assert JobState.ENDING is read_one("squeue-ending").state


def test_any_job_name_is_read():
    """Bars, newlines and spaces in a job's name do not hide it or its neighbours."""
    assert read_one("squeue-strange-name").name == "a|b\nc  d"


def test_jobs_that_slurm_forgot_are_left_out_and_hide_nothing():
    """Three of four jobs that were asked for are known: those are told."""
    name = f"{DATA}/squeue-several"
    jobs = slurm_text.parse_queue(recordings.read(name), now=recordings.asked_at(name))

    assert len(jobs) == 3
    assert "999999" not in jobs


def test_an_empty_queue_is_no_jobs():
    """Nothing to tell is not an error."""
    assert slurm_text.parse_queue(recordings.read(f"{DATA}/squeue-nothing"), now=0) == {}


def test_a_state_nobody_knows_is_not_guessed():
    """A line that cannot be understood is an error with the line and the command in it."""
    answer = recordings.read(f"{DATA}/squeue-running")
    odd = dataclasses.replace(answer, stdout=answer.stdout.replace("RUNNING", "LEVITATING"))
    with pytest.raises(ParseError) as caught:
        slurm_text.parse_queue(odd, now=0)

    assert "LEVITATING" in caught.value.why
    assert "squeue" in caught.value.why


@pytest.mark.parametrize("text", ["Welcome to the machine\n", "1|RUNNING\n", "\x1e1\x1fRUNNING\n"])
def test_what_is_no_list_of_jobs_is_an_error(text: str):
    """A wrapper's chatter, or too few fields, is never taken for "no jobs"."""
    with pytest.raises(ParseError):
        slurm_text.parse_queue(_said(text), now=0)


def test_an_estimate_is_in_seconds_from_now():
    """A free cluster starts at once; a full one when the running job must be over."""
    now, later = (
        slurm_text.parse_estimate(recordings.read(name), now=recordings.asked_at(name))
        for name in (f"{DATA}/test-only-now", f"{DATA}/test-only-later")
    )

    assert now.starts_in_s is not None
    assert now.starts_in_s < 5
    assert later.starts_in_s is not None
    assert 30 * 60 < later.starts_in_s < 70 * 60


def test_an_estimate_for_what_is_refused_has_slurms_words():
    """No time, but the reason why it would not be taken."""
    estimate = slurm_text.parse_estimate(
        recordings.read(f"{DATA}/test-only-refused-unknown-partition"), now=0
    )

    assert (estimate.starts_in_s, estimate.refused) == (None, "Invalid partition name specified")


def _said(text: str) -> Answer:
    return Answer(("squeue", "--noheader"), 0, text, "")
