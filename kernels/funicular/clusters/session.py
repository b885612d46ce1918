"""A process's way to its cluster: find or start it, connect, wait with the reason, notice its death.

Kernels of one Jupyter server share a cluster; a script has its own. Nothing starts before it is needed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from funicular.clusters import (
    api_client,
    api_line,
    arrival,
    controller_end,
    launch,
    leases,
    registry,
    whereabouts,
)
from funicular.clusters.api_client import ClusterProblem, ControllerSilent
from funicular.clusters.lives import Lives
from funicular.clusters.naming import cluster_name
from funicular.clusters.numerics import Numerics
from funicular.clusters.preimport import worth_importing
from funicular.clusters.registry import Entry
from funicular.clusters.waiting import waiting_line
from funicular.errors import FunicularError
from funicular.messages import ClusterView, Wish, from_json, to_json

if TYPE_CHECKING:
    from distributed import Client

ASK_EVERY_S = 0.1  # a Unix socket on this host: cheap
TELL_EVERY_S = 1.0
CONNECT_S = 5.0
ARRIVES_S = 0.3  # a file of the registry is looked at, on a file system that many share
FAR_S = 10.0  # for a controller on another host, where nobody can see that it is busy
PATIENCE_S = 6.0  # with a scheduler that does not answer; the controller goes on asking


class NoCluster(ClusterProblem):
    """A question to a cluster that this process does not have."""


class ClusterStopped(FunicularError):
    """The cluster was ended, in order, under somebody who waited for it."""

    code = "cluster-stopped"
    status = 409


class Session:
    """The cluster of this process, started on first use."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._client: Client | None = None
        self._entry: Entry | None = None
        self._lock = threading.RLock()
        self._stops = 0
        self.lost_because = ""

    def client(self, *, tell: Callable[[str], None] | None = None) -> Client:
        """A connected Dask client; the controller is found or started. On a worker: the worker's own.

        Does not wait for workers; where the controller comes with the first job, it waits for that.
        tell: gets a line on what it waits for, about every second.
        Raises ``ControllerFailed`` or ``ControllerSilent``, and what submitting a first job raises.
        """
        if (on_worker := _client_on_worker()) is not None:
            return on_worker
        began, told, stops, entry = time.monotonic(), 0.0, self._stops, None
        while True:
            with self._lock:
                if (client := self.connected()) is not None:
                    return client
                if entry is not None and self._was_stopped(stops):
                    raise _stopped(self.name)
                entry = self._find_or_start()
                if not entry.is_coming:
                    return self._connect(entry)
            seen = arrival.step(entry)  # without the lock: another thread may stop it
            if tell is not None and time.monotonic() - told >= TELL_EVERY_S:
                told = time.monotonic()
                tell(waiting_line(seen, told - began))
            time.sleep(ARRIVES_S)

    def connected(self) -> Client | None:
        """The client if there is a live one; starts nothing."""
        client = self._client
        if client is not None and client.status == "running" and not self.lost_because:
            return client
        return None

    def entry(self) -> Entry | None:
        """The registry's entry of a cluster that is there; starts nothing."""
        entry = registry.read(self.name)
        return entry if entry is not None and entry.is_alive is not False else None

    @property
    def is_orphaned(self) -> bool:
        """Whether the controller was killed: it is gone, and its entry is still there."""
        entry = registry.read(self.name)
        return entry is not None and entry.is_alive is False

    def view(self) -> ClusterView | None:
        """The cluster as it is now; ``None`` when there is none. Starts nothing."""
        entry = self.entry()
        if entry is None:
            return None
        try:
            return api_client.view(entry)
        except ControllerSilent:
            if whereabouts.alive(entry) is False:
                return None
            raise

    def lives(self) -> Lives:
        """How long the cluster's jobs live."""
        return from_json(Lives, self._ask("lives", timeout=30))

    def numerics(self) -> dict[str, Numerics]:
        """By host, what numbers depend on there."""
        found: Any = self._ask("numerics")
        return {host: from_json(Numerics, each) for host, each in found.items()}

    def scale(self, wish: Wish) -> ClusterView:
        """Make this the target and start it. Raises ``ClusterProblem`` when the site cannot give it."""
        with self._lock:
            if self.connected() is None:
                entry = self._find_or_start(wish)
                if not entry.is_coming:
                    self._connect(entry)
        return from_json(ClusterView, self._ask("scale", wish=to_json(wish), timeout=30))

    def wait_for_workers(self, n: int = 1, *, tell: Callable[[str], None] | None = None) -> None:
        """Until ``n`` workers are there, or all that were wished if that is fewer.

        tell: gets a line on what it waits for, about every second.
        Raises ``ClusterProblem`` when the cluster cannot grow: what happened, why, and the next step.
        """
        self.client(tell=tell)
        began = told = time.monotonic()
        stops = self._stops
        self._ask("retry")
        while True:
            try:
                answer = self._ask("need", who=f"{os.getpid()}", workers=n, timeout=30)
            except (ControllerSilent, NoCluster):
                if self._was_stopped(stops):
                    raise _stopped(self.name) from None
                raise
            seen = from_json(ClusterView, answer)
            if seen.workers >= min(n, seen.workers_wished or n):
                return
            if seen.problem is not None and (
                not seen.problem.get("is_temporary") or time.monotonic() - began > PATIENCE_S
            ):
                raise api_client.as_error(seen.problem)
            if tell is not None and time.monotonic() - told >= TELL_EVERY_S:
                told = time.monotonic()
                tell(waiting_line(seen, told - began))
            time.sleep(ASK_EVERY_S)

    def leave(self) -> None:
        """Close the client and hold the cluster no longer; it stays for others. Starts nothing."""
        with self._lock:
            entry, self._entry = self._entry, None
            self._close_client()
            if entry is not None:
                with contextlib.suppress(ControllerSilent, ClusterProblem):  # then it holds us no longer
                    leases.release(entry)

    def stop(self) -> None:
        """End the cluster and its jobs; returns when the controller is gone."""
        self._stops += 1
        with self._lock:
            entry = self.entry()
            self._close_client()
            if entry is None:
                return
            try:
                api_client.call(entry, "stop")
            except ControllerSilent:  # too busy to hear: a signal waits for it, and means the same
                if entry.is_here and entry.process.is_alive:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(entry.process.pid, signal.SIGTERM)
            deadline = time.monotonic() + 40
            while _is_there(entry) and time.monotonic() < deadline:
                time.sleep(0.05 if entry.is_here else 0.3)

    # --- inside ---

    def _was_stopped(self, stops: int) -> bool:
        """Whether somebody ended the cluster in order since then: here, from a terminal or in the Lab."""
        return self._stops != stops or registry.read(self.name) is None

    def _find_or_start(self, wish: Wish | None = None) -> Entry:
        """A cluster that is held, or that comes with its first job; for ``wish`` where one is submitted."""
        site = os.environ.get("FUNICULAR_SITE", "auto")
        if (before := registry.read(self.name)) is not None:
            controller_end.notice(before)

        def found() -> Entry:
            modules = worth_importing(sys.modules.copy())
            return launch.find_or_start(self.name, site=site, modules=modules, wish=wish)

        entry = found()
        with contextlib.suppress(ControllerSilent):
            self._hold(entry)
            return entry
        self._end_silent(entry)
        entry = found()
        self._hold(entry)
        return entry

    def _hold(self, entry: Entry) -> None:
        patience_s = 5 if entry.is_here else FAR_S
        patience_s = 2 if self.lost_because else patience_s  # it was found frozen just now
        leases.hold(entry, timeout=patience_s, for_s=leases.CONNECT_S)
        api_client.call(entry, "prepare", modules=list(worth_importing(sys.modules.copy())))
        self._entry = entry

    def _end_silent(self, entry: Entry) -> None:
        """A controller of ours on this host that answers nothing is ended; its agents then end its jobs.

        One in a job of its own is ended with that job; any other on another host is left to its owner.
        """
        if not entry.is_here:
            if not arrival.end_silent(entry):
                raise api_client._silent(entry, TimeoutError("no answer"))
            return
        controller_end.frozen(entry)
        with contextlib.suppress(ProcessLookupError):
            if entry.process.is_alive:
                os.kill(entry.process.pid, 9)
        deadline = time.monotonic() + 5
        while entry.process.is_alive and time.monotonic() < deadline:
            time.sleep(0.05)
        registry.forget(entry.name)

    def _connect(self, entry: Entry) -> Client:
        from distributed import Client

        from funicular.clusters.security import dask_security

        self._close_client()
        self._entry = entry
        address, security = _scheduler_address(entry), dask_security(entry.credentials)
        try:
            client = Client(address, security=security, timeout=CONNECT_S, name="funicular")
        except (OSError, TimeoutError) as error:
            if registry.read(entry.name) is None:
                raise _stopped(entry.name) from error
            raise api_client._silent(entry, error) from error
        self._client = client
        self.lost_because = ""
        self._watch(client, entry)
        return client

    def _watch(self, client: Client, entry: Entry) -> None:
        from funicular.clusters import watchdog

        def lost(why: str) -> None:
            if self._client is client:
                self.lost_because = self.lost_because or why

        def ended() -> None:
            told = controller_end.notice(entry)
            if told is not None and told.signal and self._client is client:
                self.lost_because = f"was killed ({signal.Signals(told.signal).name})"

        process = entry.process if entry.is_here else None
        loop: Any = client.loop
        loop.add_callback(watchdog.watch, client, process, lost, ended, far=not entry.is_here)

    def _close_client(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        if client.status == "running" and not self.lost_because:
            client.close(timeout=2)
        else:  # its scheduler is gone: closing would wait for it
            loop: Any = client.loop
            loop.add_callback(client._close, fast=True)

    def _ask(self, verb: str, *, timeout: float = 5, **fields: object) -> object:
        entry = self._entry
        if entry is None:
            raise NoCluster("This process has no cluster.", next_step="funicular.scale(nodes=1)")
        return api_client.call(entry, verb, timeout=timeout, **fields)


def _stopped(name: str) -> ClusterStopped:
    return ClusterStopped(
        f"The cluster {name} was stopped while this waited for it.",
        why="funicular.stop(), the Lab's Stop button or funicular clusters stop was used.",
        next_step="Run the cell again to start a cluster anew.",
    )


def _is_there(entry: Entry) -> bool:
    """Whether a cluster that was told to stop has not ended yet."""
    if entry.is_here:
        return bool(entry.is_alive)
    return registry.read(entry.name) == entry and whereabouts.alive(entry) is not False


def _scheduler_address(entry: Entry) -> str:
    """Where Dask's scheduler is reached from here. Raises ``ControllerSilent``."""
    if entry.is_here or not entry.api_port:
        return entry.scheduler
    try:
        address = api_line.address_of(entry)
    except OSError as error:
        raise api_client._silent(entry, error) from error
    return f"tls://{address}:{entry.scheduler.rpartition(':')[2]}"


def _client_on_worker() -> Client | None:
    """On a Dask worker, the client of its task; elsewhere nothing."""
    worker_module = sys.modules.get("distributed.worker")
    if worker_module is None:
        return None
    try:
        worker_module.get_worker()
    except ValueError:
        return None
    from distributed import get_client

    return get_client()


_current: Session | None = None


def current() -> Session:
    """The session of this process. A fork gets its own."""
    global _current
    name = cluster_name()
    if _current is None or _current.name != name:
        _current = Session(name)
    return _current
