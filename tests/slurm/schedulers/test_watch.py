"""The watcher on the real Slurm: two hundred waiting jobs cost no more questions than one."""

from __future__ import annotations

import json

from tests.slurm import daemons

# Ten minutes of the watcher's life in a minute: its clock and its sleep run ten times faster, Slurm does not.
WATCH = """
import asyncio, json, sys, time
from funicular.schedulers.run import run_command
from funicular.schedulers.slurm import SlurmScheduler
from funicular.schedulers.watch import Watcher

FASTER, MINUTES = 10, 5
commands, seen = [], {}

def counted(argv, **how):
    commands.append((time.monotonic() * FASTER, argv[0]))
    return run_command(argv, **how)

async def main():
    watcher = Watcher(
        SlurmScheduler(counted),
        lambda job, sighting: seen.__setitem__(job, (sighting.state, str(sighting.status.reason))),
        clock=lambda: time.monotonic() * FASTER,
        sleep=lambda seconds: asyncio.sleep(seconds / FASTER),
    )
    for job in sys.argv[1:]:
        watcher.follow(job)
    try:
        await asyncio.wait_for(watcher.run(), MINUTES * 60 / FASTER)
    except TimeoutError:
        pass

asyncio.run(main())
print(json.dumps({"commands": commands, "seen": seen}))
"""
MAKE_200 = """
for i in $(seq 200); do
  sbatch --parsable --hold --job-name=waits --wrap="sleep 1" --output=/dev/null
done
"""


def test_two_hundred_waiting_jobs_stay_within_the_budget(alice, sdiag_counts, clean_queue, as_root):
    """Every command is a squeue for all jobs; no minute sees more than six; Slurm has counted the same."""
    jobs = alice.run(["bash", "-c", MAKE_200], check=True).stdout.split()
    assert len(jobs) == 200
    try:
        before = sdiag_counts()
        answer = json.loads(alice.python(WATCH, *jobs, check=True, timeout=120).stdout)
        grown = sdiag_counts() - before
    finally:
        alice.cancel_all()
        daemons.until(lambda: not alice.jobs(), 30, step_s=0.2)
    times = [at for at, _ in answer["commands"]]

    assert {program for _, program in answer["commands"]} == {"squeue"}
    assert 6 <= len(times) <= 5 * 6
    for at in times:
        assert sum(at <= other < at + 60 for other in times) <= 6
    assert set(answer["seen"]) == set(jobs)
    assert {state for state, _ in answer["seen"].values()} == {"alive"}
    counted = sum(count for kind, count in grown.by_type.items() if "JOB_INFO" in kind)
    assert len(times) <= counted <= len(times) + 2, grown  # an earlier test's cluster may ask a last time
