"""On a worker: modules beside the notebook that were edited are loaded anew."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from time import monotonic
from types import ModuleType

EVERY_S = 0.2

_seen: dict[str, tuple[ModuleType, float]] = {}
_looked: dict[str, float] = {}


def forget_edited(folder: str | None = None, *, every_s: float = EVERY_S) -> list[str]:
    """Drop modules whose file below ``folder`` changed since it was first seen; gives their names.

    When one goes all below the folder go, since they may hold parts of it.   folder: the working one.
    """
    root = os.path.join(folder or working_folder(), "")
    now = monotonic()
    if now - _looked.get(root, -1e9) < every_s:
        return []
    _looked[root] = now
    root = os.path.join(os.path.realpath(root), "")
    edited = []
    own = {name: module for name, module in sys.modules.copy().items() if is_below(module, root)}
    for name, module in own.items():
        stamp = _stamp(module)
        known = _seen.get(name)
        if known is not None and known[0] is module and known[1] != stamp:
            edited.append(name)
        elif known is None or known[0] is not module:
            _seen[name] = (module, stamp)
    if edited:
        for name in own:
            sys.modules.pop(name, None)
            _seen.pop(name, None)
    return edited


def working_folder() -> str:
    """Where this process is; the root when its folder was deleted under it."""
    try:
        return os.getcwd()
    except OSError:
        return os.sep


def is_below(module: object, root: str) -> bool:
    """Whether a module's file is the user's own: below ``root`` (ends in a slash), not installed."""
    path = getattr(module, "__file__", None)
    if not isinstance(path, str) or getattr(module, "__name__", "__main__") == "__main__":
        return False
    return _is_own_file(path, root)


def _is_own_file(path: str, root: str) -> bool:
    if not path.startswith(root) or not path.endswith(".py"):  # nearly all end here, so it must be quick
        return False
    if {"site-packages", "dist-packages"} & set(path[len(root) :].split(os.sep)):
        return False
    return not path.startswith(_installed_below(root))


@lru_cache(maxsize=100)
def _installed_below(root: str) -> tuple[str, ...]:
    """Where the interpreter and our own package live, as far as that is below the user's folder."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    places = {os.path.join(os.path.realpath(place), "") for place in (sys.prefix, sys.base_prefix, package)}
    return tuple(place for place in places if place.startswith(root))


def _stamp(module: ModuleType) -> float:
    try:
        return os.stat(str(module.__file__)).st_mtime_ns
    except OSError:
        return 0.0
