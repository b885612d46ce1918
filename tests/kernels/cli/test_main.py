"""The command itself: what it offers, and how it fails."""

from __future__ import annotations

import argparse
from importlib.metadata import version
from pathlib import Path

import pytest

from funicular.cli import main as command
from funicular.cli.main import commands, main, make_parser


def test_every_module_with_a_summary_is_a_subcommand():
    """Subcommands are found by being there."""
    assert {"clusters", "jobs", "kernel", "lab"} <= set(commands())


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["lab"],
        ["jobs"],
        ["clusters"],
        *(["clusters", v] for v in ("list", "start", "scale", "stop", "clean")),
    ]
    + [["kernel", verb] for verb in ("install", "list", "remove")],
    ids=" ".join,
)
def test_every_command_explains_itself(words, capsys):
    """``--help`` is there for each, and exits with 0."""
    with pytest.raises(SystemExit) as end:
        main([*words, "--help"])

    assert end.value.code == 0
    assert "usage: funicular" in capsys.readouterr().out


def test_every_command_and_option_is_in_the_docs():
    """``docs/cli.md`` names all that the command line takes."""
    text = (Path(__file__).parents[3] / "docs" / "cli.md").read_text()

    assert [word for word in words_of(make_parser(), "funicular") if word not in text] == []


def words_of(parser, name):
    """Every command with its verbs, and every long option."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb, inner in action.choices.items():
                yield f"{name} {verb}"
                yield from words_of(inner, f"{name} {verb}")
        yield from (option for option in action.option_strings if option.startswith("--"))


def test_the_version_is_the_distribution_s(capsys):
    """``funicular --version`` says what is installed."""
    with pytest.raises(SystemExit) as end:
        main(["--version"])

    assert (end.value.code, capsys.readouterr().out) == (0, f"funicular {version('funicular')}\n")


@pytest.mark.parametrize(
    "words", [["frob"], ["jobs", "--frob"], ["clusters"], ["clusters", "scale", "--memory", "x"]]
)
def test_a_line_that_cannot_be_read_is_exit_code_2(words):
    """Unknown commands, options and amounts are told by usage and 2."""
    with pytest.raises(SystemExit) as end:
        main(words)

    assert end.value.code == 2


def test_an_error_is_three_lines_on_stderr_and_exit_code_1(funicular):
    """What, why and next; no traceback, nothing on stdout."""
    answer = funicular("jobs", "--site", "nosuch")

    assert (answer.returncode, answer.stdout) == (1, "")
    assert [line[:5] for line in answer.stderr.splitlines()] == ["There", "Why: ", "Next:"]


def test_a_mistake_of_ours_is_told_in_words_and_kept_in_a_log(monkeypatch, capsys, state_home):
    """An unforeseen exception does not throw a traceback at the user; the log has it."""
    monkeypatch.setattr(command.commands()["jobs"], "run", lambda options: 1 / 0)

    assert main(["jobs"]) == 1

    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "ZeroDivisionError" in said
    log = state_home / "funicular" / "cli.log"
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0
