"""Answers of real schedulers, kept as files: how they are written and read.

A file has a head (command, environment that matters, exit code, version), then what the command wrote. It
is made by ``make record`` on a real scheduler and never edited.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from funicular.schedulers.run import Answer

FOLDER = Path(__file__).parent / "data"
_OUT, _ERR = "--- standard output\n", "--- standard error\n"


def render(answer: Answer, *, version: str, when: float, note: str = "") -> str:
    """The text of a recording.   when: seconds since the epoch at which it was asked."""
    head = [f"# {note}"] if note else []
    head += [
        f"# command: {shlex.join(answer.argv)}",
        f"# exit code: {answer.code}",
        f"# version: {version}",
        f"# asked at: {when:.0f}",
    ]
    return "\n".join(head) + f"\n{_OUT}{answer.stdout}{_ERR}{answer.stderr}"


def read(name: str) -> Answer:
    """A recorded answer by its name, ``slurm-22.05/sinfo-nodes``."""
    head, _, rest = _text(name).partition(_OUT)
    stdout, _, stderr = rest.partition(_ERR)
    return Answer(tuple(shlex.split(_field(head, "command"))), int(_field(head, "exit code")), stdout, stderr)


def asked_at(name: str) -> float:
    """When a recorded question was asked, in seconds since the epoch."""
    return float(_field(_text(name).partition(_OUT)[0], "asked at"))


def names(folder: str, prefix: str = "") -> list[str]:
    """The names of all recordings in a folder that begin with ``prefix``."""
    return sorted(f"{folder}/{one.stem}" for one in (FOLDER / folder).glob(f"{prefix}*.txt"))


def _text(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_bytes().decode()


def _field(head: str, key: str) -> str:
    """A field of the head; a command may hold newlines, so it ends where the next field begins."""
    start = head.index(f"# {key}: ") + len(f"# {key}: ")
    return head[start:].partition("\n# ")[0].rstrip("\n")
