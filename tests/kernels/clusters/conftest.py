"""A real cluster on this machine, as small as it can be, ended after the test."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from funicular.clusters import api_client
from funicular.clusters.session import Session


def wait_until(holds: Callable[[], object], within_s: float = 15, every_s: float = 0.05) -> None:
    """Return once ``holds()`` is true; fail after ``within_s`` seconds."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(every_s)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on the site ``local`` with two workers at most."""
    monkeypatch.setenv("FUNICULAR_LOCAL_CORES", "2")
    monkeypatch.setenv("FUNICULAR_LEASE_S", "2")
    root = str(Path(__file__).parents[3])  # functions of test modules are found by name on workers
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), root])))
    session = Session(f"test-{os.getpid()}-{abs(hash(request.node.name)) % 10_000}")
    yield session
    entry = session.entry()
    if entry is not None and entry.process.is_stopped:
        os.kill(entry.process.pid, signal.SIGCONT)
    with contextlib.suppress(api_client.ControllerSilent):
        session.stop()


def pids_of(block: str, cluster: str) -> list[int]:
    """Processes of a block: agents, zygotes and workers, by what stands on their command line."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError), open(f"/proc/{name}/cmdline", "rb") as file:
            words = file.read().decode().split("\0")
            if (
                "funicular.clusters.node" in words
                and block in words
                and any(cluster in word for word in words)
            ):
                found.append(int(name))
    return found
