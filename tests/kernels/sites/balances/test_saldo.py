"""CINECA's ``saldo -b`` as its page shows it, and nothing made of what looks otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from funicular.schedulers.base import Allowance, ParseError
from funicular.schedulers.run import Answer
from funicular.sites.balances import balances, saldo

TEXT = (Path(__file__).parents[3] / "data/documented/saldo-b.txt").read_text()


def answer(text: str) -> Answer:
    return Answer(("saldo", "-b"), 0, text, "")


def test_the_documented_table_is_read() -> None:
    """Total and consumed hours of this cluster, for the part that was asked about."""
    found = saldo.parse(answer(TEXT), "boost")

    assert found[0] == Allowance("Proj_A", "core-hours", 50000, 25000, "saldo -b", "boost")
    assert [(each.account, each.left) for each in found] == [
        ("Proj_A", 25000), ("Proj_B", 90000), ("Proj_C", 6500),
    ]  # fmt: skip


def test_a_greeting_before_it_does_no_harm() -> None:
    """Sites print news."""
    assert len(saldo.parse(answer(f"Maintenance on Monday\n{TEXT}"), "")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "saldo: user not found",
        TEXT.replace("localCluster", "account2"),
        TEXT.replace("(local h)", "(h)"),
        TEXT.replace("50000", "many"),
        TEXT.replace(" 0.0 0 0", ""),
        f"{TEXT}Total 156500 35000",
    ],
)
def test_any_other_table_is_not_understood(text: str) -> None:
    """No number is guessed from a column that may have moved."""
    with pytest.raises(ParseError):
        saldo.parse(answer(text), "")


def test_it_is_found_by_being_there() -> None:
    """By the name that the profile has for it; Leonardo's two parts are asked about each."""
    assert [each.words for each in balances()["saldo -b"]] == [("saldo", "-b"), ("saldo", "-b", "--dcgp")]
