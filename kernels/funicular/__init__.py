"""Notebooks that scale out onto a supercomputer's compute nodes. Public names load on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from funicular.errors import FunicularError as FunicularError
    from funicular.kernel.extension import load_ipython_extension as load_ipython_extension
    from funicular.kernel.extension import unload_ipython_extension as unload_ipython_extension
    from funicular.routing.api import client as client
    from funicular.routing.api import enable as enable
    from funicular.routing.api import jobs as jobs
    from funicular.routing.api import scale as scale
    from funicular.routing.api import stop as stop
    from funicular.routing.executor import Executor as Executor
    from funicular.routing.kept_results import forget as forget
    from funicular.routing.kept_results import results as results
    from funicular.routing.mapping import map as map
    from funicular.widgets.display import cluster as cluster

_HOME = {
    "scale": "routing.api",
    "jobs": "routing.api",
    "cluster": "widgets.display",
    "client": "routing.api",
    "stop": "routing.api",
    "enable": "routing.api",
    "map": "routing.mapping",
    "results": "routing.kept_results",
    "forget": "routing.kept_results",
    "Executor": "routing.executor",
    "FunicularError": "errors",
    "load_ipython_extension": "kernel.extension",
    "unload_ipython_extension": "kernel.extension",
    "__version__": "version",
}

__all__ = [
    "Executor",
    "FunicularError",
    "client",
    "cluster",
    "enable",
    "forget",
    "jobs",
    "map",
    "results",
    "scale",
    "stop",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'funicular' has no attribute {name!r}")
    value = getattr(import_module(f"funicular.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
