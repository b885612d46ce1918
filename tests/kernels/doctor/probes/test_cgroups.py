"""What is said of control groups."""

from __future__ import annotations

from funicular.doctor.finding import State
from funicular.doctor.probe import Errand
from funicular.doctor.probes.cgroups import NO_LIMIT_BYTES, Groups, gather, judge
from tests.kernels.doctor.making import only, seen


def test_version_and_limit_are_told() -> None:
    """Of the node when there is one."""
    found = only(judge(seen(Groups(1, None, True), Groups(2, 4 * 10**9, True))))

    assert found.state is State.OK and "version 2 on n1 (limit 4 GB)" in found.what


def test_what_the_kernel_does_not_say_is_a_note() -> None:
    """Old kernels, and nodes without groups."""
    assert only(judge(seen(Groups(1, 10**9, False)))).state is State.NOTE
    assert only(judge(seen(Groups()))).state is State.NOTE


def test_no_limit_is_none() -> None:
    """Version 1 writes a huge number for it."""
    found = gather(Errand())

    assert found.limit_bytes is None or found.limit_bytes < NO_LIMIT_BYTES
