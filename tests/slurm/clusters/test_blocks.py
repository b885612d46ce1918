"""Blocks on the real Slurm: one submission for n nodes, workers on all of them, nothing left behind."""

import os
import signal

from tests.slurm import daemons
from tests.slurm.clusters.conftest import Notebook

SCALE = """
view = session.scale(Wish(nodes=4, cores=16))
session.wait_for_workers(16)
answer(session.view())
"""
HOSTS = """
client = session.client()
answer(sorted(set(client.run(lambda: __import__("socket").gethostname()).values())))
"""


def submissions(alice, cluster):
    """The jobs of this cluster that accounting has ever seen."""
    listed = alice.run(["sacct", "-Xn", "-P", "--format=jobid,jobname", "--starttime=now-1days"], check=True)
    lines = (line.partition("|") for line in listed.stdout.splitlines())
    return {job for job, _, name in lines if name.startswith(f"funicular-{cluster}-")}


def test_four_nodes_are_one_submission(alice, notebook, as_root):
    """One sbatch; four different nodes; workers on all; the same wish again starts nothing."""
    book = notebook()

    view = book.cell(SCALE)

    assert (view["state"], view["nodes"], view["workers"]) == ("running", 4, 16)
    assert len(alice.jobs()) == 1
    (block,) = view["blocks"]
    assert len(set(block["hosts"])) == 4
    assert book.cell(HOSTS) == ["n1", "n2", "n3", "n4"]

    again = book.cell(SCALE)

    assert [each["job"] for each in again["blocks"]] == [block["job"]]
    assert alice.jobs() == [block["job"]]

    book.close()

    assert daemons.until(lambda: submissions(alice, view["name"]), 20, step_s=0.5)  # accounting lags
    assert submissions(alice, view["name"]) == {block["job"]}
    assert alice.jobs() == []


def test_work_alone_brings_one_node(notebook):
    """The first task without any wish starts one node, small and for half an hour."""
    book = notebook()

    view = book.cell("""
        client = session.client()
        client.submit(sum, [1, 2]).result(timeout=60)
        answer(session.view())
    """)

    assert (view["nodes"], view["nodes_wished"]) == (1, 1)
    assert view["blocks"][0]["time_left_s"] <= 1800
    assert view["because"]


def test_a_job_that_waits_says_why(alice, notebook, slurm_site):
    """With the nodes full, the view carries the scheduler's reason in words, and stop leaves no job."""
    alice.run(["sbatch", "-N4", "--exclusive", "--wrap", "sleep 300"], check=True)
    book = notebook()

    view = book.cell("""
        session.scale(Wish(nodes=4))
        for _ in range(200):
            view = session.view()
            if view.blocks and "(" in view.blocks[0].reason:
                break
            time.sleep(0.1)
        answer(view)
    """)

    assert view["state"] == "waiting"
    assert "(Resources)" in view["blocks"][0]["reason"] or "(Priority)" in view["blocks"][0]["reason"]

    book.close()

    assert len(alice.jobs()) == 1
    alice.cancel_all()


def test_a_smaller_wish_gives_nodes_back(alice, notebook, as_root):
    """From four nodes to one: the larger job ends when the smaller one has its worker."""
    book = notebook()
    book.cell(SCALE)

    view = book.cell("""
        session.scale(Wish(nodes=1, cores=4))
        for _ in range(300):
            view = session.view()
            if view.workers == 4 and len(view.blocks) == 1:
                break
            time.sleep(0.1)
        answer(view)
    """)

    assert (view["nodes"], view["workers"]) == (1, 4)
    assert len(alice.jobs()) == 1


def test_the_jobs_of_a_killed_session_end(alice, slurm_site, clean_queue):
    """kill -9 of controller and kernel at once: running blocks end by themselves."""
    book = Notebook(alice)
    controller = book.cell("""
        session.scale(Wish(nodes=2, cores=8))
        session.wait_for_workers(8)
        answer(session.entry().process.pid)
    """)
    os.kill(controller, signal.SIGKILL)
    book.process.kill()
    book.process.communicate()

    assert daemons.until(lambda: not alice.jobs(), 30, step_s=0.2)


def test_a_pending_job_of_a_dead_controller_exits_at_once(alice, slurm_site, clean_queue):
    """A block that starts after its controller died does no work and says so in its log."""
    blocker = alice.run(["sbatch", "--parsable", "-N4", "--exclusive", "--wrap", "sleep 300"], check=True)
    book = Notebook(alice)
    controller, folder = book.cell("""
        session.scale(Wish(nodes=4))
        for _ in range(200):
            if session.view().blocks[0].job:
                break
            time.sleep(0.1)
        from funicular.clusters.registry import cluster_folder
        answer([session.entry().process.pid, str(cluster_folder(session.name))])
    """)
    os.kill(controller, signal.SIGKILL)
    book.process.kill()
    book.process.communicate()
    alice.run(["scancel", blocker.stdout.strip()], check=True)

    assert daemons.until(lambda: not alice.jobs(), 40, step_s=0.2)
    with open(f"{folder}/b1.log") as log:
        assert "The controller is gone" in log.read()
