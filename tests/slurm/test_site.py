"""The site itself: several nodes with their own addresses, users apart, quick to ask twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.slurm import site
from tests.slurm.jobenv import CHECKOUT, NOT_COPIED
from tests.slurm.people import Person
from tests.slurm.running import RunningSite

pytestmark = pytest.mark.usefixtures("clean_queue")


def test_a_job_runs_on_four_different_nodes(alice: Person):
    """One job of four nodes has four different hosts (without root: four different Slurm nodes)."""
    done = alice.run(["srun", "-N4", "bash", "-c", "echo $SLURMD_NODENAME"], timeout=30, check=True)

    assert {"n1", "n2", "n3", "n4"} == set(done.stdout.split())


def test_nodes_have_their_own_address_and_name(alice: Person, as_root: object):
    """As root every node has its own hostname and its own IP address, and knows the others by name."""
    ask = "echo $(hostname) $(hostname -I) $(getent hosts n1 | cut -d' ' -f1)"
    done = alice.run(["srun", "-N4", "bash", "-c", ask], timeout=30, check=True)

    assert [f"n{i} 10.77.0.{10 + i} 10.77.0.11" for i in (1, 2, 3, 4)] == sorted(done.stdout.splitlines())


def test_users_are_apart(alice: Person, bob: Person, carol: Person):
    """Bob may submit but not look into Alice's home; Carol has no account."""
    assert bob.run(["srun", "true"], timeout=30).returncode == 0
    assert "Permission denied" in bob.run(["ls", str(alice.home)]).stderr
    assert "Invalid account" in carol.run(["sbatch", "--wrap", "true"]).stderr


def test_jobs_find_the_code_of_this_checkout(alice: Person):
    """Python on a node imports the project and its dependencies."""
    done = alice.run(["srun", "python", "-c", "import funicular, distributed; print(funicular.__file__)"])

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("funicular/__init__.py")


def test_up_twice_starts_nothing(slurm_site: RunningSite):
    """Asking for a site that is up leaves it alone."""
    before = slurm_site.layout.state_file.read_text()
    _, started = site.up(tell=lambda line: None)

    assert not started
    assert before == slurm_site.layout.state_file.read_text()


def test_counters_see_a_question(alice: Person, slurm_site: RunningSite):
    """``sdiag`` counts a user's squeue as theirs."""
    before = slurm_site.counts()
    alice.run(["squeue"], check=True)
    asked = slurm_site.counts() - before

    assert asked.by_user.get(alice.name, 0) >= 1
    assert asked.by_type.get("REQUEST_JOB_INFO", 0) >= 1


def test_a_site_without_root(carol: Person, as_root: object, tmp_path: Path):
    """An ordinary user can bring up a Slurm of four nodes, run jobs on all, and leave nothing."""
    copy = carol.home / "checkout"
    shutil.copytree(CHECKOUT / "tests/slurm", copy / "tests/slurm", ignore=NOT_COPIED)
    (copy / "tests/__init__.py").touch()
    copy.chmod(0o755)
    env = {"PATH": "/usr/bin:/bin"}
    try:
        begun = carol.run(["/usr/bin/python3", "-m", "tests.slurm.site", "up"], cwd=copy, env=env)
        assert begun.returncode == 0, begun.stderr
        conf = begun.stdout.split("SLURM_CONF=")[1].split()[0]
        run = carol.run(
            ["srun", "-N4", "sh", "-c", "echo $SLURMD_NODENAME"], env={"SLURM_CONF": conf}, timeout=30
        )
    finally:
        ended = carol.run(["/usr/bin/python3", "-m", "tests.slurm.site", "down"], cwd=copy, env=env)
        shutil.rmtree(copy)

    assert {"n1", "n2", "n3", "n4"} == set(run.stdout.split()), run.stderr
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert not Path(conf).exists()


def test_a_crashed_node_is_started_again_by_up(alice: Person, slurm_site: RunningSite, as_root: object):
    """A node whose power was cut comes back; the rest of the site is left alone."""
    slurm_site.crash_node("n3")
    _, started = site.up(tell=lambda line: None, has_turn=True)
    done = alice.run(["srun", "-w", "n3", "hostname"], timeout=40)

    assert not started
    assert done.stdout == "n3\n"
