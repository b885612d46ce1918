"""A machine is recognised by what is sure first, and an unknown one is no trouble."""

from __future__ import annotations

import pytest

from funicular.sites.known import profiles
from funicular.sites.recognise import Recognised, fits_account, recognise

KNOWN = profiles({"HOME": "/nonexistent"})


def who(host: str = "node1", cluster: str | None = None, **environ: str) -> str | None:
    """The id that is recognised."""
    found = recognise(KNOWN.values(), host=host, environ=environ, cluster=cluster)
    return found.profile.id if found else None


def test_the_users_word_goes_before_everything() -> None:
    """Case aside; a name that nobody knows recognises nothing."""
    assert who(cluster="leonardo", FUNICULAR_PROFILE="LUMI") == "lumi"
    assert who(cluster="leonardo", FUNICULAR_PROFILE="olympus") is None


def test_environment_then_slurm_then_host() -> None:
    """Each alone, and the surer one where they differ."""
    assert who(SYSTEMNAME="jupiter") == "jupiter"
    assert who(SYSTEMNAME="juwels") is None
    assert who(cluster="Karolina") == "karolina"
    assert who(host="login.vega.izum.si") == "vega"
    assert who(host="login.vega.izum.si", cluster="karolina") == "karolina"


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("login07.leonardo.cineca.it", "leonardo"),
        ("glogin1.bsc.es", "marenostrum5"),
        ("other.bsc.es", None),  # an institute's domain says nothing
        ("lumi.csc.fi.evil.org", None),
        ("laptop", None),
        ("login01", None),
    ],
)
def test_a_host_counts_when_its_domain_is_a_machines(host: str, site: str | None) -> None:
    """Another machine of the same institute is not taken for this one."""
    assert who(host=host) == site


def test_it_says_why() -> None:
    """The user reads what gave it away."""
    found = recognise(KNOWN.values(), host="x", environ={}, cluster="lumi")

    assert found == Recognised(KNOWN["lumi"], "its Slurm is called lumi")


def test_an_accounts_form_is_checked_whole() -> None:
    """A part that fits is not enough, and where no form is known anything may."""
    assert fits_account("project_465000123", KNOWN["lumi"])
    assert not fits_account("project_465000123; rm", KNOWN["lumi"])
    assert fits_account("anything", KNOWN["vega"])
