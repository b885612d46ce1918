"""For which machine a bundle is, and how that is said to pip."""

from __future__ import annotations

import pytest

from funicular.bundles.target import BundleImpossible, Target, misfits, target


def test_older_wheels_run_on_newer_systems():
    """Every tag down to the oldest is offered to pip, under its old names too; none that is newer."""
    tags = Target("3.12", "aarch64", "2.28").platforms

    assert tags[0] == "manylinux_2_28_aarch64"
    assert {"manylinux_2_17_aarch64", "manylinux2014_aarch64"} <= set(tags)
    assert not {"manylinux_2_29_aarch64", "manylinux1_aarch64"} & set(tags)
    assert "manylinux1_x86_64" in Target("3.12", "x86_64").platforms


def test_all_that_is_wrong_is_told_at_once():
    """Three mistakes are three lines."""
    with pytest.raises(BundleImpossible) as told:
        target("2.7", "vax", "1.0")

    assert len(told.value.why.splitlines()) == 3


def test_what_does_not_fit_is_named():
    """Processor, Python and an older system, each with both values; a newer system is fine."""
    wanted = Target("3.12", "aarch64", "2.28")

    assert misfits(wanted, Target("3.12", "aarch64", "2.40")) == []
    assert misfits(wanted, Target("3.12", "aarch64", "")) == []  # it does not say
    found = "\n".join(misfits(wanted, Target("3.11", "x86_64", "2.9")))
    for word in ("aarch64", "x86_64", "3.12", "3.11", "2.28", "2.9"):
        assert word in found
