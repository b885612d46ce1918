"""The agent of one node of a block: starts the workers, watches them, answers to the controller.

Run by the job once on every node: ``python -m funicular.clusters.node AGENT_JSON BLOCK``. It ends when
the controller says so, when the controller is gone, or when no worker is left; the job ends with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from funicular.clusters import cgroup, gpus
from funicular.clusters.fingerprint import fingerprint
from funicular.clusters.link import HEARTBEAT_S, Line, Message
from funicular.clusters.memory import choose_to_end, machine_bytes, resident_bytes
from funicular.clusters.own_job import node_index
from funicular.clusters.security import Credentials, tls_context
from funicular.clusters.worker import CLOSED, NO_SCHEDULER
from funicular.messages import from_json

CONNECT_FOR_S = 15.0
SILENT_FOR_S = 60.0  # no word from the controller for so long: it is frozen or cut off
LOOK_EVERY_S = 0.2  # memory can grow by gigabytes a second
CURVE_POINTS = 60
CURVE_EVERY_S = 1.0
MOST_RESTARTS = 5  # of one worker within RESTART_WINDOW_S
RESTART_WINDOW_S = 60.0
_BLAS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
PINNED = dict.fromkeys(_BLAS, "1") | {
    "MALLOC_TRIM_THRESHOLD_": "65536",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # else importing pyarrow starts a thread
}


@dataclass(frozen=True, slots=True, repr=False)
class AgentFile:
    """What a node must know; the file is 0600 on the shared file system.

    links: addresses and ports of the controller's line, best first.   scheduler_port: Dask's.
    """

    cluster: str
    links: tuple[str, ...]
    link_port: int
    scheduler_port: int
    credentials: Credentials


@dataclass(slots=True)
class Child:
    """One worker slot of this node: the process in it now, and when it was started anew."""

    spec: dict[str, Any]
    pid: int = 0
    peak_bytes: int = 0
    is_condemned: bool = False
    curve: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=CURVE_POINTS))
    restarts: list[float] = field(default_factory=list)
    is_over: bool = False


class Agent:
    """Zygote on one side, controller on the other; this object between them."""

    def __init__(self, file: AgentFile, block: str, index: int, beside: tuple[int, ...] = ()) -> None:
        """beside: processes that are no workers and have their share of the job's memory."""
        self._file = file
        self._beside = beside
        self._block = block
        self._index = index
        self._children: dict[str, Child] = {}
        self._modules: list[str] = []
        self._limit = 0
        self._over = asyncio.Event()
        self._why = ""
        self._is_fault = False
        self._heard = time.monotonic()
        self._group = cgroup.own_group()
        self._memory_events = cgroup.read_events(self._group)
        self._scratch = tempfile.mkdtemp(prefix=f"funicular-{file.cluster}-")  # 0700, on the node

    async def run(self) -> str:
        """Until the end; the sentence says why it came."""
        await self._start_zygote()
        line = await self._reach_controller()
        if line is None:
            await self._end()
            return "The controller is gone, so this job has no purpose any more and ends."
        self._line = line
        line.send(
            "hello",
            block=self._block,
            index=self._index,
            host=socket.gethostname(),
            node=os.environ.get("SLURMD_NODENAME", ""),
            environment=fingerprint(),
        )
        jobs = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._beat()),
            asyncio.create_task(self._watch_memory()),
            asyncio.create_task(self._hear_zygote()),
        ]
        await self._over.wait()
        for job in jobs:
            job.cancel()
        line.send("bye", block=self._block, index=self._index, why=self._why, is_fault=self._is_fault)
        await line.close()
        await self._end()
        return self._why

    def stop(self, why: str, *, is_fault: bool = False) -> None:
        """End soon, for this reason; the first reason counts.   is_fault: the node is lost by it."""
        if not self._why:
            self._why, self._is_fault = why, is_fault
        self._over.set()

    # --- the controller ---

    async def _reach_controller(self) -> Line | None:
        context = tls_context(self._file.credentials, server=False)
        deadline = time.monotonic() + CONNECT_FOR_S
        refused = 0
        while time.monotonic() < deadline and refused < 3:
            for host in self._file.links:
                try:
                    opening = asyncio.open_connection(host, self._file.link_port, ssl=context, limit=2**20)
                    reader, writer = await asyncio.wait_for(opening, 3)
                except ConnectionRefusedError:
                    continue
                except (TimeoutError, OSError) as error:
                    print(f"{host}:{self._file.link_port}: {error!r}", file=sys.stderr)
                    continue
                self._controller_host = host
                return Line(reader, writer)
            refused += 1
            await asyncio.sleep(1)
        return None

    async def _listen(self) -> None:
        async for message in self._line.messages():
            self._heard = time.monotonic()
            match message["kind"]:
                case "welcome":
                    self._welcome(message)
                case "restart":
                    self._replace(str(message["worker"]))
                case "condemned":
                    self._end_condemned(str(message["worker"]))
                case "stop":
                    self.stop(str(message.get("why", "The controller ended this block.")))
        self.stop("The controller is gone.")

    def _welcome(self, message: Message) -> None:
        workers, threads = int(message["workers"]), int(message["threads"])
        memory = self._limit = int(message["memory_bytes"] or machine_bytes() * 0.9)
        self._modules = list(message["modules"])
        own_gpu = gpus.share(gpus.of_job(os.environ), workers)
        for slot in range(workers):
            name = f"{self._block}-{self._index * workers + slot}"
            self._children[name] = Child(
                {
                    "name": name,
                    "scheduler": f"tls://{self._controller_host}:{self._file.scheduler_port}",
                    "host": self._line.local_ip,
                    "threads": threads,
                    "memory_bytes": memory // workers,
                    "scratch": self._scratch,
                    "folder": message["folder"],
                    "umask": message["umask"],
                    "environment": message["environment"],
                    "gpu": own_gpu[slot],
                    "credentials": {
                        "ca": self._file.credentials.ca,
                        "certificate": self._file.credentials.certificate,
                        "key": self._file.credentials.key,
                    },
                }
            )
        self._fill()

    def _fill(self) -> None:
        """Have the zygote import what is worth it, and fork all workers."""
        if self._modules:
            self._order(do="import", modules=self._modules)
        for child in self._children.values():
            self._order(do="fork", worker=child.spec)
        self._order(do="numerics")  # last: nobody waits for it

    async def _beat(self) -> None:
        while True:
            used = {name: child.curve[-1][1] if child.curve else 0 for name, child in self._children.items()}
            self._line.send("beat", block=self._block, index=self._index, memory=used)
            if time.monotonic() - self._heard > SILENT_FOR_S:
                self.stop("The controller has been silent for a minute.")
            await asyncio.sleep(HEARTBEAT_S)

    # --- memory ---

    async def _watch_memory(self) -> None:
        """Act before the scheduler's or the kernel's killer does: end the worker that holds the most."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            now = time.monotonic()
            held = {}
            for name, child in self._children.items():
                if child.pid:
                    held[name] = resident_bytes(child.pid)
                    child.peak_bytes = max(child.peak_bytes, held[name])
                    if not child.curve or now - child.curve[-1][0] >= CURVE_EVERY_S:
                        child.curve.append((now, held[name]))
            if any(self._children[name].is_condemned for name in held):
                continue  # its memory comes back in a moment
            others = (os.getpid(), self._zygote.pid, *self._beside)  # the job's memory too
            own = sum(map(resident_bytes, others))
            if (worst := choose_to_end(held, self._limit, own)) is not None:
                self._condemn(worst, held, own)

    def _condemn(self, name: str, held: dict[str, int], own: int) -> None:
        """Tell the controller first, so that the worker's tasks are not blamed; then end it."""
        child = self._children[name]
        child.is_condemned = True
        child.curve.append((time.monotonic(), held[name]))
        self._line.send(
            "condemn",
            worker=name,
            worker_bytes=held[name],
            node_bytes=sum(held.values()) + own,
            limit_bytes=self._limit,
        )
        asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._end_condemned, name)

    def _end_condemned(self, name: str) -> None:
        if self._children[name].is_condemned:
            self._kill(name)

    def _replace(self, name: str) -> None:
        """End a worker that did nothing wrong: this does not count as one of its crashes."""
        if name in self._children:
            self._children[name].restarts.clear()
            self._kill(name)

    def _kill(self, name: str) -> None:
        """End one worker at once; another is started in its place when its end is heard of."""
        child = self._children.get(name)
        if child is not None and child.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)

    # --- the zygote ---

    async def _start_zygote(self) -> None:
        ours, theirs = socket.socketpair()
        self._zygote = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "funicular.clusters.zygote",
            str(theirs.fileno()),
            pass_fds=[theirs.fileno()],
            env=os.environ | PINNED,
            stdin=asyncio.subprocess.DEVNULL,
        )
        theirs.close()
        self._from_zygote, self._to_zygote = await asyncio.open_connection(sock=ours, limit=2**20)

    def _order(self, **order: Any) -> None:
        self._to_zygote.write(json.dumps(order).encode() + b"\n")

    async def _hear_zygote(self) -> None:
        while text := await self._from_zygote.readline():
            message = json.loads(text)
            match message["did"]:
                case "fork":
                    self._children[message["name"]].pid = message["pid"]
                case "exit":
                    self._exited(message)
                case "numerics":
                    found = message["numerics"]
                    self._line.send("numerics", block=self._block, index=self._index, numerics=found)
                case "skip":
                    print(f"zygote: {message}", file=sys.stderr)
                case "refuse" if message["module"] in self._modules:
                    print(f"zygote: {message}", file=sys.stderr)
                    self._modules.remove(message["module"])
                    return await self._again()
        code = await self._zygote.wait()
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        if code == -signal.SIGKILL and (oom := self._oom()):
            how = f"was ended by the kernel's out-of-memory killer ({oom})"
        self.stop(f"the process that starts its workers {how}", is_fault=True)

    async def _again(self) -> None:
        """A new zygote without the module that started a thread."""
        await self._zygote.wait()
        self._to_zygote.close()
        await self._start_zygote()
        self._fill()
        await self._hear_zygote()

    def _exited(self, message: Message) -> None:
        child = self._children[message["name"]]
        child.pid = 0
        oom = self._oom() if message["signal"] == signal.SIGKILL and not child.is_condemned else ""
        self._line.send(
            "worker-exit",
            block=self._block,
            index=self._index,
            worker=message["name"],
            code=message["code"],
            signal=message["signal"],
            peak_bytes=child.peak_bytes,
            limit_bytes=self._limit,
            oom=oom,
            curve=[(round(time.monotonic() - at, 1), held) for at, held in child.curve],
        )
        if not message["signal"] and message["code"] == NO_SCHEDULER:
            return self.stop("The workers lost the controller.")
        if not message["signal"] and message["code"] == CLOSED:
            child.is_over = True
        else:
            self._restart(child)
        if all(each.is_over for each in self._children.values()):
            if any(len(each.restarts) > MOST_RESTARTS for each in self._children.values()):
                why = f"its workers ended more than {MOST_RESTARTS} times within {RESTART_WINDOW_S:.0f} s"
                return self.stop(why, is_fault=True)
            self.stop("All workers of this node have closed.")

    def _oom(self) -> str:
        """What the kernel says about somebody whom it has killed since we looked last; empty: nobody."""
        before, self._memory_events = self._memory_events, cgroup.read_events(self._group)
        return cgroup.told(before, self._memory_events)

    def _restart(self, child: Child) -> None:
        now = time.monotonic()
        child.restarts = [*(at for at in child.restarts if now - at < RESTART_WINDOW_S), now]
        child.peak_bytes = 0
        child.is_condemned = False
        child.curve.clear()
        if len(child.restarts) > MOST_RESTARTS:
            child.is_over = True
            return
        self._order(do="fork", worker=child.spec)

    async def _end(self) -> None:
        """End the zygote and with it the workers; leave nothing on the node."""
        with contextlib.suppress(OSError):
            self._order(do="end")
        for child in self._children.values():
            if child.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGKILL)
        try:
            await asyncio.wait_for(self._zygote.wait(), 2)
        except TimeoutError:
            self._zygote.kill()
        self._to_zygote.close()
        shutil.rmtree(self._scratch, ignore_errors=True)


def read_agent_file(path: Path) -> AgentFile | None:
    """The agent's file, or ``None`` when the cluster is gone and took it along."""
    try:
        return from_json(AgentFile, json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


async def serve(file: AgentFile, block: str, beside: tuple[int, ...] = ()) -> str:
    """Be the agent; SIGTERM (the scheduler's warning) ends it in order."""
    agent = Agent(file, block, node_index(), beside)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(
            number, agent.stop, f"The job was told to end ({signal.Signals(number).name})."
        )
    return await agent.run()


def main(arguments: list[str]) -> int:
    """AGENT_JSON BLOCK"""
    path, block = arguments
    file = read_agent_file(Path(path))
    if file is None:
        print(f"The cluster of block {block} is gone: nothing to do.")
        return 0
    print(asyncio.run(serve(file, block)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
