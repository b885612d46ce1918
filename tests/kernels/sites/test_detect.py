"""The scheduler is found, or it is said why not."""

from __future__ import annotations

import pytest

from funicular.schedulers import catalogue
from funicular.schedulers.catalogue import UnknownScheduler
from funicular.sites.detect import SiteNotHere, choose_site


def test_a_scheduler_is_known_by_being_there():
    """Both schedulers are found without a list, under the name they give themselves."""
    assert {"local", "slurm"} <= set(catalogue.names())
    assert all(catalogue.find(name).name == name for name in catalogue.names())


def test_without_a_batch_system_auto_is_this_machine(monkeypatch, tmp_path):
    """Where no command of a batch system is found, local is used."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert choose_site("auto").name == "local"


def test_a_named_scheduler_that_is_not_here_is_an_error_in_words(monkeypatch, tmp_path):
    """Asking for Slurm where there is none says so, and how to go on."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SiteNotHere) as problem:
        choose_site("slurm")

    assert "FUNICULAR_SITE=local" in problem.value.next_step


def test_the_setting_comes_from_the_environment(monkeypatch):
    """FUNICULAR_SITE=local is obeyed, capitals and spaces forgiven."""
    monkeypatch.setenv("FUNICULAR_SITE", " Local ")

    assert choose_site().name == "local"


def test_an_unknown_name_lists_the_known_ones():
    """A misspelt scheduler is told which there are."""
    with pytest.raises(UnknownScheduler, match="local"):
        choose_site("slrum")
