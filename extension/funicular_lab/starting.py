"""Starts the session's cluster without letting anybody wait: it is there soon, or says why not."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace

from funicular.clusters import api_client, leases, registry
from funicular.clusters.fleet import Problem
from funicular.errors import FunicularError
from funicular.messages import ClusterView, Wish, from_json, to_json
from funicular_lab import answers
from funicular_lab.answers import ClusterAnswer

PATIENCE_S = 2.0  # a controller beside the notebook is there by then
PLAN_S = 30.0  # a scheduler may take its time to list its queues
TOLD_FOR_S = 60.0  # why a start failed


class Starting:
    """Clusters that are being started, and what went wrong with those that did not come."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[FunicularError | None]] = {}
        self._failed: dict[str, tuple[float, FunicularError]] = {}

    async def start(self, name: str, wish: Wish) -> None:
        """Start it, or scale what is there. Raises what goes wrong at once; later it is in ``shown``."""
        self._failed.pop(name, None)
        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(self._bring(name, wish))
        task = self._tasks[name]
        await asyncio.wait({task}, timeout=PATIENCE_S)
        if task.done() and (error := task.result()) is not None:
            raise error

    def shown(self, names: frozenset[str]) -> list[ClusterAnswer]:
        """Clusters that are not in the registry yet, or did not come.   names: those that are there."""
        now, host = time.monotonic(), os.uname().nodename
        self._failed = {
            name: (at, error) for name, (at, error) in self._failed.items() if now - at < TOLD_FOR_S
        }
        site = os.environ.get("FUNICULAR_SITE") or "auto"
        coming = [
            ClusterAnswer(name, site, host, True, ClusterView(name, site, "starting", 0, 0, 0, 0.0, ()), None)
            for name in self._tasks
            if name not in names
        ]
        failed = [
            ClusterAnswer(name, site, host, True, None, from_json(answers.Problem, error.as_problem()))
            for name, (_, error) in self._failed.items()
            if name not in names and name not in self._tasks
        ]
        return [*coming, *failed]

    def with_problem(self, view: ClusterView) -> ClusterView:
        """The view with why the start failed: the controller came, its first wish could not be met."""
        found = self._failed.get(view.name)
        if found is None or view.nodes_wished or view.problem is not None:
            return view
        return replace(view, problem=Problem.of(found[1]).as_dict())

    async def _bring(self, name: str, wish: Wish) -> FunicularError | None:
        try:
            await asyncio.to_thread(_start, name, wish)
        except FunicularError as error:
            self._failed[name] = (time.monotonic(), error)
            return error
        finally:
            self._tasks.pop(name, None)
        return None


def session_cluster(ours: list[registry.Entry]) -> str:
    """The name of the session's cluster: one that is there, else the one of this server's environment."""
    from funicular.clusters.naming import cluster_name

    alive = [entry.name for entry in ours if entry.is_alive is not False]
    return alive[0] if alive else cluster_name()


def _start(name: str, wish: Wish) -> None:
    from funicular.clusters import launch

    entry = launch.find_or_start(name, site=os.environ.get("FUNICULAR_SITE", "auto"), wish=wish)
    leases.hold(entry)
    api_client.call(entry, "scale", wish=to_json(wish), timeout=PLAN_S)
