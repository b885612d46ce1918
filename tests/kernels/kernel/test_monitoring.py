"""Cells are measured quietly, and their profile is there when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from funicular.kernel import monitoring

CELL = """\
import time
def wait():
    time.sleep(0.2)
    return 1
wait()
if True:
    wait()
"""


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InteractiveShell]:
    """A shell with the extension loaded, in a place without rules."""
    monkeypatch.setenv("FUNICULAR_POLICY", str(tmp_path / "policy.yaml"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    yield shell
    if "funicular" in shell.extension_manager.loaded:
        shell.run_line_magic("unload_ext", "funicular")
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def run(shell: InteractiveShell, *cells: str) -> None:
    """Load the extension if it is not, and run these."""
    if "funicular" not in shell.extension_manager.loaded:
        shell.run_line_magic("load_ext", "funicular")
    for cell in cells:
        shell.run_cell(cell, store_history=True)


def test_a_cell_is_measured_and_nothing_is_said(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its table is there afterwards, twice as well: statements of the cell, and of what they called."""
    run(shell, CELL + "None")
    assert capsys.readouterr().out == ""

    run(shell, "%profile", "%profile")
    first, second = capsys.readouterr().out.split("Out[3]")

    for shown in (first, second):
        assert "cell 1: " in shown and "time.sleep(0.2)" in shown
        assert shown.count("wait()") == 2, "both calls, each in its own line"
        assert " of 1 core busy" in shown or " cores busy" in shown
    assert "%profile" not in second


def test_double_percent_shows_the_table_after_its_cell(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lines are counted as the user sees them, and an error is the cell's own."""
    run(shell, "%%profile\nimport time\ntime.sleep(0.1)\n1 / 0")
    shown = capsys.readouterr().out

    assert "3  time.sleep(0.1)" in shown
    assert "It ended with ZeroDivisionError" in shown
    run(shell, "x = 2")
    assert "x = 2" not in capsys.readouterr().out


def test_a_line_after_a_long_cell_when_wished(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``%profile on`` says it after cells that took long, ``off`` ends that."""
    monkeypatch.setattr(monitoring, "SAID_FROM_S", 0.15)
    run(shell, "%profile on", "1;", "import time; time.sleep(0.2)")
    said = capsys.readouterr().out.splitlines()
    run(shell, "%profile off", "time.sleep(0.2)")

    assert len(said) == 1 and "in line 1" in said[0]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("setting", "rules"), [("off", ""), ("", "cell_monitor: false"), ("on", "cell_monitor: [")]
)
def test_it_can_be_switched_off(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path, setting: str, rules: str,
) -> None:  # fmt: skip
    """By the user, by the administrators, and by rules that cannot be read."""
    monkeypatch.setenv("FUNICULAR_MONITOR", setting)
    (tmp_path / "policy.yaml").write_text(rules)
    run(shell, "1;", "%profile", "%profile on")
    shown = capsys.readouterr().out

    assert shown.count("Cells are not measured") == 2
    assert monitoring._monitor is None


def test_a_cell_within_a_cell_is_part_of_it(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    """``%%capture`` and the like run a cell of their own; its statements are told."""
    run(shell, "%%capture\nimport time\ntime.sleep(0.2)", "%profile")

    assert "time.sleep(0.2)" in capsys.readouterr().out
