"""What no job can hold, whatever the scheduler: it would become a line of a script, or cut a word short."""

from __future__ import annotations

import re

from funicular.schedulers.base import JobSpec, SubmitRefused

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(spec: JobSpec) -> None:
    """Raises ``SubmitRefused`` for an odd variable, and for a word with a null character in it."""
    for variable in spec.environment:
        if not VARIABLE.fullmatch(variable):
            raise SubmitRefused(f"{variable!r} cannot be the name of an environment variable.")
    for word in (*spec.command, *spec.environment.values()):
        if "\0" in word:
            raise SubmitRefused(
                f"{word!r} cannot be a word of a command or the value of a variable.",
                why="The system ends a word at a null character.",
                next_step="Take it out, or hand it over in a file.",
            )


def check_paths(spec: JobSpec) -> None:
    """For paths that stand in a script's comments, where nothing is quoted. Raises ``SubmitRefused``."""
    for what, path in (("log", spec.log), ("working directory", spec.working_directory)):
        if path is not None and not str(path).isprintable():
            raise SubmitRefused(
                f"{str(path)!r} cannot be the job's {what} in a script.",
                why="A line break or a control character in it would be a line of its own.",
                next_step="Choose a path without it.",
            )
