"""Pickling by value that keeps the name of a function's file.

cloudpickle 3.1.2 and later write ``<dynamic-code>`` in its place, and a worker's traceback then has no
line of the user's cell to show.
"""

from __future__ import annotations

import io
import threading
from collections import ChainMap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

import cloudpickle

_plain: Callable[[CodeType], tuple[Any, ...]] = cloudpickle.Pickler.dispatch_table[CodeType]
_lock = threading.RLock()


def _reduce_code(code: CodeType) -> tuple[Any, ...]:
    make, arguments = _plain(code)[:2]
    return rebuild_code, (make, arguments, code.co_filename)


def rebuild_code(make: Callable[..., CodeType], arguments: tuple[Any, ...], filename: str) -> CodeType:
    """The code object with its own file name."""
    return make(*arguments).replace(co_filename=filename)


class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """cloudpickle's, but for the file names."""

    dispatch_table = ChainMap({CodeType: _reduce_code}, cloudpickle.Pickler.dispatch_table)


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
