"""A user's own process with a cluster on the real Slurm, spoken to line by line."""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.slurm.people import Person

PRELUDE = """
import json, sys, time, os
from funicular.clusters.session import current
from funicular.messages import Wish, to_json
session = current()
def answer(value): print(json.dumps(to_json(value), default=str), flush=True)
for line in sys.stdin:
    try:
        exec(json.loads(line), globals())
    except Exception as error:
        code = getattr(error, "code", type(error).__name__)
        answer({"error": code, "text": str(error), "next": getattr(error, "next_step", "")})
session.stop()
"""


class Notebook:
    """Stands for a kernel of this user: runs cells that call ``answer(value)`` once each."""

    def __init__(self, person: Person, **options: Any) -> None:
        self.person = person
        script = person.write(f"notebook-{secrets.token_hex(3)}.py", PRELUDE)
        env = {"FUNICULAR_SITE": "slurm", **options.pop("env", {})}
        self.process = person.start(
            ["python", "-u", str(script)],
            stdin=subprocess.PIPE,
            stderr=None,
            env=env,
            **options,
        )

    def cell(self, code: str) -> Any:
        """What the cell answered."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(textwrap.dedent(code)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the notebook's process has ended"
        return json.loads(line)

    def close(self) -> None:
        """End as a kernel does that is shut down in order."""
        with contextlib.suppress(BrokenPipeError):
            self.process.communicate(timeout=60)


@pytest.fixture
def notebook(alice: Person, clean_queue: None) -> Iterator[Callable[..., Notebook]]:
    """Makes notebooks of alice's; they are closed, and with them their clusters, after the test."""
    made: list[Notebook] = []

    def make(person: Person = alice, **options: Any) -> Notebook:
        made.append(Notebook(person, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()
