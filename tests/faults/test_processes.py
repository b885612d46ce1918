"""kill -9 of each kind of process of a cluster at work: the result is right, or an error says why."""

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.request

from jupyter_client import BlockingKernelClient


def test_a_worker(play):
    """Its tasks run again elsewhere, another takes its place, the obituary names the signal."""
    play.start()
    play.work()

    play.kill("worker")

    told = play.death("worker", "SIGKILL")
    play.whole_again()
    play.right()
    assert told.rerun
    play.end()


def test_an_agent(play):
    """Its node is given up at once and another one is asked for."""
    play.start()
    play.work(48)

    play.kill("agent")

    play.death("node", "lost")
    play.whole_again()
    play.right()
    play.end()


def test_a_zygote(play):
    """The node whose workers cannot be replaced any more is given up, and said to be."""
    play.start()
    play.work(48)

    play.kill("zygote")

    play.death("node", "starts its workers", "SIGKILL")
    play.whole_again()
    play.right()
    play.end()


def test_the_controller(play):
    """The cell under way says so with the next step; the next cell has a new cluster; the old jobs end."""
    play.start()
    play.work(200)
    jobs = set(play.jobs())

    play.kill("controller")
    told = play.answer()
    play.detected()

    assert told["error"] == "cluster-lost"
    assert "SIGKILL" in told["text"]
    assert told["next"]
    assert time.time() - play.struck < 10
    play.death("controller", "SIGKILL", "again")
    assert play.until(lambda: not jobs & set(play.jobs()), 60)
    again = play.cell("answer(session.client().submit(sum, [1, 2]).result(timeout=60))")
    play.recovered()
    assert again == 3
    play.end()


def test_the_kernel(play):
    """Nobody holds the cluster any more: it ends, and its jobs with it."""
    play.start()
    play.work(200)

    play.strike(lambda: os.kill(play.book.process.pid, signal.SIGKILL))

    assert play.until(lambda: not play.processes("controller"), 30)
    play.detected()
    play.end(within_s=30)


def test_the_jupyter_server(play):
    """Its kernels end, so nobody holds the cluster any more: it ends, and its jobs with it."""
    with jupyter_server(play) as (server, runtime):
        kernel = start_kernel(runtime, server.pid)
        client = BlockingKernelClient(connection_file=str(runtime / f"kernel-{kernel}.json"))
        client.load_connection_file()
        client.start_channels()
        try:
            client.execute("import funicular; funicular.scale(nodes=2, cores=4)")
            assert play.until(lambda: len(play.processes("worker")) == 4, 40)

            play.strike(lambda: os.kill(server.pid, signal.SIGKILL))

            assert play.until(lambda: not play.processes("controller"), 30)
            play.detected()
        finally:
            client.stop_channels()
    play.end(within_s=30)


@contextlib.contextmanager
def jupyter_server(play):
    """A Jupyter server of the user's with our part in it, and the folder of its connection files."""
    runtime = play.person.write(f"{play.cluster}/run/.here", "").parent
    env = {"FUNICULAR_CLUSTER": play.cluster, "FUNICULAR_LEASE_S": "3", "FUNICULAR_SITE": "slurm"}
    with play.person.start(
        ["jupyter", "server", "--no-browser", "--ServerApp.jpserver_extensions={'funicular_lab': True}"],
        env={**env, "JUPYTER_RUNTIME_DIR": str(runtime)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            yield server, runtime
        finally:
            server.kill()


def start_kernel(runtime, pid):
    """A kernel of this server; gives its id."""
    found = runtime / f"jpserver-{pid}.json"
    deadline = time.monotonic() + 30
    while not (found.exists() and found.read_text().endswith("}")):  # it may be half written
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.1)
    server = json.loads(found.read_text())
    question = urllib.request.Request(
        f"{server['url']}api/kernels",
        data=b'{"name": "python3"}',
        headers={"Authorization": f"token {server['token']}"},
    )
    with urllib.request.urlopen(question, timeout=30) as answer:
        return json.loads(answer.read())["id"]
