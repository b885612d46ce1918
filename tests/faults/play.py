"""One drill: a user's process with a cluster of its own, what strikes it, and what is left afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from funicular.clusters import api_client, obituary
from funicular.clusters.obituary import Obituary
from funicular.clusters.registry import Entry
from funicular.messages import from_json
from tests.faults.figures import Figure, keep
from tests.slurm import bringup, daemons
from tests.slurm.clusters.conftest import Notebook
from tests.slurm.people import Person
from tests.slurm.running import RunningSite

NO_JOBS_S = 120.0  # promised: after the scheduler answers again, no job is left that long
KNOWN_S = 10.0  # promised: an error or a new worker, that long after it could be known
WORK = """
import funicular
def slow(x, mark={mark!r}, seconds={seconds}):
    with open(f"{{mark}}/{{x}}", "a") as file:
        file.write("x")
    time.sleep(seconds)
    return x * x
began = time.time()
results = funicular.map(slow, range({items}))
serial = [x * x for x in range({items})]
answer({{"right": results == serial, "took": time.time() - began}})
"""
UP = """
session.scale(Wish({wish}))
session.wait_for_workers({workers})
answer([session.name, session.entry().process.pid, session.view()])
"""


class Play:
    """What a drill plays with. ``name``: also that of its cluster."""

    def __init__(self, site: RunningSite, person: Person, name: str, turn: int) -> None:
        self.site = site
        self.person = person
        self.turn = turn
        self.cluster = f"{name[:30]}-{turn}-{os.getpid() % 10000}"
        self.book: Notebook | None = None
        self.controller = 0
        self.state = person.home / ".local/state/funicular"
        self.struck = 0.0
        self._before: set[int] = set()
        self._figure = Figure(name)

    # --- the user's side

    def start(self, wish: str = "nodes=2, cores=4", workers: int = 4, **options: Any) -> Any:
        """A notebook whose cluster has its workers; gives the view of it."""
        env = {"FUNICULAR_CLUSTER": self.cluster, "FUNICULAR_MIN_GAIN_S": "0", "FUNICULAR_LEASE_S": "3"}
        if home := options.get("env", {}).get("XDG_STATE_HOME"):
            self.state = Path(home) / "funicular"
        self.marks = self.person.write(f"drills/{self.cluster}/.here", "").parent
        self.book = Notebook(self.person, env=env | options.pop("env", {}), **options)
        _, self.controller, view = self.cell(UP.format(wish=wish, workers=workers))
        return view

    def cell(self, code: str) -> Any:
        """Run a cell to its end and give what it answered."""
        self.begin(code)
        return self.answer()

    def begin(self, code: str) -> None:
        """Start a cell."""
        assert self.book is not None
        assert self.book.process.stdin is not None
        self.book.process.stdin.write(json.dumps(textwrap.dedent(code)) + "\n")
        self.book.process.stdin.flush()

    def answer(self) -> Any:
        """What the cell under way answers."""
        assert self.book is not None
        assert self.book.process.stdout is not None
        line = self.book.process.stdout.readline()
        assert line, "the notebook's process has ended"
        return json.loads(line)

    def has_answered(self) -> bool:
        """Whether the cell under way has given its answer."""
        assert self.book is not None
        return bool(select.select([self.book.process.stdout], [], [], 0)[0])

    def work(self, items: int = 32, seconds: float = 0.4, busy: int = 3) -> None:
        """Start a map of ``items`` calls; returns when some are under way."""
        self.begin(WORK.format(mark=str(self.marks), seconds=seconds, items=items))
        assert self.until(lambda: len(self.started()) >= busy or self.has_answered(), 60), "no work was begun"
        assert not self.has_answered(), self.answer()

    def started(self) -> dict[str, int]:
        """The items that were begun, and how often."""
        return {path.name: path.stat().st_size for path in self.marks.iterdir() if path.name.isdigit()}

    # --- the fault's side

    def processes(self, part: str) -> list[psutil.Process]:
        """Living processes of this cluster: controller | agent | zygote | worker."""
        agents = [each for each in self._all("funicular.clusters.node") if self.cluster in _line(each)]
        zygotes = [child for each in agents for child in _children(each) if "clusters.zygote" in _line(child)]
        match part:
            case "controller":
                return [
                    each for each in self._all("funicular.clusters.controller") if self.cluster in _line(each)
                ]
            case "agent":
                return agents
            case "zygote":
                return zygotes
        return [child for each in zygotes for child in _children(each)]

    def strike(self, act: Callable[[], object]) -> None:
        """The fault; the clock of the figures starts."""
        self._before = {each.pid for each in self.processes("worker")}
        self.struck = time.time()
        act()

    def kill(self, part: str) -> None:
        """kill -9 of one process of this part."""
        found = self.processes(part)
        assert found, f"there is no {part}"
        self.strike(found[0].kill)

    # --- what must hold

    @property
    def obituaries(self) -> list[Obituary]:
        path = self.state / f"log/{self.cluster}-obituaries.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [from_json(Obituary, json.loads(line)) for line in lines]

    def death(self, kind: str, *words: str, within_s: float = KNOWN_S) -> Obituary:
        """The obituary of this kind, in time, with these words in it."""

        def found() -> list[Obituary]:
            return [
                each for each in self.obituaries if each.kind == kind and each.when_s >= self.struck - 0.1
            ]

        assert self.until(found, within_s), f"no {kind} was reported dead, only {self.obituaries}"
        first = found()[0]
        text = obituary.in_words(first)
        self._figure.detected_s = first.when_s - self.struck
        missing = [word for word in words if word not in text]

        assert not missing, f"{missing} is not in:\n{text}"
        return first

    def right(self) -> None:
        """The work under way ends with the serial result."""
        answer = self.answer()

        assert answer.get("right") is True, answer
        self._figure.work_s = answer["took"]

    def workers(self) -> int:
        """Workers that the controller has now; it answers root as it does its owner."""
        entry = from_json(
            Entry, json.loads((self.state / "clusters" / self.cluster / "cluster.json").read_text())
        )
        return api_client.view(entry).workers

    def whole_again(self, workers: int = 4, within_s: float = 60) -> None:
        """The cluster has all of its workers again."""

        def is_whole() -> bool:
            new = {each.pid for each in self.processes("worker")} - self._before
            return bool(new) and self.workers() >= workers  # the dead may still be counted

        assert self.until(is_whole, within_s), f"only {self.workers()} workers"
        self.recovered()

    def recovered(self) -> None:
        """The fault is made good now."""
        self._figure.recovered_s = time.time() - self.struck

    def detected(self) -> None:
        """The fault was told now, otherwise than by an obituary."""
        self._figure.detected_s = time.time() - self.struck

    def shut(self) -> None:
        """The notebook is told to end, as by a shutdown of its kernel."""
        if self.book is not None and self.book.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.book.process.stdin.close()

    def end(self, within_s: float = NO_JOBS_S) -> None:
        """The notebook closes; no job and no process of the cluster is left."""
        began = time.time()
        self.shut()
        assert self.book is None or self.book.process.wait(60) is not None
        gone = self.until(lambda: not self.jobs(), within_s)
        self._figure.no_jobs_s = time.time() - began

        assert gone, f"left behind: {self.jobs()}"
        assert self.until(lambda: not self.processes("agent") + self.processes("controller"), 15)
        keep(self._figure)

    def clear(self) -> None:
        """After a failure: leave nothing to the next drill."""
        if self.book is not None:
            self.book.process.kill()
            self.book.process.wait()
            for pipe in (self.book.process.stdin, self.book.process.stdout):
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        for each in self.processes("controller"):
            each.kill()
        for job in self.jobs():
            self.site.slurm("scancel", job, check=False)

    def jobs(self) -> list[str]:
        """Ids of this cluster's jobs that are not over."""
        listed = self.site.slurm("squeue", "-h", "-o", "%i %j").stdout.splitlines()
        return [line.split()[0] for line in listed if f"funicular-{self.cluster}-" in line]

    def log(self, name: str) -> str:
        """A log of the cluster, wherever it is by now."""
        places = [self.state / "clusters" / self.cluster / name, self.state / f"log/{self.cluster}-{name}"]
        return "".join(path.read_text() for path in places if path.exists())

    @staticmethod
    def until(is_so: Callable[[], object], seconds: float) -> bool:
        """Wait for it, looking often."""
        return daemons.until(lambda: bool(is_so()), seconds, step_s=0.1)

    def _all(self, module: str) -> Iterator[psutil.Process]:
        for each in psutil.process_iter():
            if module in _line(each) and _is_of(each, self.person.name) and "srun" not in _line(each)[:16]:
                yield each


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _is_of(process: psutil.Process, user: str) -> bool:
    try:
        return process.username() == user and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [each for each in process.children() if each.status() != psutil.STATUS_ZOMBIE]
    except psutil.Error:
        return []


def small_disk(site: RunningSite, folder: Path, megabytes: int) -> Path:
    """A small file system of the user's at ``folder``, the same on every node; gives its device."""
    image = Path(f"{folder}.img")
    subprocess.run(["truncate", f"--size={megabytes}M", str(image)], check=True)
    identity = folder.stat()
    owner = f"root_owner={identity.st_uid}:{identity.st_gid}"
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", "-E", owner, str(image)], check=True)
    made = subprocess.run(["losetup", "-f", "--show", str(image)], check=True, capture_output=True, text=True)
    device = made.stdout.strip()
    for node in [None, *(one.name for one in site.layout.nodes)]:
        subprocess.run([*_inside(site, node), "mount", device, str(folder)], check=True)
    return Path(device)


def no_small_disk(site: RunningSite, folder: Path, device: Path) -> None:
    """Take it away again."""
    for node in [None, *(one.name for one in site.layout.nodes)]:
        subprocess.run([*_inside(site, node), "umount", "-l", str(folder)], check=False)
    subprocess.run(["losetup", "-d", str(device)], check=True)


def _inside(site: RunningSite, node: str | None) -> list[str]:
    """What enters the mounts of a node; a node sees none of those that are made after its start."""
    if node is None:
        return []
    daemon = bringup.read_state(site.layout)[node]
    return ["nsenter", "-m", "-p", "-t", str(daemons.children(daemon.pid)[0])]
