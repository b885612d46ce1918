"""What travels, and how often."""

from __future__ import annotations

import pickle

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


def test_a_function_with_a_large_list_is_pickled_once() -> None:
    """What it holds travels as one buffer for all tasks; small ones stay as they are."""
    from funicular.routing.kept import Kept, Wrapped

    words = [f"word {number}" for number in range(200_000)]

    def heavy(x: int) -> str:
        return words[x]

    kept = Kept()
    wrapped = kept.wrap(heavy)

    assert isinstance(wrapped, Wrapped)
    assert kept.wrap(heavy) is wrapped
    assert kept.wrap(abs) is abs
    assert kept.wrap([1, 2]) == [1, 2]
    parcel = pack([wrapped], what="it")
    assert len(parcel.buffers) == 1 and len(parcel.blob) < 1000
    assert pickle.loads(parcel.blob, buffers=parcel.buffers)[0](7) == "word 7"


def test_a_changed_list_is_pickled_anew() -> None:
    """Its length and its elements are looked at."""
    from funicular.routing.kept import Kept

    words, kept = [f"word {number}" for number in range(200_000)], Kept()
    first = kept.wrap(words)
    words[0] = "another"

    assert kept.wrap(words) is not first
