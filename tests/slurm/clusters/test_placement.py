"""Where the controller runs, on the real Slurm: in the first job, or beside a notebook that is in a job."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import psutil
import pytest

from tests.slurm import daemons
from tests.slurm.clusters.conftest import PRELUDE, Notebook
from tests.slurm.clusters.test_attacks import ATTACK, doors_of

POLICY = "controller_placement: block\ncontact: hpc@example.org\n"
UP = """
session.scale(Wish(nodes=2, cores=4, hours=0.2))
session.wait_for_workers(4)
entry = session.entry()
known = [entry.name, entry.host, entry.process.pid, entry.job, entry.api_port]
answer({"entry": known, "view": session.view()})
"""

SLEEPERS = """__import__("funicular").map(
    lambda x: (open(f"MARKS/{x}-{os.getpid()}", "w").close(), time.sleep(60)), range(8)
)"""


@pytest.fixture
def forbidden(alice):
    """What makes alice's login node one where servers are forbidden."""
    return {"FUNICULAR_POLICY": str(alice.write("policy.yaml", POLICY)), "FUNICULAR_LEASE_S": "4"}


def on_login_node(person, module="funicular.clusters"):
    """Processes of this user's on the login node that run a module of ours."""
    found = []
    for process in psutil.process_iter(["username", "cmdline"]):
        words = process.info["cmdline"] or []
        if process.info["username"] == person.name and any(word.startswith(module) for word in words):
            try:
                is_in_job = "SLURMD_NODENAME" in process.environ()
            except psutil.Error:
                continue
            if not is_in_job:
                found.append(words)
    return found


def listing(person, name):
    """What the terminal lists of this cluster; those that other tests have killed may be there still."""
    shown = json.loads(person.run(["funicular", "clusters", "list", "--json"], check=True).stdout)
    return [each for each in shown if each["name"] == name]


def test_where_servers_are_forbidden_none_runs_on_the_login_node(alice, bob, notebook, forbidden, as_root):
    """One job of two nodes brings controller and workers; the terminal reaches it; nobody else does."""
    book = notebook(env=forbidden)
    up = book.cell(UP)
    name, host, pid, job, port = up["entry"]

    assert host.startswith("n")
    assert on_login_node(alice) == []
    assert alice.jobs() == [job]
    assert up["view"]["workers"] == 4
    assert any("hpc@example.org" in why for why in up["view"]["because"])
    assert book.cell("answer(session.client().submit(sum, [1, 2]).result(timeout=30))") == 3

    # the terminal, from the login node
    (listed,) = listing(alice, name)

    assert (listed["name"], listed["state"], listed["workers"]) == (name, "running", 4)

    grown = alice.run(
        ["funicular", "clusters", "scale", name, "--nodes", "3", "--cores", "6", "--json"], check=True
    )

    assert len(json.loads(grown.stdout)["blocks"]) == 2

    # another user: no door opens, no key is seen
    doors = doors_of(alice)

    assert any(door[1] == port for door in doors)

    for attack in (["python"], ["srun", "-n1", "python"]):
        script = bob.write("attack.py", ATTACK)
        found = bob.run([*attack, str(script), json.dumps(doors)], timeout=90)

        assert json.loads(found.stdout) == [], found.stderr

    key = book.cell("answer(session.entry().credentials.key.splitlines()[1])")
    agent = json.loads(alice.run(["cat", f".local/state/funicular/clusters/{name}/agent.json"]).stdout)
    shown = bob.run(["ps", "auxwwwe"]).stdout
    for command in (["--batch-script"], ["--env-vars"]):
        shown += alice.run(["sacct", "-j", job, *command]).stdout
    shown += alice.run(["scontrol", "show", "job", job]).stdout

    assert "funicular.clusters.first_block" in shown
    assert key not in shown
    assert agent["credentials"]["key"].splitlines()[1] not in shown
    assert "PRIVATE KEY" not in shown

    bob.run(["scancel", job])
    bob.run(["kill", "-9", str(pid)])
    stopped = alice.run(["funicular", "clusters", "stop", name], check=True)

    assert "has ended" in stopped.stdout
    assert daemons.until(lambda: not alice.jobs(), 20, step_s=0.2)
    assert book.cell("answer(session.view())") is None


def test_a_first_job_that_waits_says_why_and_is_taken_back(alice, notebook, forbidden, clean_queue):
    """With the nodes full the reason is Slurm's in words; a terminal stops it; the cell hears of that."""
    blocker = alice.run(["sbatch", "--parsable", "-N4", "--exclusive", "--wrap", "sleep 300"], check=True)
    book = notebook(env=forbidden)
    view = book.cell("""
        session.scale(Wish(nodes=2))
        for _ in range(200):
            view = session.view()
            if "(" in view.blocks[0].reason:
                break
            time.sleep(0.1)
        answer(view)
    """)

    assert view["state"] == "waiting"
    assert "(Resources)" in view["blocks"][0]["reason"] or "(Priority)" in view["blocks"][0]["reason"]

    listed = alice.run(["funicular", "clusters", "list"], check=True).stdout

    assert "(Resources)" in listed or "(Priority)" in listed

    assert book.process.stdin is not None
    book.process.stdin.write(json.dumps("session.wait_for_workers(1)") + "\n")
    book.process.stdin.flush()
    alice.run(["funicular", "clusters", "stop", view["name"]], check=True)
    assert book.process.stdout is not None
    told = json.loads(book.process.stdout.readline())

    assert told["error"] == "cluster-stopped"
    assert alice.jobs() == [blocker.stdout.strip()]
    alice.cancel_all()


def test_a_job_that_cannot_be_paid_or_taken_is_refused(notebook, forbidden, clean_queue, alice):
    """Before anything is submitted: the budget's least, the site's most."""
    book = notebook(env=forbidden)
    poor = book.cell("answer(session.scale(Wish(nodes=1, cores=8, budget_core_hours=0.01)))")
    large = book.cell("answer(session.scale(Wish(nodes=99)))")

    assert poor["error"] == "budget-too-small"
    assert large["error"] == "request-refused"
    assert alice.jobs() == []
    assert book.cell("answer(session.view())") is None


def test_a_dead_kernels_controller_ends_its_job(alice, slurm_site, clean_queue, forbidden):
    """kill -9 of the kernel on the login node: its connection breaks, the lease runs out, no job is left."""
    book = Notebook(alice, env=forbidden)
    book.cell(UP)
    book.process.kill()
    book.process.communicate()

    assert daemons.until(lambda: not alice.jobs(), 40, step_s=0.2)


def test_a_cancelled_first_job_is_told_and_another_comes(alice, notebook, forbidden, clean_queue):
    """scancel from outside: the waiting call fails in words, and the next one has a cluster."""
    book = notebook(env=forbidden)
    job = book.cell(UP)["entry"][3]
    marks = alice.write("marks/here", "").parent
    assert book.process.stdin is not None
    book.process.stdin.write(json.dumps(f"answer({SLEEPERS})".replace("MARKS", str(marks))) + "\n")
    book.process.stdin.flush()

    assert daemons.until(lambda: len(list(marks.iterdir())) > 2, 30)

    alice.run(["scancel", job], check=True)
    assert book.process.stdout is not None
    told = json.loads(book.process.stdout.readline())
    again = book.cell(UP)

    assert told["error"] == "cluster-lost"
    assert again["entry"][3] != job
    assert again["view"]["workers"] == 4


def test_a_killed_controller_in_a_job_ends_all_its_jobs(alice, notebook, forbidden, clean_queue, as_root):
    """kill -9 of it: its own job and the further one end by themselves; the next call has a cluster."""
    book = notebook(env=forbidden)
    pid = book.cell(UP)["entry"][2]
    book.cell("answer(session.scale(Wish(nodes=3, cores=6, hours=0.1)))")
    (controller,) = [
        each
        for each in psutil.process_iter(["username", "cmdline"])
        if each.info["username"] == alice.name
        and "funicular.clusters.controller" in (each.info["cmdline"] or [])
    ]

    assert controller.pid != pid  # its pid on its node is another one here

    os.kill(controller.pid, signal.SIGKILL)

    assert daemons.until(lambda: not alice.jobs(), 40, step_s=0.2)
    assert book.cell(UP)["view"]["workers"] == 4


def test_a_notebook_in_a_job_has_its_controller_beside_it(alice, clean_queue, as_root, forbidden):
    """The rule is about login nodes. The terminal on the login node reaches it; keep says what ends it."""
    script = alice.write("notebook-in-a-job.py", PRELUDE)
    book = alice.start(
        ["srun", "-n1", "--mem=1000", "python", "-u", str(script)],
        stdin=subprocess.PIPE,
        stderr=None,
        env={"FUNICULAR_SITE": "slurm", **forbidden},
    )

    def cell(code):
        book.stdin.write(json.dumps(code) + "\n")
        book.stdin.flush()
        return json.loads(book.stdout.readline())

    try:
        up = cell(UP)
        name, host, _, job, _ = up["entry"]
        jobs = alice.jobs()
        (listed,) = listing(alice, name)
        kept = cell("from funicular.clusters import api_client; answer(api_client.call(entry, 'keep'))")
        cell("answer(api_client.call(entry, 'keep', keep=False))")

        assert host.startswith("n")
        assert job in jobs
        assert len(jobs) == 2  # the notebook's, and the block's
        assert (listed["name"], listed["workers"]) == (name, 4)
        assert f"ends with job {job}" in kept["note"]
    finally:
        book.communicate(timeout=60)
    assert daemons.until(lambda: not alice.jobs(), 20, step_s=0.2)


def test_the_profile_of_a_site_that_forbids_servers_is_enough(alice, notebook, clean_queue):
    """No policy: what is known of the site decides, and is said as the reason."""
    book = notebook(env={"FUNICULAR_PROFILE": "discoverer", "FUNICULAR_LEASE_S": "4"})
    view = book.cell("answer(session.scale(Wish(nodes=1, cores=1, hours=0.1)))")

    assert view["state"] == "waiting", view
    assert any("forbid servers" in why for why in view["because"])
    assert on_login_node(alice) == []
