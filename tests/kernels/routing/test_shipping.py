"""What travels, and how often."""

from __future__ import annotations

import numpy

from funicular.routing.shipping import BIG_BYTES, Depot, digest, pack
from tests.kernels.routing.conftest import CountedSession


def test_large_arrays_leave_the_pickle() -> None:
    """A large array is a buffer of its own, without a copy; a small one stays in the blob."""
    large, small = numpy.zeros(BIG_BYTES // 8), numpy.zeros(10)

    parcel = pack({"large": large, "small": small}, what="it")

    assert [buffer.nbytes for buffer in parcel.buffers] == [large.nbytes]
    assert len(parcel.blob) < 1000
    large[0] = 7
    assert parcel.buffers[0].cast("d")[0] == 7


def test_same_content_is_sent_once_and_changed_content_anew(session: CountedSession) -> None:
    """By content, not by name: a copy is known, a refilled array is not."""
    depot = Depot(session.client())
    table = numpy.arange(300_000.0)

    first = depot.place(memoryview(table).cast("B"))
    copy = depot.place(memoryview(table.copy()).cast("B"))
    table[:] = 1
    refilled = depot.place(memoryview(table).cast("B"))

    assert first is copy
    assert refilled is not first
    assert (numpy.asarray(refilled.result()).view("d") == 1).all()


def test_digest_tells_content_apart() -> None:
    """One byte makes a difference, an empty buffer is fine."""
    assert digest(b"a" * 100) != digest(b"a" * 99 + b"b")
    assert digest(b"") == digest(b"")
