"""Running a scheduler's command: its answer, its silence, its absence."""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path

import pytest

from funicular.schedulers.base import NoAnswer
from funicular.schedulers.run import CommandMissing, Tally, run_command


def test_the_answer_has_both_outputs_and_the_code():
    """Standard output, standard error and exit code come back as they are."""
    answer = run_command(["sh", "-c", "cat; echo no >&2; exit 3"], stdin="yes\n")

    assert (answer.stdout, answer.stderr, answer.code) == ("yes\n", "no\n", 3)
    assert answer.words == "no"


def test_the_locale_is_fixed():
    """A command speaks the C locale whatever the user's is."""
    assert run_command(["sh", "-c", "echo $LC_ALL"]).stdout == "C\n"


def test_a_whole_environment_may_be_given():
    """With ``env`` nothing of ours is passed on."""
    answer = run_command(["/usr/bin/env"], env={"ONLY": "this"})

    assert answer.stdout.split() == ["ONLY=this"]


def test_arguments_never_meet_a_shell():
    """What would be shell syntax is only text."""
    assert run_command(["echo", "$(id); *"]).stdout == "$(id); *\n"


def test_a_missing_program_is_named():
    """The error names the program and what to do without it."""
    with pytest.raises(CommandMissing) as caught:
        run_command(["sbatch-that-is-not-there"])

    assert "sbatch-that-is-not-there was not found" in caught.value.what
    assert "FUNICULAR_SITE=local" in caught.value.next_step


def test_a_program_that_may_not_be_run_is_an_error_in_words(tmp_path: Path):
    """A file without the right to execute is no traceback."""
    program = tmp_path / "sbatch"
    program.write_text("no program")
    program.chmod(stat.S_IRUSR)

    with pytest.raises(CommandMissing, match="cannot be run"):
        run_command([str(program)])


def test_silence_ends_the_command_and_its_children(tmp_path: Path):
    """After the patience both the program and what it started are dead, and the error says so."""
    marker = tmp_path / "pids"
    text = f"sleep 60 & echo $! $$ > {marker}; wait"
    began = time.monotonic()
    with pytest.raises(NoAnswer, match=r"said nothing for 0\.5 s"):
        run_command(["sh", "-c", text], timeout_s=0.5)

    assert time.monotonic() - began < 5
    for pid in marker.read_text().split():
        assert not _is_running(int(pid))


def test_output_that_is_not_text_is_kept_as_far_as_it_goes():
    """Bytes that are no UTF-8 do not break the reader."""
    code = r"import sys; sys.stdout.buffer.write(b'ok \xff')"

    assert run_command([sys.executable, "-c", code]).stdout.startswith("ok ")


def test_a_umask_reaches_the_command():
    """Files that the command creates can be private."""
    assert run_command(["sh", "-c", "umask"], umask=0o077).stdout == "0077\n"


def test_a_tally_counts_what_was_run():
    """Each command is remembered, in order."""
    tally = Tally()
    tally(["true"])
    tally(["echo", "x"])

    assert tally.commands == [("true",), ("echo", "x")]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not (status.exists() and "\nState:\tZ" in status.read_text())
