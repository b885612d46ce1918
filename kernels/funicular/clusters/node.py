"""The agent of one node of a block: starts the workers, watches them, answers to the controller.

Run by the job once on every node: ``python -m funicular.clusters.node AGENT_JSON BLOCK``. It ends when
the controller says so, when the controller is gone, or when no worker is left; the job ends with it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from funicular.clusters import cgroup, gpus
from funicular.clusters.agent_file import AgentFile, reach_controller, read_agent_file
from funicular.clusters.child import MOST_RESTARTS, RESTART_WINDOW_S, Child
from funicular.clusters.fingerprint import fingerprint
from funicular.clusters.link import HEARTBEAT_S, Message
from funicular.clusters.memory import choose_to_end, machine_bytes, resident_bytes
from funicular.clusters.nursery import Nursery, how_it_ended
from funicular.clusters.own_job import node_index
from funicular.clusters.worker import CLOSED, NO_SCHEDULER

SILENT_FOR_S = 60.0  # no word from the controller for so long: it is frozen or cut off
LOOK_EVERY_S = 0.2  # memory can grow by gigabytes a second


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
        self._nursery = Nursery()
        self._scratch = tempfile.mkdtemp(prefix=f"funicular-{file.cluster}-")  # 0700, on the node

    async def run(self) -> str:
        """Until the end; the sentence says why it came."""
        await self._nursery.start()
        reached = await reach_controller(self._file)
        if reached is None:
            await self._end()
            return "The controller is gone, so this job has no purpose any more and ends."
        self._line, self._controller_host = reached
        line = self._line
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
                    **self._shared_spec(message, memory // workers),
                    "name": name,
                    "threads": threads,
                    "gpu": own_gpu[slot],
                }
            )
        self._fill()

    def _shared_spec(self, message: Message, memory_bytes: int) -> dict[str, Any]:
        """What all workers of this node have in common."""
        credentials = self._file.credentials
        return {
            "scheduler": f"tls://{self._controller_host}:{self._file.scheduler_port}",
            "host": self._line.local_ip,
            "memory_bytes": memory_bytes,
            "scratch": self._scratch,
            "folder": message["folder"],
            "umask": message["umask"],
            "environment": message["environment"],
            "credentials": {
                "ca": credentials.ca,
                "certificate": credentials.certificate,
                "key": credentials.key,
            },
        }

    def _fill(self) -> None:
        """Have the zygote import what is worth it, and fork all workers."""
        if self._modules:
            self._nursery.order(do="import", modules=self._modules)
        for child in self._children.values():
            self._nursery.order(do="fork", worker=child.spec)
        self._nursery.order(do="numerics")  # last: nobody waits for it

    async def _beat(self) -> None:
        while True:
            used = {name: child.held_bytes for name, child in self._children.items()}
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
                    child.seen(held[name], now)
            if any(self._children[name].is_condemned for name in held):
                continue  # its memory comes back in a moment
            others = (os.getpid(), self._nursery.pid, *self._beside)  # the job's memory too
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
            self._children[name].kill()

    def _replace(self, name: str) -> None:
        """End a worker that did nothing wrong: this does not count as one of its crashes.

        Another is started in its place when its end is heard of.
        """
        if name in self._children:
            self._children[name].restarts.clear()
            self._children[name].kill()

    # --- the zygote ---

    async def _hear_zygote(self) -> None:
        async for message in self._nursery.messages():
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
        code = await self._nursery.gone()
        oom = self._oom() if code == -signal.SIGKILL else ""
        self.stop(f"the process that starts its workers {how_it_ended(code, oom)}", is_fault=True)

    async def _again(self) -> None:
        """A new zygote without the module that started a thread."""
        await self._nursery.gone()
        await self._nursery.start()
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
        elif child.begins_anew(time.monotonic()):
            self._nursery.order(do="fork", worker=child.spec)
        if all(each.is_over for each in self._children.values()):
            if any(each.fell_too_often for each in self._children.values()):
                why = f"its workers ended more than {MOST_RESTARTS} times within {RESTART_WINDOW_S:.0f} s"
                return self.stop(why, is_fault=True)
            self.stop("All workers of this node have closed.")

    def _oom(self) -> str:
        """What the kernel says about somebody whom it has killed since we looked last; empty: nobody."""
        before, self._memory_events = self._memory_events, cgroup.read_events(self._group)
        return cgroup.told(before, self._memory_events)

    async def _end(self) -> None:
        """End the zygote and with it the workers; leave nothing on the node."""
        for child in self._children.values():
            child.kill()
        await self._nursery.end()
        shutil.rmtree(self._scratch, ignore_errors=True)


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
