"""One file an endpoint or two; a file is found by being here and having ``ROUTES``."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from funicular_lab.handler import FunicularHandler

Route = tuple[str, type[FunicularHandler]]


def routes() -> list[Route]:
    """Every endpoint: a pattern below ``funicular/`` and its handler."""
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return [route for module in modules for route in module.ROUTES]
