"""Splitting a loop: what a worker computes, what the kernel takes, and what must not be split."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from funicular.loops.split import plans
from funicular.loops.split_plan import Held, Plan
from tests.kernels.loops.shadowing import Kernel, same

BEFORE = """\
def slow(x, y=1):
    return x * y + 1
def make(x):
    return [x, x + 1]
def ident(x):
    return x
def late(x):
    return 6 // (x - 2)
def grow(x):
    x.append(9)
    return len(x)
class Box:
    def __init__(self, v):
        self.v = v
xs = [1, 3, 2, 5]
rows = [[1, 2], [3, 4], [5, 6]]
a = [4, 5, 6]
out = []
total = 0
best = None
"""


def first(loop: str) -> Plan | Held:
    """What is found about the first loop of the text."""
    (found,) = plans([BEFORE + dedent(loop)])
    return found[0]


def slots(loop: str) -> list[str]:
    """The texts of the slots of the first loop; none when it is held."""
    plan = first(loop)
    return [ast.unparse(one.node) for one in plan.slots] if isinstance(plan, Plan) else []


def shadow(loop: str) -> str:
    """The statements of the first loop's shadow, behind the one that binds its target."""
    plan = first(loop)
    assert isinstance(plan, Plan), plan
    return "\n".join(ast.unparse(one) for one in plan.shadow.body[1:])


def run(loop: str) -> Kernel:
    """Run the text with and without its plans, and compare all that is left."""
    return same([BEFORE + dedent(loop)])


def taken(loop: str) -> int:
    return sum(run(loop).taken.values())


def test_a_heavy_call_is_computed_elsewhere_and_the_statement_stays() -> None:
    """The shadow records the value; appending it is the kernel's."""
    loop = "for x in xs:\n    y = x + 1\n    out.append(slow(y))\n"
    plan = first(loop)

    assert shadow(loop) == "y = x + 1\n__record__(0, slow(y))"
    assert isinstance(plan, Plan)
    assert (plan.needs, plan.targets, plan.written) == ({"slow"}, {"x"}, {"out"})
    assert taken(loop) == 4


def test_what_no_record_needs_is_left_out_of_the_shadow() -> None:
    """The shadow is a backward slice of the body."""
    loop = "for x in xs:\n    y = x + 1\n    z = x - 1\n    w = z * 2\n    out.append((w, slow(y)))\n"

    assert shadow(loop) == "y = x + 1\n__record__(0, slow(y))"
    assert taken(loop) == 4


def test_a_display_is_made_by_the_loop_itself() -> None:
    """Of ``(row, slow(..))`` only the call is taken, so that ``row`` stays the same object."""
    loop = "for row in rows:\n    out.append((row, slow(row[0])))\n"

    assert slots(loop) == ["slow(row[0])"]
    assert taken(loop) == 3


@pytest.mark.parametrize(
    ("statement", "made"),
    [
        ("out.append(total if x else slow(x))", "__record__(0, total if x else slow(x))"),
        ("out.append((x > 2 and slow(x), 1))", "__record__(0, x > 2 and slow(x))"),
        ("out.append([q for q in make(x)])", "__record__(0, [q for q in make(x)])"),
        ("x > 2 and out.append(slow(x))", "if x > 2:\n    __record__(0, slow(x))"),
        ("x > 2 or out.append(slow(x))", "if x > 2:\n    pass\nelse:\n    __record__(0, slow(x))"),
        (
            "out.append(slow(x)) if slow(x) > 2 else out.append(x)",
            "if __record__(0, (lambda v: v if v else v)(slow(x) > 2)):\n    __record__(1, slow(x))",
        ),
    ],
)
def test_what_is_evaluated_under_a_condition_is_computed_under_it(statement: str, made: str) -> None:
    """The shadow follows ``and``, ``or`` and ``if``; nothing is computed that the loop would not."""
    loop = f"for x in xs:\n    {statement}\n"

    assert shadow(loop) == made
    assert taken(loop)


@pytest.mark.parametrize("value", ["lambda: slow(x)", "(slow(q) for q in xs)", "map(slow, xs)", "x + 1"])
def test_what_is_lazy_or_cheap_is_no_slot(value: str) -> None:
    """A generator would run elsewhere or not at all; an addition is not worth a journey."""
    assert slots(f"for x in xs:\n    t = {value}\n    out.append(x)\n") == []


def test_continue_ends_the_shadow_as_well() -> None:
    """What stands behind a ``continue`` is computed only for items that get there."""
    loop = "for x in xs:\n    if slow(x) > 3:\n        continue\n    out.append(late(x + 2))\n"

    assert shadow(loop).endswith("(slow(x) > 3)):\n    return\n__record__(1, late(x + 2))")
    assert taken(loop) == 6


def test_an_inner_loop_that_is_only_of_this_iteration_is_one_value() -> None:
    """Its value is the names that it leaves, in the order in which they are bound."""
    loop = (
        "for x in xs:\n    t = 0\n    for j in range(3):\n        k = slow(x, j)\n"
        "        t += k\n    out.append(t)\n"
    )
    plan = first(loop)

    assert isinstance(plan, Plan)
    assert [one.names for one in plan.slots] == [("j", "k", "t")]
    assert taken(loop) == 4


def test_a_list_that_others_have_is_not_replaced_by_a_copy() -> None:
    """``out.append(row)`` before the inner loop fills it: the loop fills it, with values of each turn."""
    loop = (
        "for x in xs:\n    row = []\n    out.append(row)\n    for j in range(3):\n"
        "        row.append(slow(x, j))\n"
    )
    plan = first(loop)

    assert isinstance(plan, Plan)
    assert [(one.names, one.repeated) for one in plan.slots] == [((), True)]
    assert taken(loop) == 12


def test_a_list_of_its_own_comes_back_filled() -> None:
    """Nobody has it before the inner loop: it may be a copy."""
    loop = (
        "for x in xs:\n    row = []\n    for j in range(3):\n"
        "        row.append(slow(x, j))\n    out.append(row)\n"
    )

    assert taken(loop) == 4


def test_names_that_are_bound_in_another_order_are_not_one_value() -> None:
    """A module's names come in the order in which they were bound first."""
    loop = (
        "for x in xs:\n    for j in range(3):\n        if j > 1:\n"
        "            early = slow(j)\n        after = j\n"
        "    out.append(slow(x))\n"
    )

    assert slots(loop) == ["slow(j)", "slow(x)"]
    assert taken(loop) == 8


def test_a_try_statement_is_one_value() -> None:
    """What it catches is caught where it is computed."""
    loop = (
        "for x in xs:\n    try:\n        v = late(x)\n    except ZeroDivisionError:\n"
        "        v = 0\n    out.append(v)\n"
    )

    assert taken(loop) == 4


def test_values_of_turns_stay_in_step_when_one_is_missing() -> None:
    """A value that must not come leaves a hole, not a shift."""
    loop = (
        "for x in xs:\n    out.append(0)\n    for row in (rows[0], make(x), make(1)):\n"
        "        out.append(ident(row))\n"
    )

    run(loop)


def test_what_this_iteration_wrote_is_not_read_elsewhere() -> None:
    """Before the write the copy is right; behind it, only the kernel has the value."""
    loop = "for i in range(3):\n    a[i] = slow(a[i])\n    out.append(slow(a[i], 2))\n"
    plan = first(loop)

    assert slots(loop) == ["slow(a[i])"]
    assert isinstance(plan, Plan) and plan.both == {"a"}
    assert taken(loop) == 3


def test_a_changed_loop_element_is_not_read_elsewhere() -> None:
    """``row[0] = ..`` changes what the target is."""
    assert slots("for row in rows:\n    row[0] = 7\n    out.append(slow(row[0]))\n") == []


def test_a_value_that_is_changed_later_is_not_read_elsewhere() -> None:
    """The shadow leaves alone what it recorded, so it does not know what the loop made of it."""
    loop = "for x in xs:\n    t = make(x)\n    t.append(9)\n    out.append(slow(sum(t)))\n"

    assert slots(loop) == ["make(x)"]
    assert taken(loop) == 4


def test_a_call_for_what_it_does_is_made_on_both_sides() -> None:
    """A call whose value nobody takes changes something: the loop makes it, and so does the shadow."""
    loop = (
        "import random\nfor x in xs:\n    mine = list(a)\n    random.Random(x).shuffle(mine)\n"
        "    out.append(slow(mine[0]))\n"
    )

    assert taken(loop) == 4


def test_a_function_that_looks_at_a_name_of_the_loop_stays() -> None:
    """The shadow's names are its own: a global function would see the kernel's old value."""
    loop = "def peek():\n    return x + 1\nfor x in xs:\n    out.append(peek())\n    out.append(slow(x))\n"

    assert slots(loop) == ["slow(x)"]
    assert taken(loop) == 4


def test_the_order_of_a_set_stays_at_home() -> None:
    """Another process has another hash seed."""
    loop = "for x in xs:\n    out.append(slow(list({str(x), 'b'})))\n    out.append(slow(x))\n"

    assert slots(loop) == ["slow(x)"]


def test_a_function_that_changes_what_it_gets_is_called_by_the_loop() -> None:
    """Its value alone is not all that it does, and what comes after it sees the change."""
    loop = "for x in xs:\n    t = [x]\n    n = grow(t)\n    out.append((n, t, slow(n)))\n"
    late = "for x in xs:\n    t = [x]\n    out.append((grow(t), slow(len(t))))\n"

    assert slots(loop) == ["slow(n)"]
    assert slots(late) == []
    assert taken(loop) == 4
    assert taken(late) == 0


def test_an_object_of_a_class_is_made_on_both_sides() -> None:
    """It does not come through a pickle as what it was; what is computed with it does."""
    loop = "for x in xs:\n    box = Box(x)\n    out.append(slow(box.v))\n"

    assert slots(loop) == ["slow(box.v)"]
    assert taken(loop) == 4


@pytest.mark.parametrize(
    "body",
    [
        "y = i\na[i] = 7\ny = a[i]\nout.append(slow(y))\n",
        "y = i\nif i > 0:\n    a[i] = 7\n    y = a[i]\nout.append(slow(y))\n",
        "y = i\nfor j in range(2):\n    out.append(slow(y))\n    a[i] = j + 10\n    y = a[i]\n",
    ],
)
def test_a_name_that_only_the_kernel_knows_is_not_read_elsewhere(body: str) -> None:
    """Also when it is bound in one branch only, or in the turn before of an inner loop."""
    loop = "for i in range(3):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    plan = first(loop)

    assert isinstance(plan, Held) and plan.reason == "nothing-separable"
    assert taken(loop) == 0


def test_a_walrus_makes_its_name_unknown() -> None:
    """The shadow does not bind it."""
    loop = "for x in xs:\n    y = 1\n    out.append((y := slow(x)) + slow(y, 3))\n    out.append(slow(y))\n"

    assert slots(loop) == ["slow(x)"]
    assert taken(loop) == 4


@pytest.mark.parametrize(
    "loop",
    [
        "for row in rows:\n    out.append(ident(row))\n",
        "for row in rows:\n    t = [row[0]]\n    u = ident(t)\n    out.append((t, u))\n",
        (
            "xs[0] = float('nan')\nfor x in xs:\n    out.append(ident(x))\n"
            "    out.append(out[-1] is x) if 0 else None\n"
        ),
        "import numpy as np\nv = np.arange(6.0)\nfor i in range(3):\n    out.append(ident(v[i:i + 2]))\n",
    ],
)
def test_a_value_that_is_someone_elses_is_left_to_the_loop(loop: str) -> None:
    """A pickle would make a copy of it: the expression itself is evaluated, and nothing is another object."""
    run(loop)


@pytest.mark.parametrize("error", ["late(x)", "slow(late(x))", "out.append(late(x)) or late(2)"])
def test_an_exception_comes_from_the_users_own_line(error: str) -> None:
    """State up to there, the type, the text and the columns of the traceback are those of the plain loop."""
    kernel = run(f"for x in xs:\n    total += 1\n    out.append(slow(x))\n    out.append({error})\n")

    assert kernel.taken


@pytest.mark.parametrize(
    "loop",
    [
        "for x in xs:\n    if slow(np.arange(2.0), x) > 2:\n        out.append(x)\n",
        "made = [x for x in xs if slow(np.arange(2.0), x) > 2]\n",
        "for x in xs:\n    out.append(x) if slow(np.arange(2.0), x) else out.append(0)\n",
        "for x in xs:\n    while slow(np.arange(2.0), x):\n        x = 0\n",
        "for x in xs:\n    assert slow(np.arange(2.0), x) > 2, slow(x)\n",
    ],
)
def test_a_value_that_is_neither_true_nor_false_fails_at_the_users_test(loop: str) -> None:
    """The columns of the traceback are those of the test, so the loop evaluates it itself."""
    assert taken("import numpy as np\n" + loop) == 0


@pytest.mark.parametrize(
    "walked", ["total", "zip(xs, total)", "enumerate(zip(xs, 5), 1)", "reversed({})", "xs[0:2.5]"]
)
def test_what_cannot_be_walked_fails_where_it_stands(walked: str) -> None:
    """The columns of the traceback are those of the iterable."""
    assert taken(f"for x in {walked}:\n    out.append(slow(x))\n") == 0
    assert taken(f"made = [slow(x) for x in {walked}]\n") == 0
    assert taken(f"made = sum(slow(x) for x in {walked})\n") == 0


def test_what_a_first_comparison_waits_for_is_computed_anyway() -> None:
    """``best is None or ..`` is true once: the value may be there unasked."""
    loop = "for x in xs:\n    if best is None or slow(x) > best:\n        best = slow(x)\n"
    plan = first(loop)

    assert isinstance(plan, Plan) and [one.spare for one in plan.slots] == [True]
    assert taken(loop) == 3


@pytest.mark.parametrize(("leave", "times"), [("break", 10), ("continue", 10)])
def test_an_inner_loop_is_left_where_the_loop_leaves_it(leave: str, times: int) -> None:
    """There are as many values as turns that ask for one."""
    loop = (
        f"for x in xs:\n    for j in range(4):\n        if j >= x:\n            {leave}\n"
        "        out.append(slow(x, j))\n"
    )

    assert taken(loop) == times


def test_what_an_assert_says_is_computed_when_it_fails() -> None:
    """Its message is no slot where only the kernel can decide."""
    loop = "for i in range(3):\n    a[i] = 7\n    assert a[i] > 0, slow(i)\n    out.append(slow(i, 2))\n"

    assert slots(loop) == ["slow(i, 2)"]
    assert taken(loop) == 3


def test_an_unknown_test_around_break_leaves_its_loop_alone() -> None:
    """Which turns there are depends on what only the kernel has: values would get out of step."""
    loop = (
        "for i in range(3):\n    a[i] = slow(i)\n    for j in range(3):\n"
        "        if a[i] > 1:\n            break\n"
        "        out.append(slow(j))\n    out.append(slow(i, 2))\n"
    )

    assert "slow(j)" not in slots(loop)
    run(loop)


@pytest.mark.parametrize(
    "loop",
    [
        "made = [slow(x, y) for x in xs if x > 1 for y in a if slow(y) > 2]\n",
        "made = {slow(x) for x in xs}\n",
        "made = {x: slow(x) for x in xs}\n",
        "made = sum(slow(x) * 0.1 for x in xs)\n",
        "made = any(late(x + 3) > 1 for x in xs)\n",
        "made = [(i, slow(x)) for i, x in enumerate(xs)]\n",
        "for i, (x, y) in enumerate(zip(xs, a)):\n    out.append((i, slow(x, y)))\n",
        "for (x, y), z in zip(list(zip(xs, a)), a):\n    out.append(slow(x, y) + z)\n",
        "for x in reversed(xs):\n    total += slow(x)\nelse:\n    total += 1\n",
        "d = {}\nfor i, *rest in rows:\n    d[i] = slow(sum(rest))\n",
        "def work(xs, by):\n    return [slow(x, by) for x in xs]\nmade = work(xs, 3)\n",
        "for x in xs:\n    while slow(x) < 30:\n        x = slow(x, 3)\n    out.append(x)\n",
        "for x in xs:\n    assert slow(x) > 0, late(2)\n    out.append(x)\n",
    ],
)
def test_all_forms_take_values(loop: str) -> None:
    """Comprehensions, several generators, unpacked targets, ``else``, functions, ``while`` inside."""
    assert taken(loop)


def test_what_is_walked_is_evaluated_once_in_its_place() -> None:
    """A ``zip`` that is the user's own is called once, and then walked by the loop alone."""
    loop = (
        "seen = []\ndef zip(*k):\n    seen.append(1)\n    return [(1, 2), (3, 4)]\n"
        "for x, y in zip(xs, a):\n    out.append(slow(x, y))\n"
    )

    run(loop)


def test_an_iterator_is_walked_by_the_loop_alone() -> None:
    """What can be walked once is not walked beforehand."""
    assert taken("for x in map(slow, xs):\n    out.append(slow(x))\n") == 0


@pytest.mark.parametrize(
    ("loop", "reason"),
    [
        ("for x in xs:\n    total = slow(total + x)\n", "recurrence"),
        ("for x in xs:\n    print(slow(x))\n", "output"),
        ("for x in xs:\n    out.append(x + 1)\n", "nothing-heavy"),
        ("for i in range(3):\n    a[i] = 1\n    out.append(slow(a[i]))\n", "nothing-separable"),
    ],
)
def test_a_held_loop_says_why(loop: str, reason: str) -> None:
    """The verdict's own reason, or that nothing is left to compute elsewhere."""
    held = first(loop)

    assert isinstance(held, Held) and held.reason == reason and held.message and held.line
