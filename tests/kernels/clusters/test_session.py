"""A process's cluster on a real local site: it starts, works, shows itself, survives faults and goes."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from distributed import as_completed
from distributed.client import FutureCancelledError

from funicular.clusters import api_client, registry
from funicular.clusters.api_client import ClusterProblem
from funicular.clusters.session import ClusterStopped, Session
from funicular.errors import FunicularError
from funicular.messages import Wish
from funicular.schedulers.base import JobSpec, JobState
from funicular.schedulers.local import LocalScheduler
from tests.kernels.clusters.conftest import pids_of, wait_until
from tests.sockets import listening


def ready(session: Session, n: int = 2):
    client = session.client()
    session.wait_for_workers(n)
    return client


def kill_quietly(pid: int) -> None:
    """SIGKILL without keeping the process as our zombie: it is no child of ours."""
    os.kill(pid, signal.SIGKILL)


def numbers(_):
    import random

    import numpy

    time.sleep(0.2)
    return os.getpid(), random.random(), float(numpy.random.random())


def where(_):
    return os.getcwd(), os.environ["OMP_NUM_THREADS"], os.getcwd() in sys.path


def die(path):
    """Kill this worker the first time, succeed the second."""
    if not Path(path).exists():
        Path(path).write_text("died once")
        os.kill(os.getpid(), signal.SIGSEGV)
    return "survived"


def test_nothing_starts_before_it_is_needed(session):
    """Looking at the cluster makes none."""
    assert session.view() is None
    assert session.connected() is None
    assert registry.entries() == ()


def test_it_works_shows_itself_and_leaves_nothing(session):
    """From zero to a result, a view in words, and after stop no process, job or file."""
    client = ready(session)

    assert client.submit(sum, [1, 2, 3]).result(timeout=10) == 6

    view = session.view()

    assert (view.state, view.nodes, view.workers, view.cores) == ("running", 1, 2, 2)
    assert view.core_hours > 0
    assert [block.state for block in view.blocks] == ["running"]

    pid = session.entry().process
    session.stop()

    assert not pid.is_alive
    assert registry.entries() == ()
    wait_until(lambda: not pids_of("b1", session.name))
    wait_until(lambda: all(s.state is JobState.GONE for s in LocalScheduler().describe().values()))


def test_forked_workers_have_random_streams_of_their_own(session):
    """No two workers give the same numbers, neither from random nor from numpy.random."""
    client = ready(session)
    seen = {pid: (a, b) for pid, a, b in client.gather(client.map(numbers, range(6), pure=False))}

    assert len(seen) == 2
    assert len({a for a, _ in seen.values()}) == 2
    assert len({b for _, b in seen.values()}) == 2


def test_workers_run_in_the_notebooks_folder_with_one_blas_thread(session, tmp_path, monkeypatch):
    """The folder is where the cluster was started; each BLAS has one thread."""
    monkeypatch.chdir(tmp_path)
    client = ready(session)

    assert client.submit(where, 1).result(timeout=10) == (str(tmp_path), "1", True)


def test_a_wish_sets_the_target_and_a_second_one_starts_nothing(session):
    """scale(nodes=1) twice is one block, and too much is refused in words with the cluster intact."""
    session.scale(Wish(nodes=1))
    session.wait_for_workers(2)
    again = session.scale(Wish(nodes=1))

    assert [block.block for block in again.blocks] == ["b1"]

    with pytest.raises(ClusterProblem) as caught:
        session.scale(Wish(nodes=3))

    assert "3" in str(caught.value)
    assert caught.value.next_step
    assert session.view().workers == 2


def test_two_callers_start_one_controller(session):
    """Kernels of one session that begin together share a cluster."""
    code = f"from funicular.clusters.session import Session; Session({session.name!r}).client(); input()"
    others = [
        subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, env=os.environ)
        for _ in range(2)
    ]
    try:
        session.client()
        wait_until(lambda: len(session.client().scheduler_info()["workers"]) >= 0)

        assert len(registry.entries()) == 1
        with_name = [p for p in psutil.process_iter(["cmdline"]) if session.name in (p.info["cmdline"] or [])]
        assert len(with_name) == 1
    finally:
        for other in others:
            other.communicate(b"\n", timeout=20)


def test_a_worker_that_crashes_is_started_again(session, tmp_path):
    """SIGSEGV in a task: the task is run again and both workers are back."""
    client = ready(session)

    assert client.submit(die, str(tmp_path / "once")).result(timeout=15) == "survived"

    wait_until(lambda: session.view().workers == 2)


def test_a_death_is_told_in_the_cell(session, tmp_path, capfd):
    """Whoever waits for the result reads which worker died, of what, and that its task is run again."""
    from funicular.clusters import output

    client = ready(session)
    output.listen(client)
    client.submit(die, str(tmp_path / "once"), key="my-task").result(timeout=15)
    told = []

    def has_come():
        output.flush()
        told.append(capfd.readouterr().err)
        return "died" in "".join(told)

    wait_until(has_come)

    assert "SIGSEGV" in "".join(told)
    assert "my-task" in "".join(told)
    assert "is run again" in "".join(told)


def test_restart_gives_new_worker_processes_and_no_new_block(session):
    """client.restart() works without nannies: the same job, other processes."""
    client = ready(session)
    before = set(client.run(os.getpid).values())
    client.restart(timeout=20, wait_for_workers=False)
    session.wait_for_workers(2)
    after = set(client.run(os.getpid).values())

    assert len(after) == 2
    assert not before & after
    assert [block.block for block in session.view().blocks] == ["b1"]


def test_a_killed_controller_is_an_error_and_the_next_call_has_a_cluster(session):
    """kill -9 of the controller: results in the air fail at once, the job ends, a new cluster comes."""
    client = ready(session)
    future = client.submit(time.sleep, 60)
    controller = session.entry().process
    kill_quietly(controller.pid)
    began = time.monotonic()

    with pytest.raises(FutureCancelledError):
        future.result(timeout=10)

    assert time.monotonic() - began < 10
    wait_until(lambda: not pids_of("b1", session.name))

    client = ready(session)

    assert client.submit(sum, [1, 2]).result(timeout=10) == 3


def test_a_frozen_controller_is_an_error_within_ten_seconds(session):
    """SIGSTOP of the controller: nothing hangs, and the next call has a cluster again."""
    client = ready(session)
    future = client.submit(time.sleep, 60)
    os.kill(session.entry().process.pid, signal.SIGSTOP)
    began = time.monotonic()

    with pytest.raises(FutureCancelledError):
        future.result(timeout=15)

    assert time.monotonic() - began < 10

    client = ready(session)

    assert client.submit(sum, [1, 2]).result(timeout=10) == 3


def test_the_cluster_ends_after_its_last_holder(session):
    """kill -9 of the process that started it: controller and jobs are gone a lease later."""
    code = (
        "from funicular.clusters.session import Session;"
        f"s = Session({session.name!r}); s.client(); s.wait_for_workers(1); print('up', flush=True); input()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
    )
    assert holder.stdout.readline() == b"up\n"
    controller = session.entry().process
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()

    wait_until(lambda: not controller.is_alive, within_s=20)
    wait_until(lambda: not pids_of("b1", session.name))
    assert registry.entries() == ()


def test_idle_nodes_go_back_and_come_again(session, monkeypatch):
    """Without work the block is released; the next task brings one."""
    monkeypatch.setenv("FUNICULAR_IDLE_S", "1")
    client = ready(session)
    wait_until(lambda: session.view().state == "idle", within_s=20)

    assert client.submit(sum, [4, 5]).result(timeout=20) == 9


def test_only_tls_listens_on_tcp_and_files_are_private(session):
    """Every listening socket of the cluster's processes is TLS; every file is 0600."""
    ready(session)
    entry = session.entry()
    processes = [psutil.Process(entry.process.pid)]
    for agent in pids_of("b1", session.name):
        processes += [psutil.Process(agent), *psutil.Process(agent).children(recursive=True)]
    ports = {port for process in processes for _, port in listening(process.pid)}

    assert len(ports) >= 4  # Dask's scheduler, the agents' line, two workers
    assert all(not answers_plain_text(port) for port in ports)

    folder = registry.cluster_folder(session.name)

    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    assert oct(Path(entry.socket).stat().st_mode & 0o777) == "0o600"


def answers_plain_text(port: int) -> bool:
    """Whether something there talks HTTP or Dask without TLS."""
    import socket

    for first in (b"GET / HTTP/1.0\r\n\r\n", b"\x01" + bytes(7)):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(first)
            try:
                answer = connection.recv(64)
            except OSError:
                continue
            if answer and not answer.startswith(b"\x15\x03"):  # a TLS alert is the right answer
                return True
    return False


def test_the_dask_dashboard_is_on_the_unix_socket(session):
    """The same socket as the API, the owner's alone, shows Dask's own pages."""
    session.client()
    connection = api_client._UnixConnection(session.entry().socket, timeout=20)
    connection.request("GET", "/status")
    answer = connection.getresponse()
    body = answer.read()
    connection.close()

    assert answer.status == 200
    assert b"Bokeh" in body


def test_unknown_verbs_and_fields_are_refused(session):
    """The API says so in words, and changes nothing."""
    session.client()
    entry = session.entry()

    with pytest.raises(ClusterProblem, match="knows no 'explode'"):
        api_client.call(entry, "explode")
    with pytest.raises(ClusterProblem, match="does not take these fields"):
        api_client.call(entry, "keep", keep=True, other=1)
    with pytest.raises(ClusterProblem, match="not a Wish"):
        api_client.call(entry, "scale", wish={"nodes": 1, "shell": "rm"})


def test_tasks_finish_in_whatever_order(session):
    """as_completed over forked workers gives every result once."""
    client = ready(session)
    futures = client.map(abs, range(-20, 0))

    assert sorted(future.result() for future in as_completed(futures, timeout=20)) == list(range(1, 21))


def test_a_budget_makes_jobs_shorter_and_one_too_small_is_refused(session, monkeypatch):
    """What cannot be paid is refused with the smallest budget that would do; what can is clipped."""
    monkeypatch.setenv("FUNICULAR_BUDGET", "0.01 core-h")
    with pytest.raises(ClusterProblem) as told:
        session.scale(Wish(nodes=1, hours=1))

    assert told.value.code == "budget-too-small"
    assert 'budget="0.03' in told.value.next_step
    assert session.view().blocks == ()

    view = session.scale(Wish(nodes=1, hours=1, budget_core_hours=0.1))
    session.wait_for_workers(1)

    assert (view.budget, view.core_hours_committed <= 0.1) == ("0.1 core-h", True)
    assert any("the budget of 0.1 core-h leaves no more" in because for because in view.because)
    assert session.view().blocks[0].time_left_s <= 180


def test_a_killed_controller_s_commitments_bind_its_successor(session):
    """kill -9 opens no purse: what was promised counts, until it is known what it did cost."""
    session.scale(Wish(nodes=1, hours=0.02, budget_core_hours=0.1))  # 2 minutes on 2 cores, and the overshoot
    session.wait_for_workers(1)
    first = session.view()
    kill_quietly(session.entry().process.pid)
    wait_until(lambda: session.entry() is None)

    heir = Session(session.name)
    with pytest.raises(ClusterProblem) as told:
        heir.scale(Wish(nodes=1, hours=0.02, budget_core_hours=0.1))

    assert told.value.code == "budget-too-small"
    assert heir.view().core_hours_committed >= first.core_hours_committed - 1e-6
    wait_until(lambda: heir.view().core_hours_committed < 0.05, within_s=45, every_s=0.5)
    assert heir.scale(Wish(nodes=1, hours=0.02, budget_core_hours=0.1)).blocks
    heir.stop()


def test_a_stop_from_another_thread_is_told_in_words(session, tmp_path):
    """A cell waits for workers on a full machine, another thread stops the cluster: no errno, a sentence."""
    site = LocalScheduler()
    other = site.submit(JobSpec("other", ("/bin/sleep", "60"), tmp_path / "other.log", cores_per_node=2))
    told, caught = [], []

    def wait():
        try:
            session.wait_for_workers(1, tell=told.append)
        except FunicularError as error:
            caught.append(error)

    cell = threading.Thread(target=wait)
    cell.start()
    wait_until(lambda: told, within_s=20)
    session.stop()
    cell.join(20)
    site.cancel([other])

    assert [error.code for error in caught] == ["cluster-stopped"]
    assert "was stopped while this waited" in str(caught[0])
    assert session.view() is None


def test_a_cluster_that_ends_while_one_connects_is_told_in_words(session, monkeypatch):
    """Its controller went between the registry's word and the connection."""
    session.client()
    entry = session.entry()
    session.stop()
    with pytest.raises(ClusterStopped, match=session.name):
        session._connect(entry)
