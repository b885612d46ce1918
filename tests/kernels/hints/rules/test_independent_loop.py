"""The body of an independent loop becomes a function for funicular.map."""

from __future__ import annotations

import pytest

from tests.kernels.hints.rules.promises import Promises

the = Promises("independent-loop")


def test_an_appending_loop_becomes_a_function_and_one_call():
    """The body stays where it is; comments and layout too."""
    the.rewrites(
        """
        out = []
        for x in xs:  # all of them
            y = f(x)    # heavy
            out.append(y + 1)  # keep it
        print(out)
        """,
        to="""
        import funicular
        out = []
        def one_x(x):  # all of them
            y = f(x)    # heavy
            return y + 1  # keep it

        out.extend(funicular.map(one_x, xs))
        print(out)
        """,
    )


def test_a_loop_on_one_line():
    """Also that is a function."""
    the.rewrites(
        "for x in xs: out.append(f(x))",
        to="import funicular\ndef one_x(x): return f(x)\n\nout.extend(funicular.map(one_x, xs))",
    )


def test_two_lists_are_filled():
    """Both values travel together."""
    the.rewrites(
        "for x in xs:\n    means.append(x.mean())\n    spreads.append(x.std())",
        to="""
        import funicular
        def one_x(x):
            value = x.mean()
            return value, x.std()

        for value, value_2 in funicular.map(one_x, xs):
            means.append(value)
            spreads.append(value_2)
        """,
    )


def test_names_in_use_are_not_taken():
    """New names are new in every cell of the notebook."""
    the.rewrites(
        "for x in xs:\n    d[x] = f(x)",
        cells=["one_x = value = key = 1"],
        to="""
        import funicular
        def one_x_2(x):
            return x, f(x)

        for key_2, value_2 in funicular.map(one_x_2, xs):
            d[key_2] = value_2
        """,
    )


def test_a_loop_in_a_function_is_changed_there():
    """Indented as it was; the import goes to the top, behind docstring and __future__."""
    the.rewrites(
        '''
        """Doc."""
        from __future__ import annotations
        def go(xs):
            out = []
            for x in xs:
                out.append(f(x))
            return out
        ''',
        to='''
        """Doc."""
        from __future__ import annotations
        import funicular
        def go(xs):
            out = []
            def one_x(x):
                return f(x)

            out.extend(funicular.map(one_x, xs))
            return out
        ''',
    )


GIVEN = (
    "xs = [3, 1, 2, 1, 0]\nimport numpy as np\nA = np.zeros(5, dtype=int)\nd = {}\nfound = set()\nout = [9]\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "for x in xs:\n    d[x % 3] = x / 2",
        "for i, x in enumerate(xs):\n    A[i] = x * 2.7",
        "for x in xs:\n    found.add(x % 2)",
        "for x in xs:\n    if x == 1:\n        continue\n    out.append(x)",
        "for x in xs:\n    if x > 1:\n        out.append(x)\n    else:\n        out.append(-x)",
        "for a, b in zip(xs, xs[1:]):\n    out.append((a, b))",
        "for i in range(len(xs)):\n    A[i] = A[i] + xs[i]",
        "for x in xs:\n    s = 0\n    for k in range(x):\n        s += k\n    out.append(s)",
        "for x in 3, 1, 2:\n    out.append([x])",
        "for x in xs: y = x + 1; out.append(y)",
    ],
)
def test_keys_elements_and_duplicates_come_in_order(text):
    """Old and new code leave the same dicts, arrays, sets and lists."""
    the.keeps(text, given=GIVEN, hazard="keys-and-order")


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("for x in xs:\n    out.append(f(x))\nprint(x)", "name-read-later"),
        ("for x in xs:\n    y = f(x)\n    out.append(y)\ndef last():\n    return y", "name-read-later"),
        ("for x in xs:\n    if x:\n        y = x\n    out.append(y)", "carried-name"),
        ("for x in xs:\n    d.setdefault(x, []).append(f(x))", "keeps-elsewhere"),
        ("for x in xs:\n    M[x][0] = f(x)", "keeps-elsewhere"),
        ("for x in xs:\n    row = M[x]\n    row[0] = f(x)\n    out.append(1)", "keeps-elsewhere"),
        ("for x in xs:\n    x.score = f(x)\n    out.append(x)", "keeps-elsewhere"),
        ("for x in xs:\n    log(x)\n    out.append(x)", "keeps-elsewhere"),
        ("for x in xs:\n    A[x:x + 2] = f(x)", "keeps-elsewhere"),
        ("for x in xs:\n    f(x)", "keeps-elsewhere"),
        ("for x in xs:\n    out.append(len(out))", "reads-kept"),
        ("for x in xs:\n    out.append(f(x))\nelse:\n    done = True", "loop-else"),
        ("class A:\n    out = []\n    for x in xs:\n        out.append(f(x))", "class-body"),
        ("for x[0] in xs:\n    out.append(f(x))", "odd-target"),
        ("a = 1; out = []\nif a:\n    for x in xs: out.append(f(x)); n = 1", "shares-line"),
        ("for x in xs:\n    out.append(f(x)); y = 2", "shares-line"),
        ("for i, x in enumerate(xs): out.append(f(x))", "shares-line"),
        ("funicular = 1\nfor x in xs:\n    out.append(f(x))", "name-taken"),
    ],
)
def test_what_it_keeps_its_hands_off(text, hazard):
    """Each hazard is seen in the text."""
    the.holds(text, hazard=hazard)


def test_a_name_read_in_another_cell_is_held():
    """The notebook's other cells count."""
    the.holds("for x in xs:\n    out.append(f(x))", hazard="name-read-later", cells=["print(x)"])
    the.rewrites(
        "for x in xs:\n    out.append(f(x))",
        cells=["x = 3\nprint(x)", "for x in a:\n    print(x)", "[x for x in a]"],
        to="import funicular\ndef one_x(x):\n    return f(x)\n\nout.extend(funicular.map(one_x, xs))",
    )


def test_an_inner_loop_waits_for_the_outer_one():
    """Bigger pieces are better."""
    cell = the.cell("for a in b:\n    for x in a:\n        out.append(f(x))\n    d[a] = 1")
    held = the.rule.answer(cell.loops[1], cell)

    assert held.hazard == "outer-first"


def test_a_cheap_turn_stays():
    """A plain loop is quicker than any cluster."""
    the.holds("for x in xs:\n    out.append(x + 1)", hazard="too-cheap", worth="low")


@pytest.mark.parametrize("text", ["[f(x) for x in xs]", "while x:\n    out.append(f(x))", "f(x)"])
def test_what_is_no_for_loop_is_left_alone(text):
    """Comprehensions have a rule of their own."""
    the.leaves(text)


def test_what_stays_in_order_is_left_alone():
    """The engine's word counts."""
    the.leaves("for x in xs:\n    out.append(f(x))", parallel=False)
