"""The user's own modules, beside the notebook, travel by value; installed packages never do.

cloudpickle knows modules to pickle by value, but Dask pickles a graph plainly first and succeeds, by
reference, where the workers then fail. So its ``dumps`` is wrapped: what mentions such a module is pickled
by value. The same wrapper keeps the file names that tracebacks need (see ``pickling``).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from funicular.routing.freshness import is_below, working_folder

_plain: Callable[..., bytes] | None = None
_registered: set[str] = set()
_looked_at: tuple[int, tuple[str, ...]] = (0, ())


def install() -> None:
    """Wrap Dask's pickling if Dask is there already; without it there is nothing to wrap. Twice is once."""
    global _plain
    if _plain is not None or "distributed.protocol.pickle" not in sys.modules:
        return
    from distributed import client
    from distributed.protocol import pickle

    _plain = pickle.dumps
    pickle.dumps = dumps
    client.dumps = dumps  # type: ignore[attr-defined]


def remove() -> None:
    """Leave cloudpickle and Dask as they were."""
    global _plain, _looked_at
    if _plain is not None:
        from distributed import client
        from distributed.protocol import pickle

        pickle.dumps = _plain
        client.dumps = _plain  # type: ignore[attr-defined]
        _plain = None
    for name in list(_registered):
        _unregister(name)
    _looked_at = (0, ())


def folders() -> tuple[str, ...]:
    """Where the user's own modules are: the working folder, and the script's."""
    places = [working_folder()]
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    if isinstance(script, str) and os.path.basename(script) != "__main__.py":
        places.append(os.path.dirname(os.path.abspath(script)))
    return tuple(os.path.join(os.path.realpath(place), "") for place in places)


def register() -> list[str]:
    """Mark every loaded module below the user's folders as their own; gives their names.

    Looks again only when modules were loaded since the last time.
    """
    global _looked_at
    now = (len(sys.modules), folders())
    if now == _looked_at:
        return sorted(_registered)
    _looked_at = now
    import cloudpickle

    own = {
        name: module
        for name, module in sys.modules.copy().items()
        if isinstance(module, ModuleType) and any(is_below(module, root) for root in now[1])
    }
    for name in _registered - own.keys():
        _unregister(name)
    for name, module in own.items():
        if name not in _registered and module.__name__ == name:
            cloudpickle.register_pickle_by_value(module)
            _registered.add(name)
    return sorted(_registered)


def _unregister(name: str) -> None:
    from cloudpickle import cloudpickle

    _registered.discard(name)
    cloudpickle._PICKLE_BY_VALUE_MODULES.discard(name)  # the public way wants the module, which may be gone


def dumps(value: Any, *, buffer_callback: Any = None, protocol: int = 5) -> bytes:
    """Dask's ``dumps``, but by value where the user's own modules are meant."""
    assert _plain is not None
    register()
    kept: list[Any] = []
    callback = None if buffer_callback is None else kept.append
    plain = _plain(value, buffer_callback=callback, protocol=protocol)
    if not _needs_care(plain):
        for buffer in kept:
            buffer_callback(buffer)
        return plain
    from funicular.routing import pickling

    if buffer_callback is None:
        return pickling.dumps(value)
    blob, buffers = pickling.dump_apart(value, lambda buffer: False)
    for buffer in buffers:
        buffer_callback(buffer)
    return blob


def _needs_care(blob: bytes) -> bool:
    """Whether a pickle names a module of the user's, or a function that lost its file's name."""
    return b"<dynamic-code>" in blob or any(name.encode() in blob for name in _registered)
