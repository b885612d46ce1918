"""Chunk sizes: all calls once, none too long, enough for every core."""

from __future__ import annotations

import random

from funicular.routing.chunks import CHUNK_BYTES, LONGEST_S, Pace, chunk_size


def test_chunks_cover_all_calls_once() -> None:
    """Whatever times come in, sizes are at least one and never more than what is left."""
    chance = random.Random(1)
    for _ in range(200):
        left, pace, cores = chance.randrange(1, 5000), Pace(), chance.randrange(0, 64)
        while left:
            size = chunk_size(pace, left, cores)
            assert 1 <= size <= left
            left -= size
            pace = pace.learn(size, chance.random() * 10 ** chance.randrange(-6, 2))


def test_short_calls_fill_a_tenth_of_a_second() -> None:
    """A million calls of 10 us on 16 cores go in chunks of 0.1 to 0.5 s."""
    size = chunk_size(Pace(1e-5, largest=10_000), 10**6, 16)

    assert 0.1 <= size * 1e-5 <= LONGEST_S


def test_long_calls_go_one_by_one() -> None:
    """Calls of a second are never bundled."""
    assert chunk_size(Pace(1.0, largest=1), 1000, 4) == 1


def test_little_work_is_still_shared() -> None:
    """One second of work on 16 cores gives every core a chunk."""
    assert chunk_size(Pace(1e-4, largest=1000), 10_000, 16) <= 10_000 / 16


def test_heavy_arguments_limit_a_chunk() -> None:
    """A chunk's arguments stay below the limit however short the calls are."""
    pace = Pace(1e-6, largest=1000).weigh(10, 50_000_000)

    assert chunk_size(pace, 10**6, 4) * pace.call_bytes <= CHUNK_BYTES
    assert chunk_size(Pace().weigh(1, 10**8), 10**6, 4) == 1


def test_pace_follows_what_was_measured() -> None:
    """A large chunk corrects a wild first guess at once; a small late one hardly counts."""
    guess = Pace().learn(1, 0.5)
    better = guess.learn(1000, 0.01)
    later = better.learn(1, 1.0)

    assert better.call_s is not None and later.call_s is not None
    assert better.call_s < 0.06
    assert later.call_s < 0.06


def test_unknown_length_still_gives_chunks() -> None:
    """A generator's calls go in chunks of half a second at most."""
    assert chunk_size(Pace(0.01, largest=100), None, 4) == 50
