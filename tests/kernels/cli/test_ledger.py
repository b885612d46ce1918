"""``funicular clusters ledger`` and ``account``: what was spent, and who pays."""

from __future__ import annotations

import time
from dataclasses import replace

from funicular.cli.ledger import as_record, as_text
from funicular.clusters import choices, ledger_file
from funicular.clusters.ledger import Line, charges
from funicular.clusters.settling import own_run
from tests.kernels.cli.conftest import read

NOW = time.mktime((2026, 11, 24, 12, 0, 0, 0, 0, -1))
FIRST = Line("committed", NOW - 30, "lab", own_run(), name="lab-b1", site="paper", block="b1", nodes=2,
             cores=8, walltime_s=600, overshoot_s=90)  # fmt: skip
ENDED = replace(FIRST, event="ended", when_s=NOW, job="7", ran_s=20, core_s=160, node_s=40, busy_core_s=80)
OTHER = replace(FIRST, cluster="night", name="night-b1", when_s=NOW - 10, run="elsewhere/1/1")


def test_it_says_billed_busy_and_promised():
    """Today, this week, and each cluster, the latest first."""
    text = as_text(charges([FIRST, ENDED, OTHER]), 0, NOW)
    rows = text.splitlines()

    assert rows[0].split() == ["billed", "busy", "promised", "jobs"]
    assert rows[1].split() == ["today", "0.044", "core-h", "0.022", "core-h", "1.5", "core-h", "2"]
    assert [row.split()[:2] for row in rows[3:5]] == [["cluster", "night"], ["cluster", "lab"]]


def test_lines_that_cannot_be_read_are_told():
    """A sum that may lack something says so."""
    assert "1 line of the ledger cannot be read" in as_text(charges([FIRST]), 1, NOW)


def test_json_has_the_same_sums():
    """For programs: hours, and every job with how its cost is known."""
    record = as_record(charges([FIRST, ENDED, OTHER]), 0, NOW)

    assert record["clusters"]["lab"]["core_hours"] == 160 / 3600
    assert record["clusters"]["lab"]["core_hours_busy"] == 80 / 3600
    assert record["clusters"]["night"]["core_hours_committed"] == 8 * 690 / 3600
    assert [job["known_by"] for job in record["jobs"]] == ["seen", "open"]


def test_the_command_reads_the_file(funicular, monkeypatch, tmp_path):
    """Nothing spent is a sentence; a ledger is a table."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert "Nothing was spent" in funicular("clusters", "ledger").stdout
    ledger_file.add(FIRST)
    ledger_file.add(ENDED)
    assert read(funicular("clusters", "ledger", "--json"))["jobs"][0]["known_by"] == "seen"


def test_an_account_is_shown_and_forgotten(funicular, monkeypatch, tmp_path):
    """What was remembered can be looked at and undone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    choices.remember("slurm", "bio")

    assert read(funicular("clusters", "account", "--json")) == {"accounts": {"slurm": "bio"}}
    assert "asked again" in funicular("clusters", "account", "--forget").stdout
    assert choices.accounts() == {}
