"""Who lives on this machine, read from /proc and, where there is none, from psutil."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from funicular.processes import ProcessId
from funicular.schedulers import processes
from funicular.schedulers.processes import Process, belonging, marked, memory_bytes, send, table
from tests.kernels.schedulers.conftest import until


@pytest.fixture(params=["proc", "psutil"])
def way(request, monkeypatch):
    """Both ways to look."""
    if request.param == "psutil":
        monkeypatch.setattr(processes, "PROC", Path("/no-such-folder"))
    return request.param


def test_we_are_there_with_parent_session_and_memory(way):
    """This process is in the table as the system itself describes it."""
    me = table()[os.getpid()]

    assert (me.parent, me.session) == (os.getppid(), os.getsid(0))
    assert 10**6 < me.rss_bytes < 10**11
    assert me.process.is_alive


def test_a_zombie_does_not_live(way):
    """A process that has ended and was not waited for is not in the table."""
    with subprocess.Popen(["true"]) as child:
        until(lambda: child.pid not in table(), within_s=10)


def test_a_name_with_brackets_and_spaces_is_read(tmp_path):
    """A program may call itself anything."""
    program = tmp_path / "a) R (b"
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([program, "60"]) as child:
        assert table()[child.pid].parent == os.getpid()
        child.kill()


def some(pid: int, parent: int, session: int) -> Process:
    """A process of one byte."""
    return Process(ProcessId(pid, 1), parent, session, 1)


def test_descendants_and_the_session_belong():
    """Children of children belong, and what was orphaned but stayed in the session; others do not."""
    there = {
        pid: some(pid, parent, session)
        for pid, parent, session in [(10, 1, 10), (11, 10, 10), (12, 11, 12), (13, 1, 10), (20, 1, 20)]
    }

    assert belonging(there, {10}) == {10, 11, 12, 13}


def test_shares_are_asked_for_only_when_it_matters(monkeypatch):
    """Below the limit resident memory is enough; above it, shared pages are counted once."""
    monkeypatch.setattr(processes, "_proportional", lambda pid, otherwise: 10)
    there = {pid: Process(ProcessId(pid), 1, 1, 100) for pid in (1, 2, 3)}

    assert memory_bytes(there, there, at_most=300) == 300
    assert memory_bytes(there, there, at_most=299) == 30


def test_a_mark_in_the_environment_is_found():
    """A process that carries the mark is found, whoever its parent is."""
    with subprocess.Popen(["sleep", "60"], env={"FUNICULAR_TEST_MARK": "a b:1"}) as child:
        until(lambda: child.pid in marked("FUNICULAR_TEST_MARK", "a b:1"), within_s=10)

        assert marked("FUNICULAR_TEST_MARK", "a b") == set()
        child.kill()


def test_a_signal_to_one_that_is_gone_is_no_error():
    """Whatever ended in between is passed over."""
    with subprocess.Popen(["sleep", "60"]) as child:
        send([2**22 + 1, child.pid], signal.SIGKILL)

        assert child.wait(10) == -signal.SIGKILL
