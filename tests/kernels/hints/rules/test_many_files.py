"""Many files are read at once."""

from __future__ import annotations

import pytest

from tests.kernels.hints.rules.promises import Promises

the = Promises("many-files")


def test_a_comprehension_of_readers():
    """Also inside of concat; the import's own name counts."""
    the.rewrites(
        "import pandas as pd\ntable = pd.concat([pd.read_csv(p) for p in paths])",
        to="import funicular\nimport pandas as pd\ntable = pd.concat(funicular.map(pd.read_csv, paths))",
    )


def test_a_loop_that_reads():
    """Cheap or not: files are never free."""
    the.rewrites(
        "from numpy import load\nfor p in paths:\n    out[p] = load(p).mean()",
        worth="low",
        to="""
        import funicular
        from numpy import load
        def one_p(p):
            return p, load(p).mean()

        for key, value in funicular.map(one_p, paths):
            out[key] = value
        """,
    )


def test_tables_come_in_the_order_of_the_files(tmp_path):
    """Old and new code leave the same table."""
    for n in (2, 0, 1):
        (tmp_path / f"{n}.csv").write_text(f"a,b\n{n},x\n")
    given = f"from pathlib import Path\npaths = sorted(Path({str(tmp_path)!r}).glob('*.csv'), reverse=True)"
    the.keeps(
        "import pandas as pd\ntable = pd.concat([pd.read_csv(p) for p in paths])",
        given=given,
        hazard="file-order",
    )


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("for p in paths:\n    t = pd.read_csv(p)\n    out.append(t)\nt.plot()", "name-read-later"),
        ("for p in paths:\n    d[p]['t'] = pd.read_csv(p)", "keeps-elsewhere"),
    ],
)
def test_what_it_keeps_its_hands_off(text, hazard):
    """Each hazard is seen in the text."""
    the.holds("import pandas as pd\n" + text, hazard=hazard)


def test_an_inner_loop_over_files_waits():
    """Bigger pieces are better."""
    cell = the.cell("import numpy as np\nfor a in b:\n    for p in a:\n        out.append(np.load(p))")

    assert the.rule.answer(cell.loops[1], cell).hazard == "outer-first"


@pytest.mark.parametrize(
    "text",
    [
        "import pandas as pd\nfor p in paths:\n    out.append(len(p))\npd.read_csv(p)",
        "for p in paths:\n    out.append(pd.read_csv(p))",
        "import pandas as pd\npd = mine\nfor p in paths:\n    out.append(pd.read_csv(p))",
        "from mine import read_csv\n[read_csv(p) for p in paths]",
    ],
)
def test_what_reads_no_files_is_left_alone(text):
    """The reader must be what the imports say, and in the loop."""
    the.leaves(text)


def test_what_stays_in_order_is_left_alone():
    """The engine's word counts."""
    the.leaves("import numpy as np\nfor p in ps:\n    out.append(np.load(p))", parallel=False)
