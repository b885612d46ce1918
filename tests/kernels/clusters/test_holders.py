"""The lease: a cluster lives as long as a process that needs it, and a while longer."""

import subprocess
import sys

from funicular.clusters.holders import Holders
from funicular.processes import ProcessId, process_id


def test_a_living_holder_keeps_the_cluster():
    """However long it computes without a word."""
    holders = Holders(lease_s=120, now=0)
    holders.hold(process_id())

    assert not holders.is_over(10_000)


def test_the_lease_runs_after_the_last_holder_died():
    """kill -9 of the kernel is noticed by its pid; the cluster ends a lease later."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    holders = Holders(lease_s=120, now=0)
    holders.hold(process_id(child.pid))

    assert not holders.is_over(1_000)

    child.kill()
    child.wait()
    child.stdin.close()

    assert not holders.is_over(1_100)
    assert holders.is_over(1_121)


def test_a_reused_pid_is_not_the_holder():
    """A number alone does not hold: its process must have started then."""
    holders = Holders(lease_s=10, now=0)
    holders.hold(ProcessId(process_id().pid, started=1))

    assert holders.is_over(11)


def test_keep_outlives_all_holders():
    """``--keep`` holds without a process."""
    holders = Holders(lease_s=10, now=0)
    holders.keep = True

    assert not holders.is_over(1_000_000)


def test_a_process_elsewhere_holds_for_as_long_as_it_said():
    """It cannot be looked at, so it says it again; when it does not, the lease runs."""
    holders = Holders(lease_s=10, now=0)
    holders.hold_until("login2", ProcessId(7, 1), until=100)

    assert not holders.is_over(99)
    assert not holders.is_over(108)
    assert holders.is_over(112)


def test_a_process_elsewhere_can_be_counted_out():
    """The same pid on this host is another process."""
    holders = Holders(lease_s=10, now=0)
    holders.hold_until("login2", ProcessId(7, 1), until=100)
    holders.release(ProcessId(7, 1))

    assert not holders.is_over(50)

    holders.release(ProcessId(7, 1), "login2")

    assert holders.is_over(61)


def test_an_open_connection_of_a_kernel_holds():
    """A cell that computes for an hour says nothing, and its connection stays open."""
    holders = Holders(lease_s=10, now=0)

    assert not holders.is_over(3600, is_connected=True)
    assert not holders.is_over(3609)
    assert holders.is_over(3611)
