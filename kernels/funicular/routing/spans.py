"""The Dask work of one cell is one span: Dask counts what it took, and says so for the whole cell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_name = ""
_mark: Any = None  # Dask's annotation, made when the cell first sends something


def begin(name: str) -> None:
    """What is sent from now on belongs to the span of this name; empty: to none of ours."""
    global _name, _mark
    _name, _mark = name, None


@contextmanager
def of_cell() -> Iterator[None]:
    """What is submitted inside belongs to the running cell's span."""
    global _mark
    if not _name:
        yield
        return
    from dask.base import annotate, get_annotations

    if _mark is None:
        from distributed import span

        with span(_name):
            _mark = get_annotations()["span"]
    with annotate(span=_mark):
        yield
