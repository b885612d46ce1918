"""The controller of one cluster: Dask's scheduler, our blocks, and their API, in a process of its own.

Started by ``launch``: ``python -m funicular.clusters.controller NAME``. What it needs stands in
``launch.json`` of the cluster's folder; secrets never come by command line or environment.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Mapping
from typing import Any

import dask.config
from distributed.core import Status
from distributed.diagnostics.plugin import SchedulerPlugin

from funicular.clusters import (
    api_http,
    api_line,
    events,
    fingerprint,
    graveyard,
    home,
    output,
    pickling,
    registry,
)
from funicular.clusters.agent_file import AgentFile
from funicular.clusters.agents import Agents, Node, Setting
from funicular.clusters.api import Api
from funicular.clusters.blocks import Blocks
from funicular.clusters.busy import Busy
from funicular.clusters.deaths import Deaths
from funicular.clusters.expiry import NEXT, Expiry
from funicular.clusters.fleet import COMING, HOLDS, Block
from funicular.clusters.holders import Holders
from funicular.clusters.home import BLOCK
from funicular.clusters.jobqueue import read_defaults
from funicular.clusters.launch import Launch
from funicular.clusters.link import Message
from funicular.clusters.live import Live, Sample, busy_cores
from funicular.clusters.network import own_addresses
from funicular.clusters.obituary import Obituary, in_words
from funicular.clusters.overlong import Life, Overlong
from funicular.clusters.own_job import own_job
from funicular.clusters.private import socket_folder, write_private
from funicular.clusters.quarantine import Quarantine
from funicular.clusters.registry import Entry, cluster_folder
from funicular.clusters.security import Credentials, dask_security, end_of, make_credentials
from funicular.clusters.stubborn import Stubborn
from funicular.clusters.stuck import Stuck
from funicular.clusters.unix_http import UnixScheduler
from funicular.messages import from_json, to_json
from funicular.processes import process_id
from funicular.schedulers.base import Scheduler as BatchScheduler
from funicular.sites.detect import choose_site
from funicular.sites.policy import policy_for
from funicular.version import __version__

TOPIC = "funicular-obituaries"  # of Dask's events: what kernels should hear
DRAIN_S = 10.0
KERNEL = "Client-funicular-"  # how the connection of a session is named by distributed
log = logging.getLogger("funicular")


class WorkersSeen(SchedulerPlugin):
    """Tells the blocks which of their workers are there. A worker is named ``<block>-<number>``."""

    name = "funicular-blocks"

    def __init__(self, scheduler: UnixScheduler, blocks: Blocks) -> None:
        self._scheduler = scheduler
        self._blocks = blocks
        self._names: dict[str, str] = {}

    def add_worker(self, scheduler: Any, worker: str) -> None:
        name = str(self._scheduler.workers[worker].name)
        self._names[worker] = name
        self._blocks.say(events.WorkerJoined(block_of(name), name))

    def remove_worker(self, scheduler: Any, worker: str, **kwargs: Any) -> None:
        if (name := self._names.pop(worker, None)) is not None:
            self._blocks.say(events.WorkerLeft(block_of(name), name))


def block_of(worker: str) -> str:
    return worker.rsplit("-", 1)[0]


class Controller:
    """All parts of one cluster, wired."""

    def __init__(self, launch: Launch, site: BatchScheduler) -> None:
        self.launch = launch
        self.site = site
        self.folder = cluster_folder(launch.name)
        self.holders = Holders(launch.lease_s, time.monotonic())
        self.stopping = asyncio.Event()
        self.job = own_job(site.name)
        self.home = launch.home if self.job else None
        if self.home is not None:
            self.policy, self.defaults = self.home.policy, self.home.defaults
            self.holders.keep = self.home.keep
        else:
            self.policy = policy_for(site.name)
            self.defaults = read_defaults(site.name).after(self.policy.prologue)
        self.deaths: Deaths | None = None
        self._stubborn = Stubborn()
        self._own = fingerprint.fingerprint()
        self.live = Live()
        self._api_line: Any = None
        self._is_warned = False
        self._removals: list[asyncio.Future[Any]] = []  # kept until done, lest they vanish

    async def run(self) -> None:
        """From nothing to a registered cluster, until it is stopped."""
        launch = self.launch
        pickling.keep_file_names()
        days = launch.certificate_days
        roles = make_credentials(launch.name, ("scheduler", "worker", "client"), valid_days=days)
        self.expiry = Expiry(end_of(roles["worker"]))
        addresses = ("127.0.0.1",) if self.site.name == "local" else own_addresses()
        listen = "127.0.0.1" if self.site.name == "local" else "0.0.0.0"
        self.socket = str(socket_folder() / f"{launch.name}-{secrets.token_hex(3)}.sock")
        self.dask = UnixScheduler(
            http_socket=self.socket,
            farewell=lambda worker: self.deaths is not None and self.deaths.farewell(worker),
            protocol="tls://",
            host=listen,
            port=0,
            security=dask_security(roles["scheduler"]),
            dashboard=True,
        )
        self.busy = Busy()
        self.blocks = Blocks(
            launch.name,
            self.site,
            folder=self.folder,
            python=launch.python,
            drain=self._drain,
            stop_agents=self._stop_agents,
            idle_s=launch.idle_s,
            defaults=self.defaults,
            tell=self._tell,
            budget=launch.budget,
            busy=self.busy.of,
            home=self.home,
            leave=self._leave,
        )
        self.quarantine = Quarantine(self.dask, self._workers_by_node)
        self.stuck = Stuck(self.dask)
        self.overlong = Overlong(
            self.dask, self._life, tell=self._say_in_cell, most_s=lambda: self.api.longest_s
        )
        self.deaths = Deaths(self.quarantine, tell=self._tell, find=self._worker)
        self.agents = Agents(
            Setting(launch.folder, launch.umask, launch.environment, launch.modules),
            find=self._wanted,
            on_node=self._node_there,
            on_exit=self._worker_exited,
            on_condemn=self.deaths.condemn,
            on_lost=self._node_lost,
        )
        self.api = Api(self)
        await self.dask
        api_http.mount(self.api, self.dask.http_application)
        self.dask.add_plugin(WorkersSeen(self.dask, self.blocks))
        self.dask.add_plugin(self.busy)
        link_port = await self.agents.start(listen, roles["scheduler"])
        api_port = 0
        if self.job or self.site.name != "local":
            self._api_line, api_port = api_line.listen(self.dask.http_application, listen, roles["scheduler"])
        if self.home is not None and self.job is not None:
            self.blocks.settle_in(self.home, self.job, socket.gethostname())
        self._write_agent_file(addresses, link_port, roles["worker"])
        self._register(addresses, api_port, roles["client"])
        self.blocks.start()
        log.info("%s on %s is ready", launch.name, self.site.name)
        looking_ahead = asyncio.create_task(self.api.look_ahead())
        try:
            await self._live()
        finally:
            looking_ahead.cancel()
            await self._end()

    # --- what workers and agents tell ---

    def _wanted(self, name: str) -> Block | None:
        block = self.blocks.fleet.block(name)
        return block if block is not None and block.state in HOLDS else None

    def _node_there(self, block: str, host: str, environment: Mapping[str, str]) -> None:
        hosts = tuple(dict.fromkeys(node.host for node in self.agents.of(block)))
        self.blocks.say(events.JobRunning(block, hosts))
        if text := fingerprint.in_words(host, fingerprint.differences(environment, self._own)):
            log.warning("%s", text)
            self._say_in_cell(text)

    def _worker_exited(self, message: Message) -> None:
        assert self.deaths is not None
        node = self.agents.nodes.get((str(message["block"]), int(message["index"])))
        self.deaths.worker_exit(message, node.host if node else "")

    def _node_lost(self, node: Node, why: str, *, is_orderly: bool, is_silent: bool) -> None:
        """Its workers go at once, so that their tasks run elsewhere; the blocks see to the job."""
        log.info("node %s of %s: %s", node.host, node.block, why)
        self.blocks.nudge()
        assert self.deaths is not None
        for name in node.memory_bytes:
            self.deaths.is_meant(name)  # its tasks are not to blame for what happened to the node
        block = self._wanted(node.block)
        if block is None or (is_orderly and not block.is_home):  # an orderly one's job ends, ours does not
            return
        if is_orderly:
            self.blocks.say(events.NodeLost(node.block))
            return
        rerun = self.deaths.tasks_of(node.memory_bytes)
        for name in node.memory_bytes:
            if (worker := self._worker(name)) is not None:
                removal = self.dask.remove_worker(worker.address, stimulus_id="funicular-node-lost")
                self._removals.append(asyncio.ensure_future(removal))
        self.deaths.node_lost(node.host, node.block, why, str(block.job or ""), rerun)
        self.blocks.say(events.NodeLost(node.block, node.called if is_silent else ""))

    def _tell(self, obituary: Obituary) -> None:
        """Into the log, to every kernel, and into its running cell."""
        text = in_words(obituary)
        log.warning("%s", text)
        graveyard.bury(self.launch.name, obituary)
        self.dask.log_event(TOPIC, to_json(obituary))
        self.api.watched.died(obituary)
        self._say_in_cell(f"{text}\n")

    def _say_in_cell(self, text: str) -> None:
        self.dask.log_event(output.TOPIC, {"worker": "", "parts": [("stderr", text)]})

    def _worker(self, name: str) -> Any:
        address = self.dask.aliases.get(name)
        return self.dask.workers.get(address) if address else None

    def _workers_by_node(self) -> list[tuple[str, ...]]:
        return [tuple(node.memory_bytes) for node in self.agents.nodes.values() if node.memory_bytes]

    # --- what lifecycles ask ---

    async def _drain(self, block: Block) -> None:
        """Move results away and close the block's workers; the last block's results stay with it."""
        now = self.blocks.fleet.block(block.name)
        names = now.workers if now is not None else frozenset()
        others = any(str(worker.name) not in names for worker in self.dask.workers.values())
        if not names or not others:
            return
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(
                self.dask.retire_workers(names=list(names), close_workers=True, remove=True), DRAIN_S
            )

    def _stop_agents(self, block: str, why: str) -> None:
        self.agents.stop_block(block, why)

    # --- time ---

    def load(self) -> events.Tick:
        """The work there is now, from the scheduler's own counters."""
        dask_scheduler = self.dask
        busy: dict[str, int] = {}
        for worker in dask_scheduler.workers.values():
            block = block_of(str(worker.name))
            busy[block] = busy.get(block, 0) + len(worker.processing)
        unfinished = sum(busy.values()) + len(dask_scheduler.queued) + len(dask_scheduler.unrunnable)
        wanted = any(client.wants_what for client in dask_scheduler.clients.values())
        in_memory = wanted and any(worker.has_what for worker in dask_scheduler.workers.values())
        return events.Tick(unfinished, in_memory, self.api.nodes_needed(), busy, self.holders.keep)

    def _measure(self) -> None:
        """One more sample of what the panel draws."""
        workers, nodes = self.dask.workers.values(), self.agents.nodes.values()
        self.live.add(
            Sample(
                time.time(),
                busy_cores(workers),
                sum(worker.nthreads for worker in workers),
                sum(sum(node.memory_bytes.values()) for node in nodes),
                sum(worker.memory_limit or 0 for worker in workers),
            )
        )

    def _tell_stuck(self) -> None:
        """Tasks that can never run, since memory is full and stays so, get an error."""
        grows = any(block.state in COMING for block in self.blocks.fleet.blocks)
        error = self.stuck.step(time.monotonic(), may_change=grows)
        if error is not None:
            log.warning("%s", error)

    def _tell_expiry(self) -> None:
        """The end of our certificates, in time; with it the cluster ends."""
        now_s = time.time()
        if text := self.expiry.due(now_s):
            log.warning("%s", text)
            self._say_in_cell(text)
        if self.expiry.is_over(now_s) and not self.stopping.is_set():
            self._tell(
                Obituary(
                    kind="controller",
                    name=f"of cluster {self.launch.name}",
                    cause="Its certificates are over, so it ended in order.",
                    when_s=now_s,
                    next_step=NEXT,
                )
            )
            self.stopping.set()

    def _life(self, worker: str) -> Life | None:
        """What the job of this worker has left."""
        block = self.blocks.fleet.block(block_of(worker))
        if block is None or block.started is None:
            return None
        left_s = block.left_s(time.monotonic())
        return Life(str(block.job), block.walltime_s, left_s, block.overlap_s)

    def _end_stubborn(self) -> None:
        """Workers that have computed something unwanted for too long are started anew."""
        cancelled = {
            str(worker.name): (worker.metrics or {}).get("task_counts", {}).get("cancelled", 0)
            for worker in self.dask.workers.values()
        }
        for name in self._stubborn.overdue(cancelled, time.monotonic()):
            log.info("%s goes on with a cancelled task: it is started anew", name)
            assert self.deaths is not None
            self.deaths.is_meant(name)
            self.agents.restart(name)

    async def _live(self) -> None:
        while not self.stopping.is_set():
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), 0.5)
            tick = self.load()
            if tick.unfinished and self.blocks.fleet.shape is None and self.blocks.fleet.problem is None:
                await self.api.first_use()
            self.quarantine.step()
            self._tell_stuck()
            self._tell_expiry()
            for error in self.overlong.step():
                log.warning("%s", error)
            self._end_stubborn()
            self.blocks.tick(tick)
            self._measure()
            self._warn()
            if self.holders.is_over(time.monotonic(), is_connected=self._has_kernel()):
                log.info("nobody holds this cluster any more")
                break
            if self.dask.status in (Status.closed, Status.closing):
                break

    def _has_kernel(self) -> bool:
        """Whether a kernel's connection is open; those that tasks open for themselves are none."""
        return any(name.startswith(KERNEL) for name in self.dask.clients)

    def _warn(self) -> None:
        """Once, in the last minutes of the job that we run in."""
        if not self._is_warned and (text := home.near_the_end(self.blocks.fleet, time.monotonic())):
            self._is_warned = True
            log.warning("%s", text)
            self._say_in_cell(text)

    def _leave(self, is_late: bool) -> None:
        """The job that we run in has no time or no purpose any more."""
        if self.stopping.is_set():
            return
        if is_late:
            self._tell(home.obituary(self.launch.name, self.blocks.fleet, process_id().pid))
        log.info("the job has no %s any more: the cluster ends", "time" if is_late else "work")
        self.stopping.set()

    async def _end(self) -> None:
        await self.blocks.stop(within_s=20)
        await self.agents.close()
        if self._api_line is not None:
            self._api_line.stop()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.dask.close(), 10)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.socket)
        registry.forget(self.launch.name)

    # --- files ---

    def _write_agent_file(self, addresses: tuple[str, ...], link_port: int, worker: Credentials) -> None:
        file = AgentFile(self.launch.name, addresses, link_port, self.dask.port, worker)
        write_private(self.folder / "agent.json", json.dumps(to_json(file)))

    def _register(self, addresses: tuple[str, ...], api_port: int, client: Credentials) -> None:
        registry.write(
            Entry(
                name=self.launch.name,
                site=self.site.name,
                host=socket.gethostname(),
                process=process_id(),
                socket=self.socket,
                scheduler=f"tls://{addresses[0]}:{self.dask.port}",
                created_s=time.time(),
                python=self.launch.python,
                version=__version__,
                credentials=client,
                addresses=addresses,
                api_port=api_port,
                job=str(self.job or ""),
                home=BLOCK if self.home else "",
            )
        )


async def serve(launch: Launch) -> None:
    """Be the controller; SIGTERM and SIGINT end all jobs first."""
    controller = Controller(launch, choose_site(launch.site))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, controller.stopping.set)
    await controller.run()


def main(name: str) -> int:
    """NAME: a cluster whose ``launch.json`` is written."""
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    path = cluster_folder(name) / "launch.json"
    launch = from_json(Launch, json.loads(path.read_text(encoding="utf-8")))
    dask.config.set(
        {"distributed.comm.timeouts.connect": "10s", "distributed.admin.system-monitor.interval": "1s"}
    )
    asyncio.run(serve(launch))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
