"""What is left on an account of a real Slurm, as an ordinary user sees it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.slurm import daemons
from tests.slurm.layout import Layout
from tests.slurm.people import Person
from tests.slurm.running import RunningSite
from tests.slurm.schedulers.test_slurm import tells

pytestmark = pytest.mark.usefixtures("clean_queue", "as_root")

ASK = """print(json.dumps(told(slurm.allowances, ["physics"])))"""
HOURS, MINUTES, CORES = 10, 30, 4


@contextmanager
def limited(site: RunningSite, person: Person) -> Iterator[None]:
    """Inside, the account may use ten core-hours in all."""
    change = ["sacctmgr", "-i", "modify", "account", "physics", "set"]
    site.slurm(*change, f"GrpTRESMins=cpu={HOURS * 60}")
    try:
        assert daemons.until(lambda: tells(person, ASK)["answer"]["found"], 30, step_s=0.5)
        yield
    finally:
        site.slurm(*change, "GrpTRESMins=cpu=-1")


@contextmanager
def private(site: RunningSite, layout: Layout) -> Iterator[None]:
    """Inside, users do not see what accounts have used."""
    text = layout.conf.read_text()
    layout.conf.write_text(f"{text}PrivateData=usage,accounts\n")
    site.slurm("scontrol", "reconfigure")
    try:
        yield
    finally:
        layout.conf.write_text(text)
        site.slurm("scontrol", "reconfigure")


def test_a_limit_and_what_a_running_job_may_take_of_it(slurm_site: RunningSite, alice: Person):
    """Ten core-hours are granted; a job of four cores for half an hour leaves eight."""
    with limited(slurm_site, alice):
        before = tells(alice, ASK)["answer"]["found"][0]
        job = alice.run(
            ["sbatch", "--parsable", f"-c{CORES}", f"-t{MINUTES}", "-o/dev/null", "--wrap", "sleep 600"],
            check=True,
        ).stdout.strip()
        running = daemons.until(
            lambda: alice.run(["squeue", "-h", "-j", job, "-o", "%T"]).stdout.strip() == "RUNNING",
            30,
            step_s=0.2,
        )
        after = tells(alice, ASK)["answer"]["found"][0]
        slurm_site.slurm("scancel", job)

    assert running
    assert (before["account"], before["unit"], before["granted"]) == ("physics", "core-hours", HOURS)
    assert before["source"] == "sshare"
    assert after["used"] - before["used"] == pytest.approx(CORES * MINUTES / 60, abs=0.3)


def test_without_a_limit_none_is_told(alice: Person):
    """And nothing is counted that nobody limits."""
    answer = tells(alice, ASK)["answer"]

    assert (answer["found"], answer["unlimited"], answer["unknown"]) == ([], ["physics"], [])


def test_private_usage_is_said_in_words(slurm_site: RunningSite, as_root: Layout, alice: Person):
    """No number, but why there is none."""
    with limited(slurm_site, alice), private(slurm_site, as_root):
        end = time.monotonic() + 30
        while (answer := tells(alice, ASK)["answer"])["found"] and time.monotonic() < end:
            time.sleep(0.5)

    assert (answer["found"], answer["unknown"]) == ([], ["physics"])
    assert "PrivateData" in answer["silence"]


def test_who_has_no_account_is_told_so(carol: Person):
    """Nobody gave her one."""
    answer = tells(carol, "print(json.dumps(told(slurm.allowances, [])))")["answer"]

    assert "no accounts" in answer["silence"]
