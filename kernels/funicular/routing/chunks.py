"""How many calls go into one chunk: enough to hide the trip, few enough to share the work evenly. Pure.

A worker stops a chunk when its time is up and gives back what it did not get to, so a wrong guess costs
one trip, not a core that waits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

LONGEST_S = 0.5  # a chunk longer than this leaves cores idle at the end
SHORTEST_S = 0.1  # a task costs the scheduler about 1 ms: 1 % of this
PER_CORE = 4  # chunks a core, so that slow ones even out
GROWTH = 64  # a guess from one chunk is trusted this far
CHUNK_BYTES = 32 * 10**6  # arguments in one chunk
FIRST_BYTES = 10**6  # ... while nothing was timed
FIRST_CALLS = 25_000


@dataclass(frozen=True, slots=True)
class Pace:
    """What is known of one call: its seconds, ``None`` before anything was timed; bytes of its arguments.

    largest: calls in the largest chunk timed so far.
    """

    call_s: float | None = None
    call_bytes: float = 0.0
    largest: int = 0

    def learn(self, calls: int, seconds: float) -> Pace:
        """The pace after ``calls`` calls took ``seconds``; large chunks say more than small ones."""
        if calls <= 0:
            return self
        now = max(seconds, 0.0) / calls
        if self.call_s is not None:
            trust = 0.3 if calls <= 2 * self.largest else 0.9
            trust *= min(1.0, 4 * calls / max(self.largest, 1))
            now = (1 - trust) * self.call_s + trust * now
        return replace(self, call_s=now, largest=max(self.largest, calls))

    def weigh(self, calls: int, nbytes: int) -> Pace:
        """The pace after the arguments of ``calls`` calls were packed into so many bytes."""
        return replace(self, call_bytes=nbytes / calls if calls else self.call_bytes)


def chunk_seconds(work_s: float, cores: int) -> float:
    """Seconds one chunk should take when ``work_s`` is left for ``cores`` cores."""
    floor = min(SHORTEST_S, max(0.02, work_s / cores))
    return min(LONGEST_S, max(floor, work_s / (PER_CORE * cores)))


def chunk_size(pace: Pace, remaining: int | None, cores: int) -> int:
    """Calls to put into the next chunk, at least one. ``remaining``: ``None`` when nobody knows."""
    cores = max(cores, 1)
    if pace.call_s is None:
        share = FIRST_CALLS if remaining is None else remaining // (PER_CORE * cores)
        most = FIRST_BYTES / pace.call_bytes if pace.call_bytes else 1
        return max(1, min(share, FIRST_CALLS, int(most)))
    call_s = max(pace.call_s, 1e-9)
    work_s = math.inf if remaining is None else remaining * call_s
    size = math.ceil(chunk_seconds(work_s, cores) / call_s - 1e-6)
    size = min(size, max(1, pace.largest) * GROWTH)
    if pace.call_bytes:
        size = min(size, int(CHUNK_BYTES / pace.call_bytes))
    return max(1, size if remaining is None else min(size, remaining))


def time_limit_s(pace: Pace) -> float:
    """Seconds after which a worker gives back the rest of a chunk."""
    return 0.2 if pace.call_s is None else 2 * LONGEST_S
