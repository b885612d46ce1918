"""A table that grows in a loop is joined once."""

from __future__ import annotations

import pytest

from tests.kernels.hints.rules.promises import Promises

the = Promises("growing-table", parallel=False, reason="recurrence")


def test_pieces_are_collected_and_joined_once():
    """A plain growing loop becomes a list and one concat; comments stay."""
    the.rewrites(
        """
        import pandas as pd
        table = pd.DataFrame()
        for path in paths:  # every file
            piece = read(path)
            table = pd.concat([table, piece], ignore_index=True)  # grows
        table.plot()
        """,
        to="""
        import pandas as pd
        table = pd.DataFrame()
        table_pieces = [table]
        for path in paths:  # every file
            piece = read(path)
            table_pieces.append(piece)  # grows
        table = pd.concat(table_pieces, ignore_index=True)
        table.plot()
        """,
    )


def test_an_array_that_grows_by_append():
    """np.append flattens; so does what comes instead."""
    the.rewrites(
        "import numpy as np\nfor x in xs:\n    if x:\n        a = np.append(a, f(x))",
        to="""
        import numpy as np
        a_pieces = [a]
        for x in xs:
            if x:
                a_pieces.append(f(x))
        a = np.concatenate([np.ravel(each) for each in a_pieces])
        """,
    )


TABLES = (
    "import pandas as pd\nimport numpy as np\nt = pd.DataFrame()\na = np.array([])\nv = np.zeros((1, 2))\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "import pandas as pd\nfor n in range(4):\n"
        "    t = pd.concat([t, pd.DataFrame({'a': [n], 'b': ['x']})])",
        "import pandas as pd\nfor n in range(4):\n"
        "    t = pd.concat([t, pd.DataFrame({'a': [n / 2]})], ignore_index=True)",
        "import numpy as np\nfor n in range(4):\n    a = np.append(a, n)",
        "import numpy as np\nfor n in range(4):\n    v = np.vstack((v, [n, n + 1]))",
    ],
)
def test_an_empty_start_changes_no_types(text):
    """Old and new code leave the same columns, types and order."""
    the.keeps(text, given=TABLES, hazard="start-dtype")


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("for p in ps:\n    t = pd.concat([t, f(p)])\n    print(len(t))", "read-in-loop"),
        ("for p in ps:\n    t = pd.concat([t, f(t)])", "read-in-loop"),
        ("def size():\n    return len(t)\nfor p in ps:\n    t = pd.concat([t, g(p)])", "read-in-loop"),
        ("for p in ps:\n    t = pd.concat([t, f(p)])\nelse:\n    print(t)", "read-in-loop"),
        (
            "def go():\n  for p in ps:\n    t = pd.concat([t, f(p)])\n    if p:\n      return 1",
            "early-exit",
        ),
        ("for p in ps:\n    t = pd.concat([t, f(p)], keys=k)", "join-options"),
        ("for p in ps:\n    t = pd.concat([t, f(p)])\n    t = pd.concat([t, g(p)])", "several-places"),
        ("for p in ps:\n    t = t.append(f(p), ignore_index=True)", "row-by-row"),
        ("for p in ps:\n    t.loc[len(t)] = f(p)", "row-by-row"),
        ("for p in ps: t = pd.concat([t, f(p)], **options)", "join-options"),
    ],
)
def test_what_it_keeps_its_hands_off(text, hazard):
    """Each hazard is seen in the text; the advice is given in words."""
    held = the.holds("import pandas as pd\n" + text, hazard=hazard)

    assert "once" in held.say


def test_a_table_that_grows_in_two_loops():
    """It is joined after the outer one."""
    cell = the.cell("import pandas as pd\nfor a in b:\n    for p in a:\n        t = pd.concat([t, f(p)])")

    assert the.rule.answer(cell.loops[1], cell).hazard == "outer-first"


@pytest.mark.parametrize(
    "text",
    [
        "for p in ps:\n    t = concat([t, f(p)])",
        "import pandas as pd\nfor p in ps:\n    s = pd.concat([t, f(p)])",
        "import pandas as pd\nfor p in ps:\n    t = pd.concat([f(p), t])",
        "import pandas as pd\nt = pd.concat([t, f(p)])",
        "for p in ps:\n    out.append(p)",
        "for p in ps:\n    out = out.append(p)",
        "import pandas as pd\nwhile p:\n    t = pd.concat([t, p])",
    ],
)
def test_what_does_not_grow_is_left_alone(text):
    """Another join, another order, no loop."""
    the.leaves(text)
