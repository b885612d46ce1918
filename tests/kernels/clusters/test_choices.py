"""An account that was chosen once is used again, says so, and can be forgotten."""

from __future__ import annotations

import json
import os
import stat

import pytest

from funicular.clusters import choices
from funicular.clusters.registry import state_home
from funicular.messages import Wish
from funicular.schedulers.base import Queue
from funicular.sites.policy import Policy
from funicular.sites.request import AccountNeeded, plan

TWO = Queue("cpu", True, 4, 8, 16 * 10**9, accounts=("physics", "bio"))
NONE = Policy()


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_it_is_asked_once_and_remembered():
    """The first wish names the call that answers; the next one needs no answer."""
    wish, _ = choices.fill(Wish(nodes=1), (TWO,), choices.accounts().get("slurm"), NONE)
    with pytest.raises(AccountNeeded) as asked:
        plan(wish, (TWO,), site="slurm")

    assert 'account="physics"' in asked.value.next_step
    choices.remember("slurm", "bio")
    wish, why = choices.fill(Wish(nodes=1), (TWO,), choices.accounts().get("slurm"), NONE)
    assert plan(wish, (TWO,), site="slurm").account == "bio"
    assert why.startswith("account bio: you chose it before")


def test_each_site_has_its_own():
    """An account of one machine is none of another's."""
    choices.remember("slurm", "bio")

    assert choices.accounts() == {"slurm": "bio"}
    assert choices.accounts().get("pbs") is None


def test_it_can_be_forgotten():
    """The question comes again."""
    choices.remember("slurm", "bio")

    assert choices.forget("pbs") == {}
    assert choices.forget() == {"slurm": "bio"}
    assert choices.accounts() == {}


def test_an_account_that_is_gone_is_not_used():
    """Who was moved to another project is asked again, not refused."""
    assert choices.fill(Wish(), (TWO,), "chemistry", NONE) == (Wish(), "")


def test_where_there_is_no_choice_nothing_is_filled():
    """One account, none, or one that was named: the choice does not come into it."""
    one = Queue("cpu", True, 4, 8, 16 * 10**9, accounts=("physics",))
    named = Wish(account="physics")

    assert choices.fill(Wish(), (one,), "physics", NONE) == (Wish(), "")
    assert choices.fill(named, (TWO,), "bio", NONE) == (named, "")


def test_the_administrators_default_comes_after_the_user_s_choice():
    """And says who set it."""
    policy = Policy(default_account="physics")

    assert choices.fill(Wish(), (TWO,), "bio", policy)[0].account == "bio"
    wish, why = choices.fill(Wish(), (TWO,), None, policy)
    assert wish.account == "physics"
    assert "administrators (default_account in /etc/funicular/policy.yaml" in why
    assert choices.fill(Wish(), (TWO,), None, Policy(default_account="chemistry")) == (Wish(), "")


def test_the_file_is_private_and_a_broken_one_is_none():
    """0600; somebody's editor does not stop the cluster."""
    choices.remember("slurm", "bio")
    path = state_home() / "choices.json"

    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    for text in ("{", "[]", '{"accounts": 7}', json.dumps({"accounts": None})):
        path.write_text(text)
        assert choices.accounts() == {}
