"""Data frames are addressed as [row, column] whichever way the code says it."""

from __future__ import annotations

from dataclasses import replace

from funicular.loops.trail import Access
from funicular.loops.values import (
    SOMEWHERE,
    Path,
    Step,
)


def normal(accesses: list[Access]) -> list[Access]:
    """Frames are addressed as [row, column] whichever way they were: ``df['x']`` is column x of any row."""
    framed = {
        one.root for one in accesses if any(step.what == "loc" for step in one.path) or one.kind == "frame"
    }
    if not framed:
        return accesses
    result = []
    for one in accesses:
        if one.root in framed:
            numbered = any(step.what == "loc" and step.text in ("iloc", "iat") for step in one.path)
            kind = "cells" if numbered else one.kind  # a table does not grow there
            result.append(replace(one, path=_framed(one.path), kind=kind))
        else:
            result.append(one)
    return result


def _framed(path: Path) -> Path:
    located = next((index for index, step in enumerate(path) if step.what == "loc"), None)
    if located is None:
        if not path:
            return path
        first, *rest = path
        if first.what == "field" and first.text not in ("index", "columns"):
            first = Step("key", text=repr(first.text))
        elif first.what == "field":
            return (SOMEWHERE, Step("key", text="." + first.text))
        elif first.what == "index":  # df[name] with a name that is not written out
            return (rest[0] if rest else SOMEWHERE, replace(first, what="index"))
        if first.what == "key":
            return (rest[0] if rest else SOMEWHERE, first, *rest[1:])
        return path
    before, after = path[:located], path[located + 1 :]
    steps = []
    for step in after:
        if step.what == "field":
            step = Step("key", text=repr(step.text))
        steps.append(step)
    if before and before[0].what in ("key", "field"):  # df['x'].loc[i]
        column = before[0] if before[0].what == "key" else Step("key", text=repr(before[0].text))
        return (steps[0] if steps else SOMEWHERE, column, *steps[1:])
    return (*before, *steps)
