"""What the system says is read as it is, and what it does not say stays unknown."""

from __future__ import annotations

from funicular.profiling.readings import Reading, Seen, count_runnable, field, used


def test_fields_have_their_units() -> None:
    """A name at the beginning of a line, a number behind it."""
    status = "Name:\tpython\nVmHWM:\t  20 kB\nVmRSS:\t  12 kB\n"

    assert field(status, "VmRSS:", 1024) == 12 * 1024
    assert field(status, "VmSwap:", 1024) is None


def test_runnable_threads_are_counted_by_their_state() -> None:
    """A name may hold brackets and spaces; a thread that is gone counts for nothing."""
    assert count_runnable(["1 (a) R 1", "2 (x) R (b) S 1", "", "3 (R) R 0"]) == 2


def test_the_highest_memory_is_the_systems_where_it_rose() -> None:
    """A peak between two looks is not missed; one of an earlier cell is not taken for this one's."""
    rose = used(Reading(0, 0, 10, 50), Reading(1, 2, 20, 90), Seen(30), cores=2, memory_limit_bytes=100)
    stayed = used(Reading(0, 0, 10, 90), Reading(1, 2, 20, 90), Seen(30), cores=2, memory_limit_bytes=100)

    assert (rose.memory_peak_bytes, stayed.memory_peak_bytes) == (90, 30)
    assert (rose.cpu_user_s, rose.cpu_system_s, rose.cpu_s) == (1, 2, 3)


def test_what_cannot_be_read_is_not_invented() -> None:
    """Without /proc there is processor time and nothing else."""
    found = used(Reading(0, 0), Reading(1, 0), Seen(), cores=2, memory_limit_bytes=None)

    assert found.memory_peak_bytes is None and found.read_bytes is None and found.threads_most is None
