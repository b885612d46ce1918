"""Record what a real controller says of 200 workers and 10^5 tasks: ``python -m tests.ui.record [FILE]``.

The controller is a real one on the local site, in a process of its own, with one real block. The other
workers are real Dask workers too, but all in this process, with names of that block: one machine has no 200
cores. The tasks are real and do nothing. What is kept is every line that the controller pushes to a Jupyter
server, and its answer to ``live``, once a second; the file has one JSON object a line, compressed.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from distributed import Client, Worker

from funicular.clusters import api_client, registry
from funicular.clusters.agent_file import AgentFile
from funicular.clusters.security import dask_security
from funicular.clusters.session import Session
from funicular.clusters.stream import Stream
from funicular.messages import Wish, from_json
from tests.architecture.arrows import ROOT

NAME = "recorded"
WORKERS = 200
TASKS = {"load_tile": 20_000, "simulate": 60_000, "evaluate": 19_000, "summarise": 1_000}
FILE = ROOT / "tests" / "data" / "panel" / "200-workers.jsonl.gz"


class Tape:
    """Lines with the seconds since it began."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lines: list[dict[str, Any]] = []

    def add(self, kind: str, what: Any) -> None:
        self._lines.append({"t": round(time.monotonic() - self._began, 3), "kind": kind, "what": what})

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in self._lines)
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
        print(f"{len(self._lines)} lines, {path.stat().st_size} bytes: {path}")


def main(path: Path = FILE) -> None:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    os.environ.update(XDG_STATE_HOME=tempfile.mkdtemp(prefix="fun-rec-"), FUNICULAR_SITE="local")
    session = Session(NAME)
    try:
        session.scale(Wish(nodes=1, hours=1))
        session.wait_for_workers(1)
        entry = registry.read(NAME)
        assert entry is not None
        tape = Tape()
        stream = Stream(entry)
        threading.Thread(
            target=lambda: [tape.add("view", line) for line in stream.lines()], daemon=True
        ).start()
        threading.Thread(target=_ask, args=(entry, tape), daemon=True).start()
        asyncio.run(_work(entry, session))
        tape.save(path)
        stream.close()
    finally:
        session.stop()


def _ask(entry: registry.Entry, tape: Tape) -> None:
    while registry.read(NAME) is not None:
        tape.add("live", api_client.call(entry, "live", timeout=30))
        time.sleep(1)


async def _work(entry: registry.Entry, session: Session) -> None:
    """Simulated workers join in groups, the tasks run, and all of them leave."""
    folder = registry.cluster_folder(NAME)
    agent = from_json(AgentFile, json.loads((folder / "agent.json").read_text()))
    security = dask_security(agent.credentials)
    view = session.view()
    assert view is not None
    block, there = view.blocks[0].block, view.workers
    workers: list[Worker] = []
    with tempfile.TemporaryDirectory() as scratch:
        for start in range(there, WORKERS, 20):
            group = [
                Worker(
                    entry.scheduler, name=f"{block}-{number}", nthreads=1, security=security,
                    memory_limit="4 GB", dashboard=False, local_directory=scratch, heartbeat_interval="5s",
                )
                for number in range(start, min(start + 20, WORKERS))
            ]  # fmt: skip
            workers += await asyncio.gather(*group)
        client: Client
        async with Client(
            entry.scheduler, security=dask_security(entry.credentials), asynchronous=True
        ) as client:
            for name, count in TASKS.items():
                for start in range(0, count, 5000):
                    keys = [f"{name}-{number}" for number in range(start, min(start + 5000, count))]
                    futures = client.map(_nothing, range(len(keys)), key=keys)
                    await client.gather(futures)
        await asyncio.gather(*(worker.close() for worker in workers))


def _nothing(number: int) -> int:
    return number


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
