"""Profiles are read whole or refused with the line and the field."""

from __future__ import annotations

import pytest

from funicular.sites.profile_file import ProfileBroken, parse_profile

SMALL = """\
id: hill
name: Hill
country: EU
host: somewhere
status: {state: in service}
node_types:
  thin: {arch: x86_64, cores: 64, memory_gib: {value: 200, unverified: seen once}}
queues:
- {name: day, nodes: thin, max_walltime: '24:00:00'}
sources: [its documentation]
last_verified: 2026-11-23
"""


def test_values_that_are_not_sure_are_plain_and_marked() -> None:
    """A marked value is used like any other; that it is marked, and why, is kept beside it."""
    profile = parse_profile(SMALL, "hill.yaml")

    assert profile.node_types["thin"].memory_gib == 200
    assert profile.unverified == {"node_types.thin.memory_gib": "seen once"}
    assert not profile.is_sure("node_types.thin.memory_gib")
    assert profile.is_sure("node_types.thin.cores")


def test_walltimes_are_seconds_in_slurms_writing() -> None:
    """Days before the hyphen; two parts are minutes and seconds, which others read as hours."""
    text = SMALL.replace("'24:00:00'", "'2-00:30:00'")

    assert parse_profile(text, "hill.yaml").queues[0].max_walltime == 2 * 86400 + 1800
    assert parse_profile(SMALL.replace("24:00:00", "30:00"), "x").queues[0].max_walltime == 1800


def test_a_walltime_without_quotes_is_refused() -> None:
    """YAML reads 02:00:00 as a number of seconds or not, as it likes."""
    with pytest.raises(ProfileBroken, match=r"hill\.yaml") as caught:
        parse_profile(SMALL.replace("'24:00:00'", "2:00:00"), "hill.yaml")

    assert "line 9, queues.0.max_walltime: 7200" in caught.value.why
    assert "quotes" in caught.value.why


def test_every_mistake_is_told_with_line_and_field() -> None:
    """All at once: an unknown field, a missing one, a value that cannot be, a name twice."""
    text = SMALL.replace("cores: 64", "cores: none").replace("host: somewhere\n", "hots: somewhere\n")
    with pytest.raises(ProfileBroken) as caught:
        parse_profile(text + "name: again\n", "hill.yaml")

    why = caught.value.why
    assert "line 12, name: said before; which one counts?" in why
    assert "host: it is missing" in why
    assert "line 4, hots: there is no such field" in why
    assert "line 7, node_types.thin.cores: 'none'" in why


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            SMALL.replace("nodes: thin", "nodes: fat"),
            "line 9, queues.0.nodes: no node type 'fat'; known: thin",
        ),
        (SMALL.replace("- {name: day", "- {name: day}\n- {name: day"), "there is a queue 'day' already"),
        (SMALL.replace("in service}", "in service"), "line 6: "),
        (SMALL + "unverified: {a: b}\n", "line 12, unverified: mark the values themselves"),
        ("- a list", "line 1: it must be fields with values"),
        ("", "line 1: it must be fields with values"),
    ],
)
def test_other_mistakes(text: str, said: str) -> None:
    """Loose ends and texts that are no profile at all are told like the rest."""
    with pytest.raises(ProfileBroken) as caught:
        parse_profile(text, "hill.yaml")

    assert said in caught.value.why
