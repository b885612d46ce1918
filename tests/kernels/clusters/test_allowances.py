"""What is left is asked seldom, told in a sentence, and never guessed."""

from __future__ import annotations

import json

import pytest

from funicular.clusters import allowances
from funicular.clusters.allowances import Known, left_of, told, with_something_left
from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.planning import plan_wish
from funicular.clusters.registry import state_home
from funicular.messages import Wish
from funicular.schedulers.base import Allowance, Allowances, NoAnswer, Queue
from funicular.schedulers.run import Answer
from funicular.sites.policy import Policy
from funicular.sites.request import AccountNeeded

GIB = 2**30
QUEUES = (Queue("boost_usr_prod", True, 4, 32, 512 * GIB, accounts=("Proj_A", "proj_b")),)
A = Allowance("Proj_A", "node-hours", 1000, 688, "sshare")
B = Allowance("proj_b", "node-hours", 100, 100, "sshare")


class Slurm:
    """A scheduler that limits accounts, and counts how often it is asked."""

    name = "slurm"

    def __init__(self, *found: Allowance, trouble: str = "") -> None:
        self.found, self.trouble, self.asked = found, trouble, 0

    def cluster_name(self) -> str:
        return "big"

    def allowances(self, accounts):
        self.asked += 1
        if self.trouble:
            raise NoAnswer(self.trouble)
        return Allowances(tuple(each for each in self.found if each.account in accounts))


class Silent:
    """One that limits nobody."""

    name = "pbs"


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("FUNICULAR_PROFILE", raising=False)
    state_home().mkdir(parents=True, exist_ok=True)


def known(*found: Allowance, age_s: float = 0.0) -> Known:
    return Known(0.0, Allowances(found), age_s)


def sentence(found: Known, **fields) -> str:
    asked = {"account": "Proj_A", "queue": "boost_usr_prod", "unit": "node-hours", "units": 4.0, **fields}
    return told(found, **asked)


def test_it_is_told_in_one_sentence_with_its_source():
    """Of how much how much is left on which account, and who says so."""
    assert sentence(known(A)) == "of 1 000 node-hours 312 are left on account Proj_A (sshare)"
    assert sentence(known(A, age_s=240)).endswith("(sshare, 4 min ago)")


def test_a_job_that_may_cost_more_is_warned_of():
    """In the same unit only: others cannot be compared."""
    assert sentence(known(A), units=400).endswith(": this may cost more")
    assert "more" not in sentence(known(A), units=400, unit="core-hours")


def test_what_is_left_is_rounded_down():
    """Nobody is promised what is not there."""
    assert "9.9 are left" in left_of(Allowance("a", "core-hours", 10, 0.01, ""))
    assert "0 are left" in left_of(Allowance("a", "core-hours", 10, 12, ""))


def test_an_allowance_of_other_queues_is_not_this_ones():
    """Leonardo's two parts have budgets of their own."""
    dcgp = Allowance("Proj_A", "core-hours", 10, 0, "saldo -b --dcgp", "dcgp")

    assert sentence(known(dcgp)) == ""
    assert "of 10 core-hours" in sentence(known(dcgp), queue="dcgp_usr_prod")


def test_what_is_not_known_says_why():
    """No number, and nothing at all where nobody has asked yet."""
    private = Known(0.0, Allowances(unknown=("Proj_A",), silence="it is private"))

    assert sentence(private) == "what is left on account Proj_A is not known: it is private"
    assert sentence(allowances.NOTHING) == ""
    assert sentence(known(A), account=None) == ""


def test_nobody_asks_again_within_minutes():
    """Another process neither: the answer lies in a file of the user's own."""
    slurm, now = Slurm(A, B), [1e9]

    for later in (0, 100, 299, 301, 400):
        now[0] = 1e9 + later
        assert allowances.refresh(slurm, QUEUES, clock=lambda: now[0]).allowances.found == (A, B)
    assert slurm.asked == 2
    assert (state_home() / "allowances.json").stat().st_mode & 0o777 == 0o600


def test_a_silent_scheduler_is_not_asked_again_either():
    """It is silent since it has too much to do."""
    slurm = Slurm(trouble="Slurm did not answer sshare.")
    first = allowances.refresh(slurm, QUEUES, clock=lambda: 1e9)
    allowances.refresh(slurm, QUEUES, clock=lambda: 1e9 + 60)

    assert first.allowances.unknown == ("Proj_A", "proj_b")
    assert first.allowances.silence == "Slurm did not answer sshare."
    assert slurm.asked == 1


def test_what_is_old_or_broken_is_not_told():
    """An hour is long where others spend from the same account."""
    allowances.refresh(Slurm(A), QUEUES, clock=lambda: 1e9)

    assert allowances.known(Slurm(), 1e9 + 3500).allowances.found == (A,)
    assert allowances.known(Slurm(), 1e9 + 3601) is allowances.NOTHING
    assert allowances.known(Slurm(), 1e9 - 1) is allowances.NOTHING
    for broken in ("{", "[]", json.dumps({"slurm big": {"asked_s": "x"}}), json.dumps({"slurm big": 1})):
        (state_home() / "allowances.json").write_text(broken)
        assert allowances.known(Slurm(), 1e9) is allowances.NOTHING


def test_looking_asks_nobody():
    """A job that is about to be submitted waits for no accounting."""
    slurm = Slurm(A)
    allowances.known(slurm, 1e9)

    assert slurm.asked == 0


def test_a_scheduler_without_limits_says_so():
    """And one without accounts."""
    assert allowances.ask(Silent(), QUEUES).silence == "pbs does not say it"
    assert "no accounts" in allowances.ask(Slurm(), (Queue("q", True, 1, 1, GIB),)).silence


def saldo(text: str):
    """The site's command, which prints this; it fails for the other part of the machine."""

    def run(words, **_):
        return Answer(tuple(words), 1 if "--dcgp" in words else 0, text, "")

    return run


HEAD = """account start end total localCluster totConsumed totConsumed monthTotal monthConsumed
(local h) Consumed(local h) (local h) % (local h) (local h)
"""


def test_the_sites_own_command_goes_before_the_scheduler(monkeypatch):
    """For the accounts that it names, whatever their letters; the scheduler is asked about the others."""
    monkeypatch.setenv("FUNICULAR_PROFILE", "leonardo")
    slurm = Slurm(A, B)
    found = allowances.ask(
        slurm, QUEUES, run=saldo(f"{HEAD}PROJ_A 20260101 20270101 500 200 200 40.0 1 1\nX 1 2\n")
    )
    assert (found.found, found.silence) == ((A, B), "saldo -b prints something new.")

    found = allowances.ask(slurm, QUEUES, run=saldo(f"{HEAD}PROJ_A 20260101 20270101 500 200 200 40.0 1 1\n"))
    assert found.found == (Allowance("Proj_A", "core-hours", 500, 200, "saldo -b", "boost"), B)


def test_on_other_machines_no_sites_command_is_run():
    """``saldo`` may be anything there."""

    def never(*_, **__):
        raise AssertionError("run")

    assert allowances.ask(Slurm(A), QUEUES, run=never).found == (A,)


def test_the_only_account_with_hours_is_chosen():
    """Where all others are known to be used up; who does not know asks."""
    assert with_something_left(known(A, B), ("Proj_A", "proj_b"), "q") == "Proj_A"
    assert with_something_left(known(B), ("Proj_A", "proj_b"), "q") == "Proj_A"
    assert with_something_left(known(A), ("Proj_A", "proj_b"), "q") is None
    assert with_something_left(known(A, B), ("Proj_A", "proj_b", "third"), "q") is None
    assert with_something_left(known(), ("Proj_A", "proj_b"), "q") is None


def made(left: Known):
    return plan_wish(
        Wish(nodes=1),
        QUEUES,
        site="slurm",
        defaults=SiteDefaults(),
        policy=Policy(),
        chosen_account=None,
        left=left,
    )


def test_a_plan_says_what_is_left_and_why_this_account():
    """Beside everything else that it says."""
    plan = made(known(A, B))

    assert plan.account == "Proj_A"
    assert "account Proj_A: nothing is left on the others" in plan.because
    assert "of 1 000 node-hours 312 are left on account Proj_A (sshare)" in plan.because


def test_the_question_which_account_pays_says_what_is_left():
    """What helps to answer it stands beside it."""
    rich = Allowance("proj_b", "node-hours", 100, 1, "sshare")
    with pytest.raises(AccountNeeded) as asked:
        made(known(A, rich))

    assert "Proj_A: of 1 000 node-hours 312 are left" in asked.value.why
    assert "proj_b: of 100 node-hours 99 are left" in asked.value.why
