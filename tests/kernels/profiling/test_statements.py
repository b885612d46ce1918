"""Time comes to statements and whole loops."""

from __future__ import annotations

from funicular.profiling.session import Frame
from funicular.profiling.shares import statement_times
from funicular.profiling.stacks import ENDED, fold, resolve
from funicular.profiling.statements import units

SOURCE = """\
import time
def work(x):
    time.sleep(x)
    for i in range(9):
        i + x
    return helper(x)
with open(a) as f:
    if f:
        work(1)
for each in ps:
    work(each)
xs = [work(2) for _ in "ab"]
y = sorted(xs)
"""


def at(*places: tuple[str, int], file: str = "cell 1") -> tuple[Frame, ...]:
    """A stack in the cell."""
    return tuple(Frame(function, file, line) for function, line in places)


def times(stacks):
    """Text, depth, seconds and call of each statement."""
    found = statement_times(stacks, lambda file: units(SOURCE) if file == "cell 1" else {})
    return [(each.text, each.depth, each.wall_s, each.call) for each in found]


def test_a_loop_is_one_thing() -> None:
    """Neither its lines nor the lines of what it calls are told apart; what it calls is named."""
    loop = {
        at(("<module>", 10)): 1.0,
        at(("<module>", 11), ("work", 3)): 2.0,
        at(("<module>", 11), ("work", 5)): 1.0,
    }

    assert times(loop) == [("for each in ps:", 0, 4.0, "work")]


def test_a_called_function_is_followed() -> None:
    """A statement that is no loop leads to those of the function it calls, and they add up to it."""
    found = times({at(("<module>", 9), ("work", 3)): 3.0, at(("<module>", 9), ("work", 5)): 1.0})

    assert found == [
        ("work(1)", 0, 4.0, ""),
        ("time.sleep(x)", 1, 3.0, "time.sleep"),
        ("for i in range(9):", 1, 1.0, ""),
    ]


def test_a_comprehension_is_a_loop() -> None:
    """Its own frame and what is called in it belong to the statement."""
    assert times({at(("<module>", 12), ("<listcomp>", 12), ("work", 3)): 2.0}) == [
        ('xs = [work(2) for _ in "ab"]', 0, 2.0, "work")
    ]


def test_compiled_calls_are_named_where_nothing_else_can_take_time() -> None:
    """They leave no frame."""
    assert times({at(("<module>", 13)): 2.0}) == [("y = sorted(xs)", 0, 2.0, "sorted")]


def test_no_second_is_lost() -> None:
    """Statements of depth 0 add up to the stacks that are in the cell."""
    stacks = {at(("<module>", n), ("work", 3)): n * 1.0 for n in (7, 9, 10, 11, 12, 13)}

    assert sum(seconds for _, depth, seconds, _ in times(stacks) if depth == 0) == sum(stacks.values())


def test_broken_source_has_no_statements() -> None:
    """What is no Python is not guessed at."""
    assert units("for") == {}


def test_a_function_just_entered_took_no_time() -> None:
    """What was waited for at its first instruction is its caller's."""
    text = "def f():\n    x = 1\n    return x\n\nf()\n"
    module = compile(text, "cell", "exec")
    f = next(each for each in module.co_consts if hasattr(each, "co_code"))
    known = {1: module, 2: f}
    call = next(start for start, _, line in module.co_lines() if line == 5)
    late = next(start for start, _, line in f.co_lines() if line == 2)
    entered = resolve({(2, 0, 1, call): 1.0}, known, str)
    inside = resolve({(2, late, 1, call): 1.0}, known, str)

    assert [[frame.function for frame in stack] for stack in entered] == [["<module>"]]
    assert [[(f.function, f.line) for f in stack] for stack in inside] == [[("<module>", 5), ("f", 2)]]


def test_a_code_that_ended_is_its_first_line() -> None:
    """A statement that lets nobody run until its end is charged all the same."""
    code = compile("\n\n3**3", "cell", "exec")

    [stack] = resolve({(1, ENDED): 1.0}, {1: code}, str)

    assert stack[0].line == 3


def test_folding_loses_no_time_and_no_statement() -> None:
    """However many stacks there are, few are kept, and the outermost calls stay."""
    weights = {(n, 0, 7, 2, 8, 4, 9, n % 3): 1.0 for n in range(500)}
    kept = fold(weights, 50)

    assert len(kept) <= 100
    assert sum(kept.values()) == 500
    assert {raw[-2:] for raw in kept} == {(9, 0), (9, 1), (9, 2)}
