"""Functions keep the name of their file on every way: kernel, scheduler, worker.

cloudpickle 3.1.2 and later write ``<dynamic-code>`` in its place, and a worker's traceback then has no
line of the user's cell to show. The scheduler pickles tasks anew, so it must keep the name as well.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable
from types import CodeType
from typing import Any

import cloudpickle

_plain: Callable[[CodeType], tuple[Any, ...]] = cloudpickle.Pickler.dispatch_table[CodeType]


def reduce_code(code: CodeType) -> tuple[Any, ...]:
    """What cloudpickle makes of a code object, and its file's name."""
    make, arguments = _plain(code)[:2]
    return rebuild_code, (make, arguments, code.co_filename)


def rebuild_code(make: Callable[..., CodeType], arguments: tuple[Any, ...], filename: str) -> CodeType:
    """The code object with its own file name."""
    return make(*arguments).replace(co_filename=filename)


class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """cloudpickle's, but for the file names."""

    dispatch_table = ChainMap({CodeType: reduce_code}, cloudpickle.Pickler.dispatch_table)


def keep_file_names() -> None:
    """In a process of our own: let cloudpickle itself keep them. Twice is once."""
    cloudpickle.Pickler.dispatch_table.maps[0][CodeType] = reduce_code
