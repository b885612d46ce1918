"""Scripts and notebooks as cells; what cannot be read is told."""

from __future__ import annotations

import json

import pytest

from funicular.hints.reading import OtherLanguage, UnreadableSource, read
from funicular.hints.walking import files
from tests.kernels.hints.doubles import notebook


def put(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_script_is_one_cell(tmp_path):
    """It has no place among cells; line ends do not matter."""
    document = read(put(tmp_path, "a.py", "x = 1\r\nfor i in x: pass\r\n"))

    assert [(each.index, each.text) for each in document.sources] == [(None, "x = 1\nfor i in x: pass\n")]


@pytest.mark.parametrize(
    "content",
    [
        b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
        "x = 'é'\n".encode("utf-8-sig"),
        "#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nx = 'é'\n".encode("cp1252"),
    ],
)
def test_encodings_that_are_declared(tmp_path, content):
    """As Python reads them."""
    [source] = read(put(tmp_path, "a.py", content)).sources

    assert "x = 'é'" in source.text


def test_places_count_all_cells(tmp_path):
    """Markdown and other languages count, and are not judged."""
    path = put(tmp_path, "a.ipynb", notebook("#md", "x = 1", "%%bash\nls", "#md", "%time y = 2"))

    assert [(each.index, each.text.strip()) for each in read(path).sources] == [(1, "x = 1"), (4, "y = 2")]


def test_a_cell_that_is_no_python_leaves_the_others(tmp_path):
    """It is named with cell and line."""
    document = read(put(tmp_path, "a.ipynb", notebook("x = 1", "y = 2\nprint 'x'", "z = 3")))

    assert [each.index for each in document.sources] == [0, 2]
    [problem] = document.problems
    assert "cell 1, line 2" in problem.what
    assert problem.path.endswith("a.ipynb")


def test_the_old_format_with_worksheets(tmp_path):
    """Format 3."""
    cells = [{"cell_type": "heading", "source": "x"}, {"cell_type": "code", "input": ["x = 1\n", "y = 2"]}]
    [source] = read(put(tmp_path, "a.ipynb", json.dumps({"worksheets": [{"cells": cells}]}))).sources

    assert (source.index, source.text) == (1, "x = 1\ny = 2")


def test_another_language_is_told(tmp_path):
    """A notebook in R is no failure."""
    document = read(put(tmp_path, "a.ipynb", notebook("x <- 1", language="R")))

    assert document.sources == ()
    assert isinstance(document.problems[0], OtherLanguage)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.py", "def f(:\n"),
        ("a.py", b"x = '\xe9'\n"),
        ("a.py", b"x = 1\x00"),
        ("a.py", "# -*- coding: nonsense -*-\n"),
        ("a.py", "print 'x'\n"),
        ("a.ipynb", "{"),
        ("a.ipynb", "[]"),
        ("a.ipynb", '{"cells": [{"cell_type": "code"}]}'),
        ("a.ipynb", '{"cells": 3}'),
        ("a.ipynb", "<<<<<<< HEAD\n{}"),
        ("a.py", "x = " + "(" * 300 + ")" * 300),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path, name, content):
    """What, why and what to do; for programs the path."""
    with pytest.raises(UnreadableSource) as caught:
        read(put(tmp_path, name, content), "shown")

    assert caught.value.why
    assert caught.value.next_step
    assert caught.value.as_problem()["path"] == "shown"


def test_a_file_that_is_not_there(tmp_path):
    """Also a folder that may not be read as a file."""
    with pytest.raises(UnreadableSource, match="cannot be read"):
        read(tmp_path / "none.py")


def test_folders_are_walked(tmp_path, monkeypatch):
    """Nothing hidden, no checkpoints, no environments; each file once."""
    for name in (
        "b.py",
        "a.ipynb",
        "c.txt",
        "deep/er/d.py",
        ".hidden/e.py",
        ".ipynb_checkpoints/a-checkpoint.ipynb",
        "mine/pyvenv.cfg",
        "mine/lib/f.py",
        "venv/g.py",
        "node_modules/h.py",
        "__pycache__/i.py",
        "with space [1]/j.py",
    ):
        put(tmp_path, name, "")
    monkeypatch.chdir(tmp_path)

    assert list(files(["."])) == ["a.ipynb", "b.py", "deep/er/d.py", "with space [1]/j.py"]
    assert list(files(["b.py", "*.py", "."]))[:1] == ["b.py"]
    assert list(files(["*.py"])) == ["b.py"]
    assert list(files(["**/*.py"])).count("b.py") == 1
    assert list(files(["with space [1]"])) == ["with space [1]/j.py"]
    assert list(files([".hidden/e.py", "c.txt"])) == [".hidden/e.py", "c.txt"]
    assert list(files(["none.py", "no*.py"])) == ["none.py", "no*.py"]
