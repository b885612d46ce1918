"""The command line as a user runs it, on this machine alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from funicular.schedulers.base import JobSpec
from funicular.schedulers.local import LocalScheduler
from tests.kernels.bundles.tiny import OWN_VERSION, write_index
from tests.kernels.schedulers.conftest import until

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def funicular() -> Run:
    """Runs ``funicular`` with these arguments in a process of its own."""

    def run(*arguments: str, **how: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "funicular.cli", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=90, check=False, **how
        )

    return run


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalScheduler]:
    """This machine with 2 cores; all its jobs are ended afterwards."""
    monkeypatch.setenv("FUNICULAR_LOCAL_CORES", "2")
    monkeypatch.setenv("FUNICULAR_LOCAL_GRACE", "0.5")
    scheduler = LocalScheduler()
    yield scheduler
    scheduler.cancel(list(scheduler.describe()))
    until(lambda: not scheduler.describe())


@pytest.fixture
def submit(local: LocalScheduler, tmp_path: Path) -> Callable[[str], str]:
    """Submits a job of this name that sleeps."""
    return lambda name: local.submit(JobSpec(name, ("sleep", "60"), tmp_path / f"{name}.log"))


def read(answer: subprocess.CompletedProcess[str]) -> Any:
    """The JSON that a command printed."""
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package index of tiny wheels, Funicular's among them."""
    return write_index(tmp_path_factory.mktemp("index"))


@pytest.fixture
def own_wheel(index: Path) -> Path:
    """Funicular's own one."""
    return index / f"funicular-{OWN_VERSION}-py3-none-any.whl"


@pytest.fixture
def only_index(monkeypatch: pytest.MonkeyPatch, index: Path) -> None:
    """pip asks this index and no other."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
