"""Ctrl-C, SIGTERM and a closed terminal, for a command that must leave no job behind."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Any


class Interrupts:
    """Makes Ctrl-C, SIGTERM and a closed terminal one exception, but not while something is handed over."""

    _SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._is_held = self._came = False

    def __enter__(self) -> Interrupts:
        heard = [each for each in self._SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]  # nohup
        self._before = {each: signal.signal(each, self._on) for each in heard}
        return self

    def __exit__(self, *_: object) -> None:
        for each, before in self._before.items():
            signal.signal(each, before)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Within it nothing interrupts; what came meanwhile does afterwards."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
        if self._came:
            self._came = False
            raise KeyboardInterrupt

    def _on(self, signum: int, frame: FrameType | None) -> None:
        if self._is_held:
            self._came = True
        else:
            raise KeyboardInterrupt
