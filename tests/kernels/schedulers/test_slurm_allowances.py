"""What sshare says of accounts' limits, read from recordings."""

from __future__ import annotations

import pytest

from funicular.schedulers import slurm_allowances
from funicular.schedulers.base import Allowances, ParseError
from funicular.schedulers.run import Answer
from funicular.schedulers.slurm import SlurmScheduler
from tests import recordings

ACCOUNTS = ("physics", "bio")


def read(name: str) -> Allowances:
    return slurm_allowances.parse_allowances(recordings.read(f"slurm-22.05/sshare-{name}"), ACCOUNTS)


def test_the_question_is_the_recorded_one() -> None:
    """What is asked is what was recorded."""
    command = slurm_allowances.allowances_command(ACCOUNTS)

    assert tuple(command) == recordings.read("slurm-22.05/sshare-limited").argv


def test_a_limit_in_minutes_is_told_in_hours() -> None:
    """600 CPU minutes are ten core-hours; a running job of four cores may take two in half an hour."""
    found = {each.unit: each for each in read("limited").found}

    assert found.keys() == {"core-hours", "GPU-hours"}
    assert (found["core-hours"].granted, found["core-hours"].used, found["core-hours"].left) == (10, 2, 8)
    assert (found["GPU-hours"].granted, found["GPU-hours"].left) == (2, 2)
    assert read("limited").unlimited == ("bio",)


def test_no_limit_is_no_number() -> None:
    """Both accounts are shown, neither is limited."""
    assert read("unlimited") == Allowances(unlimited=ACCOUNTS)


def test_what_is_private_is_not_known() -> None:
    """The account's own line is missing: no number is made of the user's."""
    found = read("private")

    assert (found.found, found.unlimited, found.unknown) == ((), (), ACCOUNTS)
    assert "PrivateData" in found.silence


def test_the_smaller_of_two_limits_counts() -> None:
    """The account's and the user's own within it."""
    said = "phy||cpu=600|cpu=60|cpu=0\n phy|me|cpu=120|cpu=60|cpu=0\n"
    found = slurm_allowances.parse_allowances(Answer(("sshare",), 0, said, ""), ("phy",))

    assert [each.left for each in found.found] == [1]


@pytest.mark.parametrize("line", ["phy|cpu=1", "phy||cpu=lots|cpu=0|cpu=0", "phy||cpu=600|cpu|cpu=0"])
def test_anything_else_is_not_understood(line: str) -> None:
    """Never a number guessed."""
    with pytest.raises(ParseError):
        slurm_allowances.parse_allowances(Answer(("sshare",), 0, f"{line}\n", ""), ("phy",))


def test_no_account_is_not_asked_about() -> None:
    """And said so."""

    def never(*_: object, **__: object) -> Answer:
        raise AssertionError("asked")

    assert "no accounts" in SlurmScheduler(never).allowances(()).silence
