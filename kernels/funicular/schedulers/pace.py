"""When to ask the scheduler again: quickly just after a change, slowly when nothing moves. Pure.

A promise holds whatever happens: in no sixty seconds more than ``budget`` questions. The first half of it
may be spent at once; the other half is spread so that we are never blind for long.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

WINDOW_S = 60.0
LADDER_S = (1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 30.0)  # after a change: the wait before each question
CALM_AFTER_S = 600.0
CALM_S = 60.0  # the wait when nothing has moved for ten minutes
SHARED, OWN = 6, 120


def a_minute(scheduler: str) -> int:
    """Questions a minute: few where a login node is shared, many where only our own files are read."""
    return OWN if scheduler == "local" else SHARED


@dataclass(frozen=True, slots=True)
class Pace:
    """What was asked so far. Times are seconds of one clock.

    asked: times of the latest questions, at most ``budget`` of them.   step: questions since the last change.
    changed_at: when something last changed, or was said to be about to.
    """

    budget: int
    changed_at: float
    asked: tuple[float, ...] = ()
    step: int = 0

    def next_at(self) -> float:
        """When to ask next."""
        since = max(self.changed_at, self.asked[-1] if self.asked else self.changed_at)
        return max(since + self._wait_s(since), self._allowed_at())

    def after_question(self, now: float, *, changed: bool) -> Pace:
        """The pace once a question was asked at ``now``, and whether its answer was news."""
        asked = (*self.asked, now)[-self.budget :]
        return replace(
            self,
            asked=asked,
            step=0 if changed else self.step + 1,
            changed_at=now if changed else self.changed_at,
        )

    def nudged(self, now: float) -> Pace:
        """The pace when a change is expected soon."""
        return replace(self, step=0, changed_at=now)

    def _wait_s(self, now: float) -> float:
        if now - self.changed_at >= CALM_AFTER_S:
            return CALM_S
        return LADDER_S[min(self.step, len(LADDER_S) - 1)]

    def _allowed_at(self) -> float:
        """When the budget allows the next question."""
        if not self.asked:
            return self.changed_at
        last = self.asked[-1]
        full = self.asked[-self.budget] + WINDOW_S if len(self.asked) >= self.budget else last
        recent = sum(1 for each in self.asked if each > last - WINDOW_S)
        left = self.budget - recent
        return max(full, last + _spread_s(left, self.budget // 2) if left else full)


def _spread_s(left: int, half: int) -> float:
    """The least wait when ``left`` questions are left: 6, 12, 18 s, then 24, for a budget of six."""
    if left > half:
        return 0.0
    return WINDOW_S * (half + 1 - left) / sum(range(half + 2))
