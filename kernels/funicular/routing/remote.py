"""What runs on a worker: one chunk of calls in, one bytes blob out.

The code travels once to each worker and is kept there; so do large buffers, which arrive as data of
their own. A plain list as a task's result would be walked element by element by Dask; bytes are not.
"""

from __future__ import annotations

import math
import os
import pickle
import sys
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import starmap
from time import perf_counter
from typing import Any

KEPT_CODES = 16
Folders = tuple[str, ...]
LOOK_S = 0.001

_codes: OrderedDict[str, Any] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception on its way home. ``call``: which call of the chunk raised it.

    error: the pickled exception with traceback and causes, empty when it cannot be pickled.
    kind, text: its type and message.
    lost: the call was right, its *result* cannot be pickled.
    """

    call: int
    error: bytes
    kind: str
    text: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a chunk: results of the calls before the failure, and seconds spent on them."""

    results: list[Any]
    seconds: float
    worker: str
    failure: Failure | None = None


def run_chunk(
    code: tuple[str, bytes | None, int], limit_s: float, folders: Folders, items: bytes, *buffers: Any
) -> bytes:
    """Call a function once for each tuple of arguments; gives a pickled ``Answer``.

    code: its token, its pickle (``None``: the first buffer holds it) and how many of ``buffers``
    belong to it; the others belong to ``items``.   limit_s: after this the rest is left undone.
    folders: the user's, the working one first.
    """
    prepare(folders)
    token, blob, owned = code
    mine, theirs = buffers[:owned], buffers[owned:]
    if blob is None:
        blob, mine = bytes(mine[0]), mine[1:]
    return _answer(_code(token, blob, mine), _unpack(items, theirs), limit_s)


def call_kept(code: tuple[str, bytes | None, int], /, *args: Any, **kwargs: Any) -> Any:
    """A task of Dask's whose code was sent ahead: its buffers come first among the arguments."""
    token, blob, owned = code
    mine, args = args[:owned], args[owned:]
    if blob is None:
        blob, mine = bytes(mine[0]), mine[1:]
    return _code(token, blob, mine)(*args, **kwargs)


def run_once(blob: bytes, own: bool, folders: Folders, *buffers: Any) -> bytes:
    """Call what ``blob`` holds, a callable without arguments; gives an ``Answer`` with one result.

    own: large arrays are the call's own and writable; else they are shared by all calls on this worker
    and read-only, as joblib's own process backend gives them.
    """
    prepare(folders)
    call = _unpack(blob, buffers) if own else pickle.loads(blob, buffers=[_shared(each) for each in buffers])
    return _answer(call, [()])


def _shared(buffer: Any) -> memoryview:
    return memoryview(buffer).toreadonly()


def _answer(
    function: Callable[..., Any], items: Sequence[tuple[Any, ...]], limit_s: float = math.inf
) -> bytes:
    results: list[Any] = []
    failure = None
    started = perf_counter()
    try:
        _call_all(function, items, results, started + limit_s)
    except BaseException as error:  # SystemExit too: it belongs to the user, not to this worker
        failure = _failure(len(results), error)
    seconds = perf_counter() - started
    return _sealed(Answer(results, seconds, worker_name(), failure))


def _call_all(
    function: Callable[..., Any], items: Sequence[tuple[Any, ...]], results: list[Any], end: float
) -> None:
    """Append a result for each item until the time is up; looks at the clock about once a millisecond."""
    step, last = 1, perf_counter()
    while len(results) < len(items):
        results.extend(starmap(function, items[len(results) : len(results) + step]))
        now = perf_counter()
        if now > end:
            return
        if now - last < LOOK_S:
            step *= 2
        elif now - last > 4 * LOOK_S:
            step = max(step // 4, 1)
        last = now


def prepare(folders: Folders) -> None:
    """Be where the notebook is; forget its modules that were edited since they were loaded here.

    Kernels in several folders may share a cluster. A folder that this node cannot see is left out.
    """
    from funicular.routing import freshness

    os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")  # a task has one core: joblib inside it is a plain loop
    seen = [each for each in folders if os.path.isdir(each)]
    if seen and seen[0] != os.path.join(freshness.working_folder(), ""):
        os.chdir(seen[0])
    sys.path[:0] = [each for each in seen if each not in sys.path and each.rstrip(os.sep) not in sys.path]
    for each in seen:
        freshness.forget_edited(each)


def worker_name() -> str:
    """The name of this worker, empty outside one."""
    from distributed.worker import get_worker

    try:
        return str(get_worker().name)
    except ValueError:
        return ""


def _code(token: str, blob: bytes, buffers: Sequence[Any]) -> Any:
    if token in _codes:
        _codes.move_to_end(token)
        return _codes[token]
    code = _unpack(blob, buffers)
    _codes[token] = code
    while len(_codes) > KEPT_CODES:
        _codes.popitem(last=False)
    return code


def _unpack(blob: bytes, buffers: Sequence[Any]) -> Any:
    """The value, its large arrays writable and its own, as they are in the kernel."""
    return pickle.loads(blob, buffers=[bytearray(each) for each in buffers])


def _sealed(answer: Answer) -> bytes:
    from funicular.routing import pickling

    try:
        return pickle.dumps(answer, protocol=5)
    except Exception:  # whatever a user's __reduce__ raises; cloudpickle also takes what a notebook defines
        pass
    try:
        return pickling.dumps(answer)
    except Exception:
        kept: list[Any] = []
        failure = answer.failure
        for number, result in enumerate(answer.results):
            try:
                pickling.dumps(result)
            except Exception as error:
                text = f"{type(result).__name__}: {error}"
                failure = Failure(number, b"", type(error).__name__, text, lost=True)
                break
            kept.append(result)
        return pickling.dumps(Answer(kept, answer.seconds, answer.worker, failure))


def _failure(call: int, error: BaseException) -> Failure:
    from tblib import pickling_support  # type: ignore[import-untyped]

    from funicular.routing import pickling

    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next  # the user's own lines are what matters
    error.__traceback__ = trace
    try:
        pickling_support.install(*_with_causes(error))  # from here on these kinds keep their tracebacks
        blob = pickling.dumps(error)
        pickle.loads(blob)
    except Exception:  # exceptions whose __init__ wants more than their args do not survive a pickle
        blob = b""
    return Failure(call, blob, type(error).__name__, str(error))


def _with_causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and all(each is not known for known in found):
            found.append(each)
            waiting += [each.__cause__, each.__context__]
    return found
