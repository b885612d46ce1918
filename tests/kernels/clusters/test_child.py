"""A worker slot: how much its process held, and how often it may fall."""

from __future__ import annotations

import subprocess

from funicular.clusters.child import MOST_RESTARTS, RESTART_WINDOW_S, Child
from funicular.clusters.nursery import how_it_ended


def test_the_curve_has_a_point_a_second_and_the_peak_is_kept():
    """Looked at five times a second, it holds what a minute's obituary needs."""
    child = Child({})
    for look in range(11):
        child.seen(held=100 - look, now=look / 5)

    assert [at for at, _ in child.curve] == [0, 1, 2]
    assert (child.peak_bytes, child.held_bytes) == (100, 90)


def test_a_slot_that_falls_again_and_again_is_given_up():
    """Five times within a minute it begins anew; the sixth is too often. Falls of long ago do not count."""
    child = Child({}, peak_bytes=9, is_condemned=True)

    assert all(child.begins_anew(float(now)) for now in range(MOST_RESTARTS))
    assert (child.peak_bytes, child.is_condemned) == (0, False)
    assert not child.begins_anew(6.0)
    assert child.is_over
    assert child.fell_too_often

    old = Child({}, restarts=[0.0] * MOST_RESTARTS)

    assert old.begins_anew(RESTART_WINDOW_S + 1)


def test_killing_an_empty_slot_or_one_whose_process_is_gone_does_nothing():
    """Its end may be heard of later than it is killed."""
    with subprocess.Popen(["sleep", "60"]) as process:
        child = Child({}, pid=process.pid)
        child.kill()

    assert process.returncode == -9

    child.kill()
    Child({}).kill()


def test_an_exit_code_is_told_in_words():
    """A signal by its name, the out-of-memory killer by the kernel's word."""
    assert how_it_ended(-9, "oom_kill 1") == "was ended by the kernel's out-of-memory killer (oom_kill 1)"
    assert how_it_ended(-15, "") == "was killed by SIGTERM"
    assert how_it_ended(3, "") == "ended with exit code 3"
