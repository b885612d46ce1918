"""Pickling by value: what the notebook and the user's own modules define goes as it is here."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import cloudpickle

from funicular.clusters.pickling import Pickler

_lock = threading.RLock()


def dumps(value: Any) -> bytes:
    """The pickle of a value, all in one piece."""
    return dump_apart(value, lambda buffer: True)[0]


def dump_apart(value: Any, stays_inside: Callable[[Any], bool]) -> tuple[bytes, list[Any]]:
    """The pickle of a value, and the buffers (of arrays) that ``stays_inside`` leaves out of it.

    Functions and classes of the notebook and of the user's modules go by value. A module that cannot (it
    holds a lock, say) is left to be imported by the worker, whose working folder is the notebook's.
    """
    from funicular.routing import modules

    with _lock:
        names = modules.register()
        try:
            return _dump(value, stays_inside)
        except Exception as error:
            if not names:
                raise
            try:
                with _by_reference():
                    return _dump(value, stays_inside)
            except Exception:
                raise error from None


def _dump(value: Any, stays_inside: Callable[[Any], bool]) -> tuple[bytes, list[Any]]:
    apart: list[Any] = []

    def sort(buffer: Any) -> bool:
        if stays_inside(buffer):
            return True
        apart.append(buffer)
        return False

    with io.BytesIO() as file:
        Pickler(file, protocol=5, buffer_callback=sort).dump(value)
        return file.getvalue(), apart


@contextmanager
def _by_reference() -> Iterator[None]:
    names = cloudpickle.list_registry_pickle_by_value()
    registry = cloudpickle.cloudpickle._PICKLE_BY_VALUE_MODULES
    registry.clear()
    try:
        yield
    finally:
        registry.update(names)
