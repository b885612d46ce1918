"""The way to the workers: code is pickled once, large buffers travel once, chunks go as bytes."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from funicular.routing import remote, spans
from funicular.routing.chunks import Pace
from funicular.routing.modules import folders
from funicular.routing.troubles import CannotTravel, in_words, is_trouble

if TYPE_CHECKING:
    from distributed import Client, Future

BIG_BYTES = 1_000_000  # from here a buffer travels by itself, once: joblib's own max_nbytes
INLINE_BYTES = 50_000  # code up to here rides with each chunk; Dask's message costs more than this
LOOKED_BYTES = 65_536
KEPT_BYTES = 512 * 10**6  # large buffers left on the workers for the next call


@dataclass(frozen=True, slots=True)
class Parcel:
    """A pickled value: its blob, and its large buffers apart (each an array's own memory)."""

    blob: bytes
    buffers: tuple[memoryview, ...] = ()

    @property
    def nbytes(self) -> int:
        """What it weighs."""
        return len(self.blob) + sum(each.nbytes for each in self.buffers)


def pack(value: Any, *, what: str, blame: Callable[[], str] | None = None) -> Parcel:
    """Pickle a value by value where it is the user's own.

    what: how to name it in an error.   blame: finds the guilty part's name, called only on failure.
    Raises ``CannotTravel``.
    """
    from funicular.routing import pickling

    try:
        blob, buffers = pickling.dump_apart(value, lambda buffer: bool(buffer.raw().nbytes < BIG_BYTES))
    except Exception as error:  # a user's __reduce__ may raise anything
        raise CannotTravel(
            f"{what} cannot be sent to the cluster.",
            why=f"{blame() if blame else what} cannot be pickled: {error}",
            next_step="Make such an object (open file, lock, connection) inside the function, on the worker.",
        ) from error
    return Parcel(blob, tuple(buffer.raw() for buffer in buffers))


class Depot:
    """What lies on the workers already, by content: large buffers, each sent once.

    One depot belongs to one client; a new client starts with an empty one.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._placed: OrderedDict[str, tuple[Future[Any], int]] = OrderedDict()
        self._tokens: dict[tuple[int, int], tuple[object, bytes, str]] = {}  # where: memory, look, token
        self._lock = threading.Lock()
        self.paces: dict[str, Pace] = {}  # what calls of this code have cost

    def place(self, buffer: memoryview | bytes) -> Future[Any]:
        """The Dask future that stands for this buffer, sent now if it was not there yet."""
        import numpy

        with self._lock:
            token = self._token(buffer)
            if token in self._placed:
                self._placed.move_to_end(token)
                future, _ = self._placed[token]
                if future.status not in ("cancelled", "lost", "error"):
                    return future
            flat = numpy.frombuffer(buffer, dtype=numpy.uint8)
            placed: Future[Any] = self._client.scatter(flat, broadcast=True, hash=False)
            self._placed[token] = (placed, flat.nbytes)
            return placed

    def _token(self, buffer: memoryview | bytes) -> str:
        """The content's token; within one call the same memory is not read through again.

        Some of it is looked at, so that an array refilled by the user's generator is noticed.
        """
        import numpy

        flat = numpy.frombuffer(buffer, dtype=numpy.uint8)
        place = (int(flat.__array_interface__["data"][0]), flat.nbytes)
        look = flat[:: max(flat.nbytes // LOOKED_BYTES, 1)].tobytes()
        known = self._tokens.get(place)
        if known is not None and known[1] == look:
            return known[2]
        token = digest(flat.data)
        self._tokens[place] = (buffer, look, token)
        return token

    def call_over(self) -> None:
        """A call ended: its arrays may change from now on, and old ones make room."""
        with self._lock:
            self._tokens.clear()
            kept = sum(size for _, size in self._placed.values())
            while kept > KEPT_BYTES and self._placed:
                _, (_, size) = self._placed.popitem(last=False)
                kept -= size


def digest(buffer: memoryview | bytes) -> str:
    """A token for the content: about 1 s a GB."""
    view = memoryview(buffer)
    flat = view if view.c_contiguous else memoryview(view.tobytes("A"))
    return blake2b(flat.cast("B") if flat.nbytes else b"", digest_size=16).hexdigest()


_depots: dict[int, tuple[Any, Depot]] = {}


def depot_of(client: Client) -> Depot:
    """The depot of this client."""
    known = _depots.get(id(client))
    if known is None or known[0] is not client:
        for key in [key for key, (old, _) in _depots.items() if old.status == "closed"]:
            del _depots[key]
        known = _depots[id(client)] = (client, Depot(client))
    return known[1]


@dataclass(frozen=True, slots=True)
class Code:
    """A function ready to be called on workers, sent once to each."""

    token: str
    blob: bytes | None
    buffers: tuple[Future[Any], ...]

    def send(self, client: Client, items: Parcel, *, name: str, limit_s: float) -> Future[Any]:
        """Submit one chunk of calls; the future's result is a pickled ``Answer``.

        limit_s: seconds after which the worker gives back the calls it did not get to.
        """
        depot = depot_of(client)
        theirs = [depot.place(each) for each in items.buffers]
        blob: Any = items.blob
        if len(blob) > 10 * BIG_BYTES:  # Dask warns of large graphs; as data of its own it is none
            blob = client.scatter(blob, hash=False)
        ident = (self.token, self.blob, len(self.buffers))
        key = f"{name}-{uuid4().hex}"
        args = (ident, limit_s, folders(), blob, *self.buffers, *theirs)
        with spans.of_cell():
            return client.submit(remote.run_chunk, *args, key=key, pure=False)


def send_code(client: Client, function: Parcel) -> Code:
    """Put a packed function on the workers."""
    depot = depot_of(client)
    parts: list[bytes | memoryview] = [function.blob, *function.buffers]
    token = digest("".join(digest(part) for part in parts).encode())
    buffers = [depot.place(each) for each in function.buffers]
    if len(function.blob) <= INLINE_BYTES:
        return Code(token, function.blob, tuple(buffers))
    return Code(token, None, (depot.place(function.blob), *buffers))


def send_once(client: Client, call: Parcel, *, name: str, own: bool) -> Future[Any]:
    """Submit one call; the future's result is a pickled ``Answer`` with one result.

    own: its large arrays shall be writable, a copy for each call.
    """
    depot = depot_of(client)
    buffers = [depot.place(each) for each in call.buffers]
    blob: Any = call.blob
    if len(blob) > 10 * BIG_BYTES:
        blob = client.scatter(blob, hash=False)
    args = (blob, own, folders(), *buffers)
    with spans.of_cell():
        return client.submit(remote.run_once, *args, key=f"{name}-{uuid4().hex}", pure=False)


def collect(
    client: Client, futures: Sequence[Future[Any]], *, doing: str
) -> list[remote.Answer | BaseException]:
    """Answers of finished futures, in order; an error in words where the call itself was not to blame."""
    import pickle

    found: list[remote.Answer | BaseException] = []
    good = [each for each in futures if each.status == "finished"]
    try:
        blobs = dict(zip([each.key for each in good], client.gather(good), strict=True)) if good else {}
    except BaseException as error:
        if not is_trouble(error):
            raise
        blobs = {}
    for each in futures:
        if each.key in blobs:
            try:
                found.append(pickle.loads(blobs[each.key]))
            except Exception as error:
                found.append(_unreadable(error, doing))
        else:
            found.append(in_words(_error_of(each), doing=doing))
    return found


def _error_of(future: Future[Any]) -> BaseException:
    try:
        future.result(timeout=5)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return error
    return TimeoutError("the result came too late")


def _unreadable(error: Exception, doing: str) -> CannotTravel:
    found = CannotTravel(
        f"A result of {doing[:1].lower()}{doing[1:]} came back but cannot be unpacked here.",
        why=f"{type(error).__name__}: {error}",
        next_step="Return plain data (numbers, text, arrays, tables) instead.",
    )
    found.__cause__ = error
    return found


def inside_worker() -> bool:
    """Whether this code already runs on a worker: there nothing is sent any further."""
    if "distributed.worker" not in sys.modules:
        return False
    from distributed.worker import get_worker

    try:
        get_worker()
    except ValueError:
        return False
    return True
