"""How much of this machine there is to share."""

from __future__ import annotations

import os

import pytest

from funicular.schedulers import local_machine
from funicular.schedulers.local_machine import (
    cores_here,
    grace_s,
    memory_here_bytes,
    node_names,
    slots,
)
from funicular.schedulers.local_queue import Slots
from funicular.schedulers.settings import UnreadableSetting


def test_all_cores_and_most_of_the_memory():
    """Without settings: one node with every core we may use, and a tenth of the memory left alone."""
    there = slots({})

    assert (there.nodes, there.cores) == (1, cores_here())
    assert there.memory_bytes == int(memory_here_bytes() * 0.9)


def test_only_the_cores_we_may_use_count():
    """Where the system has taken cores away from us, they are not offered."""
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert cores_here() == 1
    finally:
        os.sched_setaffinity(0, allowed)


def test_settings_win_and_nodes_share_the_totals():
    """Four nodes of a 16-core machine have four cores each; nothing is ever less than a core."""
    environment = {
        "FUNICULAR_LOCAL_CORES": "16",
        "FUNICULAR_LOCAL_MEMORY": "8 GB",
        "FUNICULAR_LOCAL_NODES": "4",
    }

    assert slots(environment) == Slots(4, 4, 2 * 10**9)
    assert slots({**environment, "FUNICULAR_LOCAL_CORES": "1"}).cores == 1


@pytest.mark.parametrize("text", ["many", "0", "-2", "1.5"])
def test_a_setting_that_is_no_number_is_told(text):
    """A slip in the environment is an error in words, with the name and the value."""
    with pytest.raises(UnreadableSetting, match=f"FUNICULAR_LOCAL_CORES={text}"):
        slots({"FUNICULAR_LOCAL_CORES": text})


def test_the_grace_is_a_number_of_seconds():
    """Five seconds when nothing is set; a slip is told."""
    assert (grace_s({}), grace_s({"FUNICULAR_LOCAL_GRACE": "0.5"})) == (5, 0.5)
    with pytest.raises(UnreadableSetting, match="GRACE=soon"):
        grace_s({"FUNICULAR_LOCAL_GRACE": "soon"})


@pytest.mark.parametrize(
    ("files", "cores", "memory"),
    [
        ({"/proc/self/cgroup": "0::/job\n", "/sys/fs/cgroup/job/cpu.max": "150000 100000\n"}, 1, None),
        ({"/proc/self/cgroup": "0::/job\n", "/sys/fs/cgroup/job/cpu.max": "max 100000\n"}, None, None),
        (
            {
                "/proc/self/cgroup": "4:memory:/a\n3:cpu,cpuacct:/a/b\n",
                "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "300000\n",
                "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
                "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "1000000\n",
            },
            3,
            1_000_000,
        ),
    ],
)
def test_limits_of_a_container_are_seen(monkeypatch, files, cores, memory):
    """Quotas of both kinds of cgroup, those of an outer group included, bound what is offered."""
    monkeypatch.setattr(local_machine, "_text", lambda path: files.get(str(path), ""))
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(64)), raising=False)

    assert cores_here() == (cores or 64)
    assert (memory_here_bytes() == memory) == (memory is not None)


def test_one_node_has_the_machine_s_name():
    """A laptop is called by its name; simulated nodes are numbered."""
    assert node_names(1) == (os.uname().nodename,)
    assert node_names(2) == ("local-1", "local-2")
