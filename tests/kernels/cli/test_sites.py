"""``funicular sites`` in a terminal of its own."""

from __future__ import annotations

from funicular.cli.sites import as_left, left_text
from funicular.schedulers.base import Allowance, Allowances
from funicular.sites.known import profiles
from funicular.sites.profile_file import parse_profile
from tests.kernels.cli.conftest import read


def test_all_sites_are_listed(funicular, local):
    """Twenty rows with name, state and queues; how to see one."""
    shown = funicular("sites").stdout

    assert all(site in shown for site in profiles())
    assert "funicular sites show ID" in shown
    assert funicular("sites", "list").stdout == shown


def test_json_has_the_promised_fields(funicular, local):
    """One record a site, in alphabetical order, null where there is no scheduler yet."""
    records = read(funicular("sites", "--json"))

    assert list(records[0]) == ["id", "name", "country", "state", "scheduler", "queues", "last_verified"]
    assert [each["id"] for each in records] == sorted(profiles())
    assert next(each for each in records if each["id"] == "levente")["scheduler"] is None
    assert "small-g" in next(each for each in records if each["id"] == "lumi")["queues"]


def test_one_site_is_shown_with_doubts_and_sources(funicular, local):
    """A value that is not sure carries a question mark, which is explained."""
    shown = funicular("sites", "show", "lumi").stdout

    assert "480 GiB ?" in shown
    assert "? no source states it" in shown
    assert "lumi-userguide@" in shown


def test_this_machine_is_marked_when_it_is_known(funicular, local, monkeypatch):
    """With what gave it away, and shown without being named."""
    monkeypatch.setenv("FUNICULAR_PROFILE", "vega")

    assert "* is this machine: FUNICULAR_PROFILE says so." in funicular("sites").stdout
    assert funicular("sites", "show").stdout.startswith("HPC Vega (vega)")
    assert funicular("sites", "show").stdout.endswith("funicular sites left\n")
    assert "funicular sites left" not in funicular("sites", "show", "lumi").stdout


def test_an_unknown_machine_is_asked_for_a_name(funicular, local):
    """As is a name that nobody knows; both say what to do."""
    nameless, unknown = funicular("sites", "show"), funicular("sites", "show", "olympus")

    assert (nameless.returncode, unknown.returncode) == (1, 1)
    assert "funicular sites show lumi" in nameless.stderr
    assert "Known are:" in unknown.stderr


def test_a_new_profile_is_on_stdout_alone(funicular, local):
    """So that it can be sent into a file, which can be read back."""
    made = funicular("sites", "new", "hill")

    assert parse_profile(made.stdout, "hill.yaml").queues[0].name == "local"
    assert "~/.config/funicular/sites/hill.yaml" in made.stderr


def test_what_is_left_is_shown_with_who_says_so(funicular, local):
    """In words, also where there is nothing to know; the JSON has the promised fields."""
    assert "names no accounts of yours" in funicular("sites", "left", "--site", "local").stdout
    assert list(read(funicular("sites", "left", "--site", "local", "--json"))) == [
        "accounts", "unlimited", "unknown", "why_unknown",
    ]  # fmt: skip


def test_accounts_are_shown_in_a_table():
    """Granted and left, and what is not known by name and reason."""
    found = Allowances(
        (Allowance("phy", "core-hours", 1000, 688, "sshare"),), ("bio",), ("chem",), "it is private"
    )
    text = left_text(found, 120)

    assert "phy" in text and "312" in text and "sshare" in text
    assert "bio: no limit of hours is set" in text
    assert "chem: not known\nWhy not: it is private.\nAsked 2 min ago" in text
    assert as_left(found)["accounts"][0]["left"] == 312
