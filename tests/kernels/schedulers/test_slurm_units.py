"""How Slurm writes durations, memory, hosts and GPUs."""

from __future__ import annotations

import pytest

from funicular.schedulers.base import ParseError
from funicular.schedulers.slurm_units import (
    expand_hosts,
    parse_duration_s,
    parse_gpus,
    parse_memory_bytes,
    render_megabytes,
    render_minutes,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30:00", 30 * 60),  # thirty minutes, not thirty hours
        ("30", 30 * 60),
        ("1:02:03", 3723),
        ("1-02:03:04", 86400 + 2 * 3600 + 3 * 60 + 4),
        ("1-2", 86400 + 2 * 3600),
        ("1-2:30", 86400 + 2 * 3600 + 30 * 60),
        ("0:02", 2),
        ("365-00:00:00", 365 * 86400),
    ],
)
def test_durations_are_read_as_slurm_means_them(text: str, seconds: float):
    """Two parts are minutes and seconds; after days the first part is hours."""
    assert seconds == parse_duration_s(text)


@pytest.mark.parametrize("text", ["UNLIMITED", "INVALID", "NOT_SET", "N/A", "infinite", ""])
def test_no_limit_and_not_known_are_none(text: str):
    """What is no number of seconds is ``None``, never a guess."""
    assert parse_duration_s(text) is None


@pytest.mark.parametrize("text", ["soon", "1:2:3:4", "-5", "1-", "30:00 min"])
def test_an_unreadable_duration_is_an_error_that_shows_it(text: str):
    """The error holds the very text."""
    with pytest.raises(ParseError) as caught:
        parse_duration_s(text)

    assert repr(text) in caught.value.why


@pytest.mark.parametrize(("seconds", "minutes"), [(1, "1"), (60, "1"), (61, "2"), (1800, "30"), (0, "1")])
def test_time_limits_are_whole_minutes_rounded_up(seconds: float, minutes: str):
    """A job never gets less time than was asked for."""
    assert minutes == render_minutes(seconds)


@pytest.mark.parametrize("seconds", [60, 90, 3600, 100000])
def test_a_rendered_limit_read_back_covers_what_was_asked(seconds: float):
    """parse after render is at least the same, and less than a minute more."""
    back = parse_duration_s(render_minutes(seconds))

    assert back is not None
    assert seconds <= back < seconds + 60


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("16000M", 16000 * 2**20),
        ("16000", 16000 * 2**20),
        ("2G", 2**31),
        ("62.50G", int(62.5 * 2**30)),
        ("1T", 2**40),
        ("190000+", 190000 * 2**20),
        ("4000Mn", 4000 * 2**20),
        ("UNLIMITED", None),
    ],
)
def test_memory_is_in_powers_of_1024(text: str, amount: int | None):
    """A plain number is MiB."""
    assert amount == parse_memory_bytes(text)


def test_memory_is_asked_for_in_whole_mebibytes():
    """A node's whole memory, read and asked for again, is not a byte too much."""
    assert render_megabytes(parse_memory_bytes("16000") or 0) == "16000M"
    assert render_megabytes(2**20 + 1) == "2M"


@pytest.mark.parametrize(
    ("text", "gpus"),
    [
        ("(null)", 0),
        ("", 0),
        ("gpu:4", 4),
        ("gpu", 1),
        ("gpu:a100:8", 8),
        ("gpu:a100:4(S:0-1),mps:400", 4),
        ("gpu:a100:4(S:0,1),gpu:v100:2(S:2-3)", 6),
        ("craynetwork:4,hbm:no_consume:96G", 0),
    ],
)
def test_gpus_are_counted_among_generic_resources(text: str, gpus: int):
    """Types, sockets and other resources do not confuse the count."""
    assert gpus == parse_gpus(text)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("n1", ["n1"]),
        ("n[1-3,7],a[01-02]b", ["n1", "n2", "n3", "n7", "a01b", "a02b"]),
        ("nid[000998-001001]", ["nid000998", "nid000999", "nid001000", "nid001001"]),
        ("r[1-2]n[3-4]", ["r1n3", "r1n4", "r2n3", "r2n4"]),
        ("login,n[5]", ["login", "n5"]),
        ("", []),
        ("(null)", []),
    ],
)
def test_host_lists_are_spelled_out_in_order(text: str, hosts: list[str]):
    """Leading zeros stay, brackets may stand anywhere."""
    assert tuple(hosts) == expand_hosts(text)


@pytest.mark.parametrize("text", ["n[1-3", "n1]", "n[a-b]", "n[1-3]]", "a,,b"])
def test_a_broken_host_list_is_an_error(text: str):
    """Nothing is skipped quietly."""
    with pytest.raises(ParseError):
        expand_hosts(text)
