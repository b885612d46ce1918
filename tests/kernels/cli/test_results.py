"""``funicular results``: the stores of maps, listed and deleted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from funicular.cli.main import main
from funicular.routing.resume import Resumption


@pytest.fixture(autouse=True)
def two_stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results of ``len`` under two names."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    for name in ("one", "two"):
        begun = Resumption(name, len, "len", ([],))
        begun.keep(0, [("abc",)], [3])
        begun.close()


def test_stores_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """As a table for people, as JSON for programs."""
    assert main(["results", "list"]) == 0
    assert "one    len" in capsys.readouterr().out

    assert main(["results", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["name"] for each in found} == {"one", "two"}
    assert found[0].keys() == {"name", "function", "folder", "bytes", "used_s"}


def test_forgetting_asks_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal nothing is deleted unless --yes is said; what is not there is named."""
    assert main(["results", "forget", "one"]) == 1
    assert main(["results", "forget", "one", "three", "--yes"]) == 1
    assert "There is no store three" in capsys.readouterr().out
    assert main(["results", "forget", "--all", "--yes"]) == 0
    capsys.readouterr()
    assert main(["results", "list"]) == 0
    assert "No results are stored" in capsys.readouterr().out
