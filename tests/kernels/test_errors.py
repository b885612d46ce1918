"""Errors say what, why and what next, on every way they leave by."""

import pickle
from pathlib import Path

from funicular.errors import FunicularError


class Sample(FunicularError):
    """An error for these tests."""

    code = "cluster-problem"
    status = 418


ERROR = Sample("It broke.", why="It was old.\nAnd used.", next_step="Buy another.")


def test_the_three_parts_stand_under_each_other():
    """A person reads what, why and next; further lines hang."""
    assert str(ERROR) == "It broke.\nWhy:  It was old.\n      And used.\nNext: Buy another."


def test_parts_that_are_empty_are_left_out():
    """Nothing is said where there is nothing to say."""
    assert str(FunicularError("It broke.")) == "It broke."


def test_it_survives_a_pickle():
    """From a worker or the controller it arrives as it was."""
    again = pickle.loads(pickle.dumps(ERROR))

    assert (type(again), str(again), again.next_step) == (Sample, str(ERROR), "Buy another.")


def test_its_page_is_on_this_machine():
    """What ``More:`` names can be opened."""
    assert "cluster-problem" in Path(ERROR.page).read_text()


def test_as_a_problem_it_has_the_fields_of_rfc_9457_and_ours():
    """type, title, status, detail; next_step; and the message that JupyterLab reads."""
    problem = ERROR.as_problem()

    assert problem["type"] == "docs/errors/cluster-problem.md"
    assert (problem["title"], problem["status"], problem["detail"]) == ("It broke.", 418, ERROR.why)
    assert (problem["next_step"], problem["message"]) == ("Buy another.", str(ERROR))
