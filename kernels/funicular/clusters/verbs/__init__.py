"""Verbs of the controller's API, one file a group; a verb is found by being here and called ``on_...``."""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable
from functools import cache
from importlib import import_module
from typing import Any

Verb = Callable[..., Awaitable[Any]]


@cache
def verbs() -> dict[str, Verb]:
    """Every verb by its name: a function of the controller and JSON fields that gives JSON."""
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    found = {name: each for module in modules for name, each in vars(module).items()}
    return {name.removeprefix("on_"): each for name, each in found.items() if name.startswith("on_")}
