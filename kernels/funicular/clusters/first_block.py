"""What a cluster's first job runs on each node where the controller is a part of it: an agent, and on the
first node the controller.

``python -m funicular.clusters.first_block LAUNCH_JSON BLOCK``. The job lives as long as the controller; the
controller ends, and all its jobs, when this process does.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from funicular.clusters import node
from funicular.clusters.agent_file import read_agent_file
from funicular.clusters.own_job import node_index, own_job

START_S = 120.0  # a cold parallel file system takes its time
_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def main(arguments: list[str]) -> int:
    """LAUNCH_JSON BLOCK"""
    launch, block = Path(arguments[0]), arguments[1]
    if not launch.exists():
        print(f"The cluster of block {block} is not wanted any more: nothing to do.")
        return 0
    if node_index() > 0:
        return _serve_node(launch.parent, block)
    controller = _start_controller(launch.parent)
    for number in (signal.SIGTERM, signal.SIGINT):  # the scheduler's warning: the controller has it too
        signal.signal(number, lambda *_: None)
    agent_file = launch.parent / "agent.json"
    while not agent_file.exists() and controller.poll() is None:
        time.sleep(0.05)
    if controller.poll() is None:
        _serve_agent(agent_file, block, controller.pid)
        controller.wait()
    print(f"The controller has ended (exit code {controller.returncode}).", flush=True)
    if controller.returncode:
        _end_job()
    return 0 if controller.returncode in (0, -signal.SIGTERM) else 1


def _serve_node(folder: Path, block: str) -> int:
    """A further node of the job: wait for the controller on the first one, then be an agent."""
    deadline = time.monotonic() + START_S
    while not (folder / "agent.json").exists():
        if time.monotonic() > deadline or not (folder / "launch.json").exists():
            print("The controller on the job's first node did not start.")
            return 1
        time.sleep(0.1)
    return node.main([str(folder / "agent.json"), block])


def _serve_agent(file: Path, block: str, controller: int) -> None:
    """Be this node's agent until the controller does not need it or is gone."""
    read = read_agent_file(file)
    if read is not None:
        print(asyncio.run(node.serve(read, block, (controller,))), flush=True)


def _start_controller(folder: Path) -> subprocess.Popen[bytes]:
    """The controller as a child, its log beside the others; it is told to end when we die."""
    log = os.open(folder / "controller.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    home = folder.parents[2]  # <state home>/funicular/clusters/<name>
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "funicular.clusters.controller", folder.name],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=os.environ | {"XDG_STATE_HOME": str(home)},
            preexec_fn=_die_with_parent,
        )
    finally:
        os.close(log)


def _die_with_parent() -> None:
    _libc.prctl(_SET_PDEATHSIG, signal.SIGTERM)


def _end_job() -> None:
    """The controller failed: the job's other nodes would wait for it in vain."""
    from funicular.errors import FunicularError
    from funicular.schedulers import catalogue

    for name in catalogue.names():
        if job := own_job(name):
            with contextlib.suppress(FunicularError):
                catalogue.find(name).cancel([job])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
