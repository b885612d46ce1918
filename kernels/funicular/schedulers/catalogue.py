"""Which schedulers there are: every module here that says ``scheduler = ItsClass``; no list to edit."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType

from funicular import schedulers
from funicular.errors import FunicularError
from funicular.schedulers.base import Scheduler


class UnknownScheduler(FunicularError):
    """A scheduler or site that nobody has written yet."""

    code = "unknown-scheduler"
    status = 400


def names() -> tuple[str, ...]:
    """Names of all schedulers, in alphabetical order."""
    modules = (module.name for module in pkgutil.iter_modules(schedulers.__path__))
    return tuple(sorted(name for name in modules if hasattr(_module(name), "scheduler")))


def find(name: str) -> Scheduler:
    """The scheduler of this name, ready to be asked. Raises ``UnknownScheduler``."""
    known = names()
    if name not in known:
        raise UnknownScheduler(
            f"There is no scheduler {name!r}.",
            why=f"known are: {', '.join(known)}",
            next_step="Set FUNICULAR_SITE to one of these, or to auto.",
        )
    made: Scheduler = _module(name).scheduler()
    return made


def _module(name: str) -> ModuleType:
    return import_module(f"funicular.schedulers.{name}")
