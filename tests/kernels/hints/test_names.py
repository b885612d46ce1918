"""Which names are read after a loop has bound them."""

from __future__ import annotations

import ast

import pytest

from funicular.hints.cell import program
from tests.kernels.hints.doubles import says


def later(*cells: str, name: str = "x") -> bool:
    """Whether the name is read after the first loop of the first cell."""
    cell = program(cells, says()).cells[0]
    return bool(cell.reads_later(cell.loops[0], {name}))


LOOP = "for x in xs:\n    f(x)\n"


@pytest.mark.parametrize(
    "cells",
    [
        (LOOP + "print(x)",),
        (LOOP, "y = 1", "print(x)"),
        (LOOP, "if a:\n    x = 1\nprint(x)"),
        (LOOP, "x += 1"),
        (LOOP, "x = x + 1"),
        (LOOP, "for y in z:\n    print(x)\n    x = y"),
        (LOOP, "for x in z:\n    pass\nprint(x)"),
        (LOOP, "print([y for y in x])"),
        (LOOP, "print([x for y in z])"),
        (LOOP, "try:\n    x = g()\nexcept E:\n    pass\nprint(x)"),
        (LOOP, "with a as b:\n    print(x)"),
        (LOOP, "del x"[:0] + "lambda: x"),
        (LOOP, "def g():\n    return x"),
        (LOOP, "def g(y=x):\n    pass"),
        (LOOP, "class A:\n    z = x"),
        (LOOP, "def g():\n    global x\n    x = 1\n    return x"),
        ("while a:\n    print(x)\n    for x in xs:\n        f(x)",),
        ("if a:\n    for x in xs:\n        f(x)\nprint(x)",),
        ("try:\n    for x in xs:\n        f(x)\nexcept E:\n    print(x)\nfinally:\n    print(x)",),
        ("def g():\n    for x in xs:\n        f(x)\n    return x",),
        (LOOP, "print(f'{x}')"),
    ],
)
def test_it_may_be_read(cells):
    """Behind it, in another cell, in a function, in the next iteration of a loop around it."""
    assert later(*cells)


@pytest.mark.parametrize(
    "cells",
    [
        (LOOP,),
        (LOOP + "print(y)",),
        (LOOP, "x = 1\nprint(x)"),
        (LOOP, "for x in z:\n    print(x)"),
        (LOOP, "[x for x in z]"),
        (LOOP, "if a:\n    x = 1\nelse:\n    x = 2\nprint(x)"),
        (LOOP, "with a as x:\n    print(x)"),
        (LOOP, "import x\nprint(x)"),
        (LOOP, "def g(x):\n    return x"),
        (LOOP, "def g():\n    x = 1\n    return x"),
        (LOOP, "lambda x: x"),
        (LOOP, "print(a.x)"),
        (LOOP, "g(x=1)"),
        ("print(x)\n" + LOOP,),
        ("def g():\n    for x in xs:\n        f(x)\nprint(x)",),
    ],
)
def test_it_is_not_read(cells):
    """Bound anew before, or another name of the same letters."""
    assert not later(*cells)


def test_imports_are_followed():
    """Through aliases; a name that is bound in another way too is nobody's."""
    cells = program(["import numpy as np, os.path\nfrom pandas import concat as c", "def f(os): pass"]).cells
    at = {
        text: cells[0].origin(ast.parse(text, mode="eval").body)
        for text in ("np.linalg.inv", "c", "os.path", "z")
    }

    assert at == {"np.linalg.inv": "numpy.linalg.inv", "c": "pandas.concat", "os.path": None, "z": None}
