"""Run a scheduler's command and give its answer; a silent or missing one is an error in words.

Commands are lists, never shell strings. Nothing here knows any scheduler.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from funicular.schedulers.base import NoAnswer
from funicular.units import format_seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said.   code: its exit code, negative for the signal that ended it."""

    argv: tuple[str, ...]
    code: int
    stdout: str
    stderr: str

    @property
    def words(self) -> str:
        """The command's own words about what went wrong, else whatever it said."""
        return self.stderr.strip() or self.stdout.strip()


class CommandMissing(NoAnswer):
    """The scheduler's program is not on this machine."""

    code = "scheduler-command-missing"


class RunCommand(Protocol):
    """Anything that runs a command: the real one below, or a test's."""

    def __call__(
        self,
        argv: Sequence[str],
        *,
        stdin: str | None = None,
        timeout_s: float = 20,
        env: Mapping[str, str] | None = None,
        umask: int = -1,
    ) -> Answer: ...


def run_command(
    argv: Sequence[str],
    *,
    stdin: str | None = None,
    timeout_s: float = 20,
    env: Mapping[str, str] | None = None,
    umask: int = -1,
) -> Answer:
    """Run ``argv`` to its end, in the C locale unless ``env`` is the whole environment.

    Raises ``CommandMissing`` when there is no such program and ``NoAnswer`` when it takes longer than
    ``timeout_s``; the command and its children are killed then.
    """
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(env) if env is not None else {**os.environ, "LC_ALL": "C"},
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            umask=umask,
        )
    except OSError as error:
        raise _missing(argv[0], error) from error
    with process:
        try:
            stdout, stderr = process.communicate(stdin, timeout=timeout_s)
        except subprocess.TimeoutExpired:
            _end_group(process)
            raise NoAnswer(
                f"The scheduler did not answer: {argv[0]} said nothing for {format_seconds(timeout_s)}.",
                why="It may be busy, restarting, or cut off from here; your jobs may well be running.",
                next_step=f"Try again in a minute. If {argv[0]} hangs in a terminal too, tell the support.",
            ) from None
        except BaseException:
            _end_group(process)
            raise
    return Answer(tuple(argv), process.returncode, stdout, stderr)


@dataclass(slots=True)
class Tally:
    """A ``RunCommand`` that also remembers what was run: for budgets."""

    run: RunCommand = run_command
    commands: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(
        self,
        argv: Sequence[str],
        *,
        stdin: str | None = None,
        timeout_s: float = 20,
        env: Mapping[str, str] | None = None,
        umask: int = -1,
    ) -> Answer:
        self.commands.append(tuple(argv))
        return self.run(argv, stdin=stdin, timeout_s=timeout_s, env=env, umask=umask)


def _end_group(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _missing(program: str, error: OSError) -> CommandMissing:
    if isinstance(error, FileNotFoundError):
        return CommandMissing(
            f"{program} was not found on this machine.",
            why=f"The scheduler is asked through its commands, and no folder in PATH has {program}.",
            next_step="If a module provides it, load that and start JupyterLab again; "
            "or set FUNICULAR_SITE=local to work on this machine alone.",
        )
    return CommandMissing(
        f"{program} cannot be run on this machine.",
        why=str(error),
        next_step="Look at its permissions, or set FUNICULAR_SITE=local to work on this machine alone.",
    )
