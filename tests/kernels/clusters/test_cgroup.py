"""The kernel's own words on memory are read where there are any."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from funicular.clusters import cgroup
from funicular.clusters.cgroup import Group, MemoryEvents, find_group, parse_events, parse_oom_control, told
from funicular.clusters.obituary import WorkerEnd, of_worker
from tests.cgroups import LIMIT_BYTES, OVERRUN, limited_group, run_in
from tests.needs import is_missing
from tests.recordings import read

LINUX = "linux-6.18"

# As the kernel's documentation has it (cgroup-v2.rst, memory.events); no machine with v2 was at hand.
V2 = "low 0\nhigh 3\nmax 17\noom 2\noom_kill 1\noom_group_kill 0\nsock_throttled 0\n"


def recorded(name: str) -> str:
    return read(f"{LINUX}/{name}").stdout


def test_v1_tells_whom_the_kernel_killed() -> None:
    """Recorded before and after a process went beyond the limit of its group."""
    before = parse_oom_control(
        recorded("cgroup-v1-memory-oom_control-before-oom"), recorded("cgroup-v1-memory-failcnt-before-oom")
    )
    after = parse_oom_control(
        recorded("cgroup-v1-memory-oom_control-after-oom"), recorded("cgroup-v1-memory-failcnt-after-oom")
    )

    assert before == MemoryEvents("memory.oom_control", 0, 0)
    assert after is not None and after.oom_kills == 1 and after.limit_hits > 0
    assert told(before, after) == "memory.oom_control: oom_kill 1"
    assert told(after, after) == ""


def test_v2_tells_the_same() -> None:
    """Kills, hits of the limit and of the soft limit; lines that newer kernels add are passed over."""
    assert parse_events(V2) == MemoryEvents("memory.events", 1, 17, 3)
    assert told(None, parse_events(V2)) == "memory.events: oom_kill 1"


@pytest.mark.parametrize("text", ["", "oom_kill_disable 0\nunder_oom 0\n", "garbage\n\n1 2 3\noom_kill x\n"])
def test_what_is_not_there_is_no_claim(text: str) -> None:
    """Old kernels do not count; files that are none say nothing."""
    assert parse_oom_control(text) is None
    assert parse_events(text) == MemoryEvents("memory.events", 0)


def test_group_is_found_where_it_is_mounted() -> None:
    """v1 as recorded: ours, then those above."""
    group = find_group(recorded("proc-self-cgroup"), recorded("proc-self-mountinfo"))

    base = Path("/sys/fs/cgroup/memory")
    assert group == Group(1, (base / "funicular-test", base))


def test_group_of_a_container_is_its_root(tmp_path: Path) -> None:
    """v2, only our own part of the tree is mounted; and one that is mounted nowhere is not guessed."""
    (tmp_path / "memory.events").write_text(V2)
    (tmp_path / "memory.max").write_text("max\n")
    mounts = f"30 20 0:27 /slurm/job_7 {tmp_path} rw - cgroup2 cgroup rw\n"

    group = find_group("0::/slurm/job_7\n", mounts)

    assert group == Group(2, (tmp_path,))
    assert cgroup.read_events(group) == parse_events(V2)
    assert cgroup.limit_bytes(group) is None
    assert find_group("0::/elsewhere\n", mounts) is None
    assert find_group("", "") is None


def test_smallest_limit_above_us_counts(tmp_path: Path) -> None:
    """A step without a limit in a job with one."""
    (tmp_path / "job" / "step").mkdir(parents=True)
    (tmp_path / "job" / "memory.max").write_text("800\n")
    (tmp_path / "memory.max").write_text("900\n")
    (tmp_path / "job" / "step" / "memory.max").write_text("max\n")
    (tmp_path / "job" / "step" / "memory.events").write_text(V2)
    mounts = f"30 20 0:27 / {tmp_path} rw - cgroup2 cgroup rw\n"

    assert cgroup.limit_bytes(find_group("0::/job/step\n", mounts)) == 800


def test_nothing_readable_is_fine() -> None:
    """No group, no file: nothing is known, nothing is raised."""
    assert cgroup.read_events(None) is None
    assert cgroup.read_events(Group(2, (Path("/nowhere"),))) is None
    assert cgroup.limit_bytes(None) is None


def test_obituary_names_the_kernels_killer() -> None:
    """With its own words; without them it stays a guess."""
    end = WorkerEnd("b1-0", "n1", 0, 9, 10**9, 2 * 10**9, oom="memory.events: oom_kill 1")

    cause = of_worker(end, (), 0.0).cause
    assert cause.startswith("The kernel's out-of-memory killer ended it (memory.events: oom_kill 1)")
    assert "1 GB of its node's 2 GB" in cause


def test_a_real_kill_is_seen() -> None:
    """A process in a limited group, as the agent is in its job's: group, limit and kill are found."""
    look = (
        "import json; from funicular.clusters import cgroup; g = cgroup.own_group();"
        "print(json.dumps([cgroup.limit_bytes(g), cgroup.read_events(g).oom_kills]))"
    )
    try:
        with limited_group() as (_, folder):
            ask = [
                "bash",
                "-c",
                'echo $$ > "$0/cgroup.procs"; exec "$@"',
                str(folder),
                sys.executable,
                "-c",
                look,
            ]
            before = json.loads(subprocess.run(ask, capture_output=True, text=True, check=True).stdout)
            assert run_in(folder, sys.executable, "-c", OVERRUN) == -9
            after = json.loads(subprocess.run(ask, capture_output=True, text=True, check=True).stdout)
            deadline = time.monotonic() + 10
            while (folder / "cgroup.procs").read_text() and time.monotonic() < deadline:
                time.sleep(0.01)
    except OSError as error:
        is_missing(f"no group with a memory limit can be made here: {error}")

    page = os.sysconf("SC_PAGE_SIZE")
    assert before == [LIMIT_BYTES // page * page, 0]
    assert after[1] == 1
