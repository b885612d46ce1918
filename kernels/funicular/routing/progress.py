"""One line that says how far it is: quiet below a second, gone at the end."""

from __future__ import annotations

import sys
import threading
from time import monotonic
from typing import Any

QUIET_S = 1.0
EVERY_S = 0.25


class ProgressLine:
    """A single line, rewritten in place: in notebooks a display, in terminals a line, elsewhere nothing."""

    def __init__(self, *, quiet_s: float = QUIET_S) -> None:
        self._begun = monotonic()
        self._shown = -1e9
        self._quiet_s = quiet_s
        self._text = ""
        self._screen: _Screen | None = None
        self._lock = threading.Lock()
        self._is_over = False

    def say(self, text: str, *, at_once: bool = False) -> None:
        """Show this text, unless it is too early, or too soon after the last one."""
        now = monotonic()
        with self._lock:
            if self._is_over or (not at_once and self._is_early(now)):
                return
            if text == self._text:
                return
            self._shown, self._text = now, text
            if self._screen is None:
                self._screen = _screen()
            self._screen.write(text)

    def _is_early(self, now: float) -> bool:
        return now - self._begun < self._quiet_s or now - self._shown < EVERY_S

    def close(self) -> None:
        """Take the line away, for good: what another thread still says comes too late."""
        with self._lock:
            self._is_over = True
            if self._screen is not None:
                self._screen.write("")
                self._screen = None
                self._text = ""


class _Screen:
    """Nowhere: output that is read later, by nobody or by a program."""

    def write(self, text: str) -> None:
        """Show nothing."""


class _Terminal(_Screen):
    def __init__(self) -> None:
        self._width = 0

    def write(self, text: str) -> None:
        text = text[:110]
        sys.stderr.write("\r" + text.ljust(self._width) + ("" if text else "\r"))
        sys.stderr.flush()
        self._width = len(text)


class _Notebook(_Screen):
    def __init__(self) -> None:
        self._handle: Any = None

    def write(self, text: str) -> None:
        from IPython.display import display

        content = {"text/plain": text}
        if self._handle is None:
            self._handle = display(content, raw=True, display_id=True)
        elif self._handle is not None:
            self._handle.update(content, raw=True)


def in_notebook() -> bool:
    """Whether a kernel shows what we display."""
    loaded = sys.modules.get("IPython")
    shell = loaded.get_ipython() if loaded is not None and hasattr(loaded, "get_ipython") else None
    return shell is not None and getattr(shell, "kernel", None) is not None


def _screen() -> _Screen:
    if in_notebook():
        return _Notebook()
    return _Terminal() if sys.stderr.isatty() else _Screen()
