"""Cells of notebooks as Python, line for line."""

from __future__ import annotations

import pytest

from funicular.hints.magics import parses, plain


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nfor i in x:\n    f(i)",
        "files = !ls *.csv\nfor f in files:\n    !wc {f}\n    print(f)",
        "!pip install \\\n    numpy \\\n    pandas\nfor i in x: pass",
        "df?\ndf.head??\nfor i in x: pass",
        "x = %sql select 1\nfor i in x: pass",
        "\n\n  \nfor i in x: pass\n%time f(i)",
        "pip install numpy\ncd data\nls\nls -l\nfor i in x: pass",
        "    x = 1\n    %time f(x)\n    for i in range(x): pass",
        'text = """\n%time not\n!one\n"""\n%time f(text)\nfor i in x: pass',
        "%%time\nfor i in x: pass\n!ls",
        "\n%%timeit -n 10 y = 2\nfor i in x: pass",
        "for i in x:\n    %time f(i)\n    a = 1",
        "%run other.py\nfor i in x: pass",
    ],
)
def test_lines_stay_where_they_are(cell):
    """What follows a magic has the line that it has in the cell, and all of it is Python."""
    text = plain(cell)

    assert parses(text)
    loops = [n for n, line in enumerate(cell.split("\n")) if line.strip().startswith("for ")]
    assert [n for n, line in enumerate(text.split("\n")) if line.strip().startswith("for ")] == loops


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("%time y = [f(i) for i in x]", "y = [f(i) for i in x]"),
        ("y = %time f(3)", "y = f(3)"),
        ("%timeit -n 10 -r 3 f(3)", "f(3)"),
        ("%prun -s cumulative f(3)", "get_ipython().run_line_magic('prun', '-s cumulative f(3)')"),
    ],
)
def test_a_timed_statement_is_the_statement(cell, line):
    """Loops in ``%time`` are loops; what is not understood stays a call."""
    assert plain(cell).strip() == line


@pytest.mark.parametrize(
    "cell", ["for i in x:\n    !rm {i}", "for i in x:\n    %time f(i)", "for i in x:\n    i?"]
)
def test_in_a_loop_they_stay_calls(cell):
    """Nobody may take a shell command for nothing, or a printed time."""
    assert "get_ipython()" in plain(cell)


def test_what_fills_the_namespace_says_so():
    """``%pylab`` and ``%run`` may bind any name."""
    assert "from pylab import *" in plain("%pylab inline\nx = 1")
    assert "import *" in plain("%run other.py")


@pytest.mark.parametrize(
    "cell", ["%%bash\nls", "%%html\n<p>", "%%writefile x.py\nfor i in x: pass", "%%R\nx <- 1"]
)
def test_other_languages_are_left_out(cell):
    """Also what is only written to a file."""
    assert plain(cell) is None


def test_python_stays_as_it_is():
    """Not one character changes."""
    cell = "x = 5 % 3\n# %time\ny = 'a?'\n"

    assert plain(cell) == cell


def test_what_is_no_python_is_given_as_it_is():
    """Whoever parses it gets the error."""
    assert plain("print 'x'\n%time f()").startswith("print 'x'")
