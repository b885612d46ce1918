"""Money on the real Slurm: what jobs may cost stays within the budget; the ledger has what Slurm bills."""

from __future__ import annotations

import json
import os
import random
import re
import time
from pathlib import Path

from tests.slurm import daemons

WISHES = int(os.environ.get("FUNICULAR_TEST_WISHES", "15"))  # a drill takes 100
PAGE = Path(__file__).parents[3] / "docs" / "evidence" / "budget.md"
TEXT = """\
# Budgets: never more is committed, and the ledger is what Slurm bills

Written by `FUNICULAR_TEST_WISHES=100 pytest tests/slurm/clusters/test_budget.py`, a part of `make drill`
(seed {seed}); do not edit. Random wishes on a real Slurm, half of them with work, each replaced after 0.1 to
4 s by the next. *Promised* is the highest that `squeue` showed: jobs that live at their time limit and what
Slurm may take to end them, the others at what they ran.

| wishes | jobs | refused | promised, of the budget | ledger (core-s) | `sacct` billing (core-s) |
| --- | --- | --- | --- | --- | --- |
| {row} |
"""
OVERSHOOT_S = 65  # KillWait of the site and a minute
SCALE = """
from dataclasses import replace
try:
    view = session.scale(Wish(**{wish!r}))
    if {work}:
        client = session.client()
        client.submit(time.sleep, {work}, pure=False)
    answer([view.core_hours_committed, view.name])
except Exception as error:
    if getattr(error, "code", "") != "budget-too-small":
        raise
    answer([session.view().core_hours_committed, "refused: " + error.next_step])
"""


class Witness:
    """What Slurm itself has promised and billed: every job of a cluster, as squeue last showed it."""

    def __init__(self, person, cluster):
        self._person = person
        self._begin = f"funicular-{cluster}-"
        self._jobs = {}

    def look(self):
        """Core-seconds: living jobs at their limit and the overshoot, the others at what they ran."""
        command = ["squeue", "-h", "-t", "all", "-u", self._person.name, "-o", "%i|%T|%C|%l|%M|%j"]
        for line in self._person.run(command, check=True).stdout.splitlines():
            job, state, cores, limit, ran, name = line.split("|", 5)
            if name.startswith(self._begin):
                is_over = state in ("COMPLETED", "CANCELLED", "FAILED", "TIMEOUT")
                seconds = clock(ran) if is_over else clock(limit) + OVERSHOOT_S
                self._jobs[job] = int(cores) * seconds
        return sum(self._jobs.values())

    @property
    def jobs(self):
        return list(self._jobs)


def clock(text):
    """Seconds in 1-02:03:04, 02:03:04 or 03:04."""
    days, _, rest = text.rpartition("-")
    seconds = 0
    for part in rest.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds + int(days or 0) * 86400


def random_wish(dice, budget):
    """Something a user may say, with a budget that only grows."""
    nodes = dice.randint(1, 4)
    queue = dice.choice([None, "cpu", "debug"])
    return {
        "nodes": nodes,
        "cores": nodes * dice.randint(1, 8),
        "hours": dice.choice([1 / 60, 2 / 60, 0.05] + [0.5, 2] * (queue != "debug")),
        "queue": queue,
        "budget_core_hours": budget if dice.random() < 0.8 else None,
    }


def billed(alice, jobs):
    """Billing seconds that sacct has for these jobs, and whether all are over."""
    command = [
        "sacct",
        "-Xn",
        "-P",
        "--format=jobidraw,state,elapsedraw,alloctres",
        f"--jobs={','.join(jobs)}",
    ]
    rows = [line.split("|") for line in alice.run(command, check=True).stdout.splitlines()]
    seconds = {}
    for job, _, ran, resources in rows:
        amounts = dict(part.split("=") for part in resources.split(",") if part)
        seconds[job] = int(ran) * float(amounts.get("billing", 0))
    is_over = len(rows) == len(jobs) and not any(row[1] in ("RUNNING", "PENDING") for row in rows)
    return sum(seconds.values()), is_over


def test_nothing_is_committed_beyond_the_budget_and_the_ledger_agrees(alice, notebook, as_root, clean_queue):
    """Random wishes: jobs at their limits never exceed the budget; the ledger is what sacct bills."""
    seed = int(os.environ.get("FUNICULAR_TEST_SEED", time.time()))
    print(f"FUNICULAR_TEST_SEED={seed}")
    dice = random.Random(seed)
    budget, book, refused, highest = 1.0, notebook(), 0, 0.0
    witness = Witness(alice, book.cell("answer(session.name)"))
    for number in range(WISHES):
        budget = budget if number % 4 or not number else round(budget * dice.uniform(1, 1.1), 3)
        wish = random_wish(dice, budget)
        if number == 0:
            wish["budget_core_hours"] = budget
        code = SCALE.format(
            wish={key: value for key, value in wish.items() if value}, work=dice.choice([0, 0.2])
        )
        answer = book.cell(code)
        assert isinstance(answer, list), answer
        committed, said = answer
        refused += said.startswith("refused")
        deadline = time.monotonic() + dice.uniform(0.1, 4)
        while True:
            promised = witness.look() / 3600
            highest = max(highest, promised / budget)

            assert committed <= budget + 1e-9
            assert promised <= budget, (number, wish, said)
            if time.monotonic() > deadline:
                break
            time.sleep(0.3)
    book.close()
    assert daemons.until(lambda: billed(alice, witness.jobs)[1], 60, step_s=1)  # accounting lags
    expected, _ = billed(alice, witness.jobs)
    ledger = json.loads(alice.run(["funicular", "clusters", "ledger", "--json"], check=True).stdout)
    mine = [job for job in ledger["jobs"] if job["job"] in witness.jobs]
    known = sum(job["core_hours"] for job in mine) * 3600
    print(f"{len(mine)} jobs, {refused} of {WISHES} wishes refused, at most {highest:.0%} of the budget")
    print(f"ledger {known:.0f} core-s, sacct {expected:.0f}")
    if WISHES >= 100:
        figures = (WISHES, len(mine), refused, f"{highest:.0%}", f"{known:.0f}", f"{expected:.0f}")
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(TEXT.format(seed=seed, row=" | ".join(map(str, figures))))

    assert sorted(job["job"] for job in mine) == sorted(witness.jobs)
    assert {job["known_by"] for job in mine} == {"accounting"}
    assert abs(known - expected) <= 0.01 * expected
    assert sum(job["core_hours_busy"] for job in mine) <= sum(job["core_hours"] for job in mine)


def test_a_killed_controller_s_jobs_are_in_the_ledger(alice, notebook, as_root, clean_queue):
    """kill -9: its job counts in full until Slurm's accounting has it, then as billed."""
    book = notebook()
    controller, job = book.cell("""
        session.scale(Wish(nodes=1, cores=2, hours=0.1, budget_core_hours=1))
        session.wait_for_workers(2)
        answer([session.entry().process.pid, session.view().blocks[0].job])
    """)
    os.kill(controller, 9)

    def entry():
        ledger = json.loads(alice.run(["funicular", "clusters", "ledger", "--json"], check=True).stdout)
        return next(each for each in ledger["jobs"] if each["job"] == job)

    first = entry()
    assert first["known_by"] in ("open", "accounting")
    assert first["core_hours_committed"] >= 2 * (360 + OVERSHOOT_S) / 3600
    assert daemons.until(lambda: entry()["known_by"] == "accounting", 40, step_s=1)
    assert abs(entry()["core_hours"] * 3600 - billed(alice, [job])[0]) < 1e-6


def test_a_budget_in_the_sites_own_units_binds(slurm_site, alice, notebook, as_root, clean_queue):
    """On a queue that weighs cores and memory: jobs are cut to fit, and the ledger has what sacct bills."""
    slurm_site.slurm("scontrol", "update", "PartitionName=cpu", "TRESBillingWeights=CPU=2.0,Mem=4.0G")
    try:
        book = notebook()
        job, limit = book.cell("""
            size = {"nodes": 1, "cores": 2, "memory_bytes": 2 * 2**30, "hours": 1, "queue": "cpu"}
            session.scale(Wish(**size, budget_billing_hours=2))
            session.wait_for_workers(1)
            job = session.view().blocks[0].job
            answer([job, os.popen(f"squeue -h -o %l -j {job}").read().strip()])
        """)
        shown = alice.run(["scontrol", "--oneliner", "show", "job", job], check=True).stdout
        billing = float(re.search(r"billing=([0-9.]+)", shown)[1])
        book.close()
        assert daemons.until(lambda: billed(alice, [job])[1], 60, step_s=1)
        ledger = json.loads(alice.run(["funicular", "clusters", "ledger", "--json"], check=True).stdout)
        mine = next(each for each in ledger["jobs"] if each["job"] == job)
        expected, _ = billed(alice, [job])
    finally:
        slurm_site.slurm("scontrol", "update", "PartitionName=cpu", "TRESBillingWeights=")

    assert billing == 12  # 2 cores at 2, 2 GiB at 4
    assert billing * (clock(limit) + OVERSHOOT_S) / 3600 <= 2
    assert clock(limit) + 60 > 2 * 3600 / billing - OVERSHOOT_S - 60  # and not cut by more than rounding
    assert abs(mine["billing_hours"] * 3600 - expected) <= 0.01 * expected
