"""How results lie in a file: a record for each chunk of a map, added at the end.

A record is whole or, when a process died over it, not there: it carries its lengths and a digest. All chunks
share one file, since supercomputers ration the number of files too.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, BinaryIO

MARK = b"FuR1"
_HEAD = struct.Struct("<4sQQ16sI")  # mark, first item, items, their digest, parts
_LENGTH = struct.Struct("<Q")
_CHECK = 16


@dataclass(frozen=True, slots=True)
class Record:
    """Results of the items from number ``first`` on.

    items: how many.   digest: of these items, 16 bytes.   parts: a pickle, and its large buffers apart.
    """

    first: int
    items: int
    digest: bytes
    parts: tuple[Any, ...] = field(repr=False)


def pieces(record: Record) -> Iterator[Any]:
    """What to write, in order; large parts are not copied."""
    views: list[Any] = [memoryview(part).cast("B") for part in record.parts]
    head = _HEAD.pack(MARK, record.first, record.items, record.digest, len(views))
    check = blake2b(digest_size=_CHECK)
    piece: Any
    for piece in (head, b"".join(_LENGTH.pack(view.nbytes) for view in views), *views):
        check.update(piece)
        yield piece
    yield check.digest()


def read_one(file: BinaryIO) -> Record | None:
    """The next record of an unbuffered file; ``None`` at the end, and where one is not whole."""
    left = os.fstat(file.fileno()).st_size - file.tell()
    head = _exactly(file, _HEAD.size) if left >= _HEAD.size else b""
    if not head:
        return None
    mark, first, items, digest, count = _HEAD.unpack(head)
    left -= len(head) + _LENGTH.size * count
    if mark != MARK or left < _CHECK:
        return None
    lengths = _exactly(file, _LENGTH.size * count)
    sizes = [size for (size,) in _LENGTH.iter_unpack(lengths)]
    if left < sum(sizes) + _CHECK:
        return None
    check = blake2b(head + lengths, digest_size=_CHECK)
    parts = []
    for size in sizes:
        parts.append(_exactly(file, size))
        check.update(parts[-1])
    return Record(first, items, digest, tuple(parts)) if _exactly(file, _CHECK) == check.digest() else None


def _exactly(file: BinaryIO, size: int) -> bytearray:
    """So many bytes, which arrays may use as their own memory."""
    found = bytearray(size)
    view = memoryview(found)
    while view.nbytes and (got := file.readinto(view)):  # type: ignore[attr-defined]
        view = view[got:]
    return found
