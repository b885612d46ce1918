"""Sites' own commands that tell what is left, one file a command, found by being here.

A file has ``COMMANDS``: each as its words, to what its hours are for (what queues' names begin with; empty:
all), and ``parse``: what it printed, as ``Allowance`` values. It is written only where a page of the site
shows what the command prints; what looks otherwise raises, and is then not known. It is run where the profile
names it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from funicular.schedulers.base import Allowance
from funicular.schedulers.run import Answer

Parse = Callable[[Answer, str], tuple[Allowance, ...]]


@dataclass(frozen=True, slots=True)
class Balance:
    """One command.   queues: what the names of those begin with that its hours are for."""

    words: tuple[str, ...]
    queues: str
    parse: Parse


@cache
def balances() -> Mapping[str, tuple[Balance, ...]]:
    """All commands that can be read, by how a profile names them (the first of a file's)."""
    modules = [import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    return {
        " ".join(next(iter(module.COMMANDS))): tuple(
            Balance(words, queues, module.parse) for words, queues in module.COMMANDS.items()
        )
        for module in modules
    }
