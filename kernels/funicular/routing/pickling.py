"""Pickling by value that keeps the name of a function's file.

cloudpickle 3.1.2 and later write ``<dynamic-code>`` in its place, and a worker's traceback then has no
line of the user's cell to show.
"""

from __future__ import annotations

import io
from collections import ChainMap
from collections.abc import Callable
from types import CodeType
from typing import Any

import cloudpickle

_plain: Callable[[CodeType], tuple[Any, ...]] = cloudpickle.Pickler.dispatch_table[CodeType]


def _reduce_code(code: CodeType) -> tuple[Any, ...]:
    make, arguments = _plain(code)[:2]
    return rebuild_code, (make, arguments, code.co_filename)


def rebuild_code(make: Callable[..., CodeType], arguments: tuple[Any, ...], filename: str) -> CodeType:
    """The code object with its own file name."""
    return make(*arguments).replace(co_filename=filename)


class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """cloudpickle's, but for the file names."""

    dispatch_table = ChainMap({CodeType: _reduce_code}, cloudpickle.Pickler.dispatch_table)


def dumps(value: Any, *, buffer_callback: Callable[[Any], Any] | None = None) -> bytes:
    """The pickle of a value, its functions and classes by value where they cannot be imported."""
    with io.BytesIO() as file:
        Pickler(file, protocol=5, buffer_callback=buffer_callback).dump(value)
        return file.getvalue()
