"""Routing on and off: joblib's default backend, Dask's scheduler, the user's modules by value."""

from __future__ import annotations

import threading

from funicular.routing.shipping import inside_worker

_lock = threading.Lock()
_is_on = False


def is_on() -> bool:
    """Whether this process routes work to its session's cluster."""
    return _is_on


def on() -> None:
    """Route from now on. Starts nothing, twice is once, and nothing happens on a worker."""
    global _is_on
    if inside_worker():
        return
    from funicular.routing import dask_collections, joblib_backend, modules

    with _lock:
        if _is_on:
            return
        joblib_backend.install()
        dask_collections.install()
        modules.install()
        _is_on = True


def off() -> None:
    """Leave everything as it was before ``on``."""
    global _is_on
    from funicular.routing import dask_collections, joblib_backend, modules

    with _lock:
        if not _is_on:
            return
        modules.remove()
        dask_collections.remove()
        joblib_backend.remove()
        _is_on = False


def keep() -> None:
    """A new Dask client has made itself Dask's scheduler: put ours back in front of it."""
    if _is_on:
        from funicular.routing import dask_collections, modules

        dask_collections.install()
        modules.install()
