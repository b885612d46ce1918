"""A function and its items have the same digest in every process, and another one when they change."""

from __future__ import annotations

import copy
import os
import pickle as pickling
import subprocess
import sys
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

from funicular.routing import likeness

CELL = """
import dataclasses, enum, functools, pathlib
import numpy
import beside
from funicular.routing import likeness

names = {"alpha", "beta", "gamma"}

@dataclasses.dataclass
class Point:
    x: int
    tags: list = dataclasses.field(default_factory=list)
    @property
    def double(self): return 2 * self.x

class Colour(enum.Enum):
    RED = 1

def again(n): return 1 if n < 2 else n * again(n - 1)

@functools.lru_cache
def cached(x): return x + 1

def call(x, k=2):  # a comment
    if x in {"a", "b", "c"}:
        return Colour.RED
    return numpy.sin(x) * len(names) + Point(1).double + again(3) + cached(k) + beside.half(x)

parts = likeness.of_function(call, "call")
items = [(Point(1),), ({"s", "t"},), (numpy.arange(5.0),), (Colour.RED,), (pathlib.Path("/x"),)]
print(sorted(parts.items()), likeness.of_each(items, first=0, called="call").hex())
"""


def run(folder: Path, cell: str, seed: int) -> str:
    (folder / "beside.py").write_text("def half(x):\n    return x / 2\n")
    done = subprocess.run(
        [sys.executable, "-c", cell],
        cwd=folder,
        env=os.environ | {"PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_two_processes_agree(tmp_path: Path) -> None:
    """Sets, notebook classes, enums, arrays and modules beside the notebook: whatever the hash seed."""
    assert run(tmp_path, CELL, 1) == run(tmp_path, CELL, 2)


def test_comments_and_places_do_not_count(tmp_path: Path) -> None:
    """The same code further down, under another comment, is the same function."""
    moved = CELL.replace("# a comment", "# another").replace("names =", "\n\n\nnames =")

    assert run(tmp_path, moved, 1) == run(tmp_path, CELL, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("numpy.sin", "numpy.cos"),
        ("k=2", "k=3"),
        ('"gamma"', '"delta"'),
        ("2 * self.x", "3 * self.x"),
        ("n * again", "n + again"),
        ("return x + 1", "return x + 2"),
        ("RED = 1", "RED = 2"),
        ("Point(1),)", "Point(2),)"),
        ('"t"}', '"u"}'),
        ("arange(5.0)", "arange(6.0)"),
        ('"c"}', '"d"}'),
    ],
)
def test_every_change_counts(tmp_path: Path, old: str, new: str) -> None:
    """Text, defaults, globals, classes, helpers behind decorators, constants in sets, items."""
    assert old in CELL

    assert run(tmp_path, CELL.replace(old, new), 1) != run(tmp_path, CELL, 1)


def test_module_beside_the_notebook_counts(tmp_path: Path) -> None:
    """An edited helper module is another function; a comment in it is not."""
    plain = run(tmp_path, CELL, 1)
    write = "import pathlib\npathlib.Path('beside.py').write_text({text!r})\n"

    commented = write.format(text="# new\ndef half(x):\n    return x / 2\n") + CELL
    edited = write.format(text="def half(x):\n    return x / 4\n") + CELL

    assert run(tmp_path, commented, 1) == plain
    assert run(tmp_path, edited, 1) != plain


def test_the_part_that_changed_has_a_name() -> None:
    """Text, defaults and each value have digests of their own, under words for a person."""
    scale: Any = 2

    def call(x: int, k: int = 1) -> int:
        return x * int(scale) * k

    before = likeness.of_function(call, "call")
    scale = 3
    after = likeness.of_function(call, "call")

    assert [part for part in before if before[part] != after[part]] == ["`scale`, which it uses"]
    assert {"its text", "its default values"} <= before.keys()


def test_use_does_not_change_a_class() -> None:
    """What Python and cloudpickle write into a class when its objects are pickled is not the user's."""

    class Point:
        def __init__(self, x: int) -> None:
            self.x = x

        def near(self) -> object:
            return Point(self.x)

    before = likeness.of(Point, what="It")
    copy.copy(Point(1))
    pickling.loads(cloudpickle.dumps(Point(1)))

    assert likeness.of(Point, what="It") == before


def test_what_has_no_content_is_refused() -> None:
    """An open file among the items or the globals: an error that names it; so is what contains itself."""
    endless: list[Any] = []
    endless.append(endless)
    with open(os.devnull) as file:

        def call(x: int) -> int:
            return file.fileno()

        with pytest.raises(likeness.CannotCompare, match="`file`, which it uses"):
            likeness.of_function(call, "call")
        with pytest.raises(likeness.CannotCompare, match="Item 12 of `f`"):
            likeness.of_each([(1,), (file,)], first=10, called="f")
    with pytest.raises(likeness.CannotCompare):
        likeness.of(endless, what="This")
