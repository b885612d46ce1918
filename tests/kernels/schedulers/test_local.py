"""The queue of this machine, with real processes."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from funicular.schedulers import processes
from funicular.schedulers.base import JobSpec, JobState, SubmitRefused
from funicular.schedulers.local import LocalScheduler
from tests.kernels.schedulers.conftest import ended, until


def shepherd_of(scheduler: LocalScheduler, job: str) -> int:
    """Number of the process that looks after a job."""
    record = scheduler._spool().read(int(job))
    assert record is not None and record.progress.shepherd is not None
    return record.progress.shepherd.pid


def is_there(pid: int) -> bool:
    """Whether a process of this number lives; a zombie does not."""
    return pid in processes.table()


def test_a_job_runs_once_and_says_how_it_ended(local, job):
    """A job that finishes is COMPLETED with exit code 0; its output is in a log that only the user reads."""
    spec = job("echo here $FUNICULAR_NODE_INDEX")

    status = ended(local, local.submit(spec))

    assert (status.state_code, status.exit_code, status.signal) == ("COMPLETED", 0, None)
    assert spec.log.read_text() == "here 0\n"
    assert stat.S_IMODE(spec.log.stat().st_mode) == 0o600


def test_a_job_that_fails_keeps_its_exit_code(local, job):
    """Exit code 3 is reported as FAILED with 3."""
    status = ended(local, local.submit(job("exit 3")))

    assert (status.state_code, status.exit_code) == ("FAILED", 3)
    assert "exit code 3" in str(status.reason)


def test_a_free_machine_starts_a_job_at_once(local, job):
    """A job is running by the time that submit returns and the queue is asked."""
    number = local.submit(job("sleep 60"))

    until(lambda: local.describe([number])[number].state is JobState.RUNNING, within_s=2)
    assert local.describe([number])[number].hosts == (os.uname().nodename,)


def test_slots_are_limited_and_the_line_is_first_in_first_out(local, job):
    """With 4 cores, a 3-core job runs, a 2-core job waits for Resources, one behind it for Priority."""
    first = local.submit(job("sleep 60", cores_per_node=3))
    second = local.submit(job("sleep 60", cores_per_node=2))
    third = local.submit(job("sleep 60", cores_per_node=1))
    until(lambda: local.describe()[first].state is JobState.RUNNING)
    answer = local.describe([first, second, third])

    assert [answer[each].state for each in (first, second, third)] == ["running", "pending", "pending"]
    assert [answer[each].reason.code for each in (second, third)] == ["Resources", "Priority"]
    assert local.queues()[0].nodes_idle == 0

    local.cancel([first])
    until(lambda: local.describe([third])[third].state is JobState.RUNNING)

    assert local.describe([second])[second].state is JobState.RUNNING


def test_walltime_ends_a_job_with_all_its_processes(local, job, tmp_path):
    """A job that ignores SIGTERM and has started others is gone after its time and the grace, as TIMEOUT."""
    number = local.submit(
        job(
            f"trap '' TERM; (setsid sleep 987 & echo $! > {tmp_path}/child); sleep 987; sleep 987",
            walltime_s=1,
        )
    )
    status = ended(local, number)

    assert status.state_code == "TIMEOUT"
    assert 1 <= status.ran_s < 10
    child = int((tmp_path / "child").read_text())
    assert not is_there(child)


def test_a_job_may_end_politely(local, job, monkeypatch):
    """SIGTERM comes first: what a job does on it is done."""
    monkeypatch.setenv("FUNICULAR_LOCAL_GRACE", "30")
    spec = job("trap 'echo bye; exit 0' TERM; echo up; sleep 60 & wait")
    number = local.submit(spec)
    until(lambda: spec.log.exists() and "up" in spec.log.read_text())

    local.cancel([number])
    status = ended(local, number)

    assert spec.log.read_text() == "up\nbye\n"
    assert status.state_code == "CANCELLED"


def test_memory_over_the_limit_ends_a_job(local, tmp_path):
    """A job one of whose processes takes more than was asked for is ended, in words and numbers."""
    code = "import time; x = bytearray(300_000_000); time.sleep(60)"
    spec = JobSpec(
        "big",
        ("bash", "-c", f"{sys.executable} -c '{code}' & wait"),
        tmp_path / "big.log",
        memory_per_node_bytes=200_000_000,
    )
    status = ended(local, local.submit(spec))

    assert status.state_code == "OUT_OF_MEMORY"
    assert "the limit was 200 MB" in status.reason.text


def test_shared_pages_count_once(local, tmp_path):
    """Four forked workers that share 100 MB do not make 400 MB."""
    code = (
        "import os, time; x = os.urandom(100_000_000); "
        "[os.fork() or (time.sleep(3), os._exit(0)) for _ in range(4)]; [os.wait() for _ in range(4)]"
    )
    spec = JobSpec(
        "forks", (sys.executable, "-c", code), tmp_path / "forks.log", memory_per_node_bytes=250_000_000
    )
    status = ended(local, local.submit(spec))

    assert status.state_code == "COMPLETED", status


def test_a_waiting_job_can_be_cancelled(local, job):
    """It never starts, and what waited behind it moves up."""
    busy = local.submit(job("sleep 60", cores_per_node=4))
    waiting = local.submit(job("touch started", cores_per_node=4))

    local.cancel([waiting])

    status = ended(local, waiting)
    assert (status.state_code, status.ran_s) == ("CANCELLED", None)
    local.cancel([busy, waiting])  # one that is over is no error


def test_a_job_survives_whoever_submitted_it(local, job, tmp_path):
    """The submitting process is killed with its whole process group; the job goes on."""
    code = f"""
import os, time
from pathlib import Path
from funicular.schedulers.base import JobSpec
from funicular.schedulers.local import LocalScheduler
spec = JobSpec("child", ("sleep", "60"), Path({str(tmp_path / "c.log")!r}))
print(LocalScheduler(Path({str(tmp_path / "spool")!r})).submit(spec), flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as submitter:
        assert submitter.stdout is not None
        number = submitter.stdout.readline().strip()
        os.killpg(submitter.pid, signal.SIGKILL)
        submitter.wait()
    until(lambda: local.describe([number])[number].state is JobState.RUNNING)
    leader = local._spool().read(int(number)).progress.leaders[0]

    assert leader.is_alive


def test_a_dead_shepherd_is_seen_and_its_processes_are_ended(local, job, tmp_path):
    """After kill -9 of the shepherd the next question says LOST, and nothing of the job is left."""
    number = local.submit(job(f"(trap '' TERM; setsid sleep 876 & echo $! > {tmp_path}/pid); sleep 876"))
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    os.kill(shepherd_of(local, number), signal.SIGKILL)
    until(lambda: local.describe([number])[number].state is JobState.GONE)
    status = local.describe([number])[number]

    assert status.state_code == "LOST"
    assert not is_there(int((tmp_path / "pid").read_text()))


def test_the_line_moves_when_a_shepherd_was_killed(local, job):
    """The next job starts although nobody told it and nobody asked."""
    first = local.submit(job("sleep 60", cores_per_node=4))
    second = local.submit(job("sleep 60", cores_per_node=4, name="second"))
    until(lambda: local.describe([first])[first].state is JobState.RUNNING)
    os.kill(shepherd_of(local, first), signal.SIGKILL)

    until(lambda: local._spool().read(int(second)).progress.phase == "running", within_s=10)


def test_a_job_submitted_from_a_job_outlives_it(local, tmp_path):
    """The inner job has its own shepherd and goes on when the outer one ends."""
    code = f"""
from pathlib import Path
from funicular.schedulers.base import JobSpec
from funicular.schedulers.local import LocalScheduler
spec = JobSpec("inner", ("sleep", "60"), Path({str(tmp_path / "inner.log")!r}))
print(LocalScheduler(Path({str(tmp_path / "spool")!r})).submit(spec))
"""
    outer = local.submit(JobSpec("outer", (sys.executable, "-c", code), tmp_path / "outer.log"))
    assert ended(local, outer).state_code == "COMPLETED", (tmp_path / "outer.log").read_text()
    inner = (tmp_path / "outer.log").read_text().strip()

    assert local.describe([inner])[inner].state is JobState.RUNNING
    assert local._spool().read(int(inner)).progress.leaders[0].is_alive


def test_several_nodes_are_several_processes_with_their_own_index(local, job, tmp_path, monkeypatch):
    """On a machine that plays 4 nodes a job of 4 starts its command 4 times, each with a quarter of it."""
    monkeypatch.setenv("FUNICULAR_LOCAL_NODES", "4")
    spec = job("echo $FUNICULAR_NODE_INDEX $FUNICULAR_NODE_NAME; sleep 1", nodes=4)
    number = local.submit(spec)
    until(lambda: local.describe([number])[number].hosts)
    hosts = local.describe([number])[number].hosts
    ended(local, number)

    assert local.queues()[0].cores_per_node == 1
    assert hosts == ("local-1", "local-2", "local-3", "local-4")
    assert sorted(spec.log.read_text().splitlines()) == [f"{n} local-{n + 1}" for n in range(4)]


def test_what_can_never_run_is_refused_with_every_reason(local, job):
    """Too many cores, an unknown queue and a missing program are told at once, and no job is kept."""
    spec = JobSpec("odd", ("no-such-program",), Path("/nowhere/x.log"), cores_per_node=9, queue="gpu")

    with pytest.raises(SubmitRefused) as refused:
        local.submit(spec)

    assert "9 cores a node, a node has 4" in refused.value.why
    assert "no queue gpu" in refused.value.why
    assert "no program no-such-program" in refused.value.why
    assert local.describe() == {}


def test_environment_folder_and_setup_reach_the_command(local, job, tmp_path):
    """The command runs in the folder asked for, with the environment given, after the setup lines."""
    folder = tmp_path / 'a folder\'s "name"'
    folder.mkdir()
    spec = job(
        'echo "$A $B $PWD"',
        environment={"A": "a b"},
        setup=("export B=set-up",),
        working_directory=folder,
    )
    ended(local, local.submit(spec))

    assert spec.log.read_text() == f"a b set-up {folder}\n"


def test_many_waiting_jobs_are_cheap(local, job):
    """Fifty jobs in line use less than a twentieth of a core between them while nothing happens."""
    jobs = [local.submit(job("sleep 600", cores_per_node=4)) for _ in range(50)]
    shepherds = [shepherd_of(local, each) for each in jobs]
    clock = os.sysconf("SC_CLK_TCK")

    def used_s() -> float:
        texts = [Path(f"/proc/{pid}/stat").read_text() for pid in shepherds]
        return sum(sum(map(int, text.rpartition(")")[2].split()[11:13])) for text in texts) / clock

    start, before = time.monotonic(), used_s()
    until(lambda: time.monotonic() - start > 4)
    share = (used_s() - before) / (time.monotonic() - start)

    assert share < 0.05


def test_many_at_once_neither_exceed_the_slots_nor_get_lost(local, job, tmp_path):
    """Thirty jobs submitted from many threads all run, at most four at a time on four cores."""
    line = f"date +%s.%N >> {tmp_path}/$FUNICULAR_JOB; sleep 0.1; date +%s.%N >> {tmp_path}/$FUNICULAR_JOB"
    with ThreadPoolExecutor(8) as pool:
        jobs = list(pool.map(lambda n: local.submit(job(line, name=f"job{n}")), range(30)))
    until(lambda: not local.describe(), within_s=60)
    spans = [[float(text) for text in (tmp_path / each).read_text().split()] for each in jobs]

    assert len(set(jobs)) == 30
    assert {local.describe(jobs)[each].state_code for each in jobs} == {"COMPLETED"}
    assert max(sum(a <= start < b for a, b in spans) for start, _ in spans) <= 4


def test_estimate_says_now_later_or_never(local, job):
    """An empty machine starts it now, a full one after the walltime of what runs, a small one never."""
    assert local.estimate(job("true", cores_per_node=4)).starts_in_s == 0
    local.submit(job("sleep 60", cores_per_node=4, walltime_s=600))

    assert 500 < local.estimate(job("true")).starts_in_s <= 600
    assert "9 cores" in local.estimate(job("true", cores_per_node=9)).refused


def test_a_job_can_be_read_and_run_by_hand(local, job, tmp_path):
    """The script shown for a job does the same as the job; a number that nobody has gives none."""
    spec = job("echo $GREETING; pwd", working_directory=tmp_path, environment={"GREETING": "it's me"})
    number = local.submit(spec)
    script = local.script(number)
    done = subprocess.run(["sh"], input=script, capture_output=True, text=True, check=True)

    ended(local, number)
    assert script == local.render(spec)
    assert done.stdout == spec.log.read_text() == f"it's me\n{tmp_path}\n"
    assert local.script("4711") is None
