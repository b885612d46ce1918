"""Where benchmarks run: the real Slurm of the tests, one of its users, idle nodes before each run."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.slurm import site
from tests.slurm.people import Person
from tests.slurm.running import RunningSite

SCRIPTS = Path(__file__).parent / "scripts"
CALM_FOR_S = 60.0


class Missing(Exception):
    """What a benchmark needs is not here; a sentence."""


class Failed(Exception):
    """A script of a benchmark failed; its output."""


@dataclass(frozen=True, slots=True)
class Place:
    """The running site and who measures.   head: the address of this host that nodes reach."""

    site: RunningSite
    person: Person

    @property
    def head(self) -> str:
        return self.site.layout.head_address

    def tell(self, line: str) -> None:
        """A line of progress; the table is on standard output, this is not."""
        print(line, file=sys.stderr, flush=True)

    def run(self, script: str, *arguments: object, timeout: float = 300, **options: Any) -> dict[str, Any]:
        """Run ``scripts/<script>.py`` as the user, on idle nodes; gives the object on its last line.

        Each run is a process of its own, so no side profits from what another one imported.
        """
        self.settle()
        text = (SCRIPTS / f"{script}.py").read_text()
        try:
            done = self.person.python(text, *map(str, arguments), timeout=timeout, **options)
        finally:
            self.person.cancel_all()
        answer = self.answer(done)
        short = {key: value for key, value in answer.items() if not isinstance(value, list | dict)}
        self.tell(f"  {script} {' '.join(map(str, arguments))}: {short}")
        return answer

    def answer(self, done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
        """The JSON object on the last line of what a script said."""
        lines = done.stdout.strip().splitlines()
        if done.returncode or not lines:
            raise Failed(f"{done.args} gave {done.returncode}\n{done.stdout}\n{done.stderr}")
        found: dict[str, Any] = json.loads(lines[-1])
        return found

    def settle(self) -> None:
        """Wait until all nodes are idle and the last run's processes are gone."""
        deadline = time.monotonic() + CALM_FOR_S
        while self.person.jobs() and time.monotonic() < deadline:
            time.sleep(0.1)
        if not self.site.wait_for_nodes(CALM_FOR_S):
            raise Missing("The nodes of the Slurm site do not become idle.")
        time.sleep(1)  # the controller's own work after a job: not ours, not the peer's
        time.sleep(random.random())  # Slurm looks once a second: no side shall meet one moment only


@contextmanager
def at_the_site() -> Iterator[Place]:
    """The site, for us alone: one that was up is left up, else it is brought up and taken down."""
    if missing := site.missing_programs():
        raise Missing(f"Slurm is not installed here, so nothing is measured. Missing: {', '.join(missing)}")
    with site.turn(site.layout_for(), tell=lambda line: print(line, file=sys.stderr)):
        layout, started = site.up(tell=lambda line: print(line, file=sys.stderr), has_turn=True)
        running = RunningSite(layout)
        try:
            yield Place(running, running.person("funalice"))
        finally:
            if started:
                site.down(tell=lambda line: print(line, file=sys.stderr), has_turn=True)
