"""One worker slot of a node: the process in it now, the memory it held, and how often it was started anew."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import deque
from dataclasses import dataclass, field
from typing import Any

CURVE_POINTS = 60
CURVE_EVERY_S = 1.0
MOST_RESTARTS = 5  # of one worker within RESTART_WINDOW_S
RESTART_WINDOW_S = 60.0


@dataclass(slots=True)
class Child:
    """``pid`` is 0 while no process is in it; ``curve``: (time, resident bytes) of the last minute."""

    spec: dict[str, Any]
    pid: int = 0
    peak_bytes: int = 0
    is_condemned: bool = False
    curve: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=CURVE_POINTS))
    restarts: list[float] = field(default_factory=list)
    is_over: bool = False

    @property
    def held_bytes(self) -> int:
        """What it held when it was looked at last."""
        return self.curve[-1][1] if self.curve else 0

    @property
    def fell_too_often(self) -> bool:
        return len(self.restarts) > MOST_RESTARTS

    def seen(self, held: int, now: float) -> None:
        """It holds so many bytes."""
        self.peak_bytes = max(self.peak_bytes, held)
        if not self.curve or now - self.curve[-1][0] >= CURVE_EVERY_S:
            self.curve.append((now, held))

    def begins_anew(self, now: float) -> bool:
        """Make the slot ready for another process; False when it has fallen too often for that."""
        self.restarts = [*(at for at in self.restarts if now - at < RESTART_WINDOW_S), now]
        self.peak_bytes = 0
        self.is_condemned = False
        self.curve.clear()
        self.is_over = self.fell_too_often
        return not self.is_over

    def kill(self) -> None:
        """End its process at once."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
