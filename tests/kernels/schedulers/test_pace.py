"""How often the scheduler is asked."""

from hypothesis import given
from hypothesis import strategies as st

from funicular.schedulers.pace import WINDOW_S, Pace


def times(happenings, budget=6):
    """When questions are asked, if the n-th answer is news where ``happenings[n]`` says so."""
    pace, asked = Pace(budget, 0.0), []
    for changed in happenings:
        asked.append(pace.next_at())
        pace = pace.after_question(asked[-1], changed=changed)
    return asked


def test_quick_after_a_change_then_slower():
    """With nothing moving, the waits grow and stay within six in the first minute."""
    asked = times([False] * 9)
    waits = [round(b - a, 3) for a, b in zip([0.0, *asked], asked, strict=False)]

    assert waits[:3] == [1, 2, 3]
    assert waits == sorted(waits)
    assert sum(at <= 60 for at in asked) <= 6


def test_a_question_a_minute_when_nothing_has_moved_for_long():
    """After ten calm minutes one question a minute is enough."""
    asked = times([False] * 60)

    assert asked[-1] - asked[-2] == 60


@given(st.lists(st.booleans(), min_size=1, max_size=200), st.integers(2, 12))
def test_the_budget_holds_in_every_minute(happenings, budget):
    """Whatever happens, no sixty seconds see more questions than the budget."""
    asked = times(happenings, budget)

    for at in asked:
        assert sum(at <= other < at + WINDOW_S for other in asked) <= budget


@given(st.lists(st.booleans(), min_size=1, max_size=100))
def test_never_blind_for_long_while_things_move(happenings):
    """Just after a change the next question is at most twenty-five seconds away, budget or not."""
    asked = times(happenings)

    for n in range(len(asked) - 1):
        if happenings[n]:
            assert asked[n + 1] - asked[n] <= 25


def test_a_nudge_makes_the_next_question_soon():
    """Long after the last change, a nudge brings the next question a second later."""
    pace = Pace(6, 0.0)
    for at in (1.0, 3.0, 6.0):
        pace = pace.after_question(at, changed=False)

    assert pace.nudged(100.0).next_at() == 101.0
