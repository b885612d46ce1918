"""This user's clusters as the server sees them: the registry and each controller's own answer."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from funicular.clusters import api_client, registry
from funicular.clusters.registry import NoSuchCluster
from funicular.errors import FunicularError
from funicular.messages import ClusterView, Wish, from_json, to_json
from funicular_lab.answers import ClusterAnswer, ClustersAnswer, KeepAnswer, PlanAnswer, Problem
from funicular_lab.starting import Starting, session_cluster

PLAN_S = 30.0  # a scheduler may take its time to list its queues


class Clusters:
    """Asks controllers, each in a thread of its own, since a socket may be slow to answer."""

    def __init__(self, session: str) -> None:
        self.session = session
        self.starting = Starting()

    async def list(self) -> ClustersAnswer:
        """Every cluster of this user; one that does not answer shows its problem."""
        entries = await asyncio.to_thread(registry.entries)
        answers = await asyncio.gather(*(asyncio.to_thread(self.look, entry) for entry in entries))
        coming = self.starting.shown(frozenset(entry.name for entry in entries))
        return ClustersAnswer(self.session, (*answers, *coming))

    async def start(self, wish: Wish) -> ClusterAnswer:
        """Start the session's cluster, or scale what is there; answers at once, ``starting`` if need be."""
        ours = [entry for entry in await asyncio.to_thread(registry.entries) if self.is_ours(entry.name)]
        name = session_cluster(ours)
        await self.starting.start(name, wish)
        found = {each.name: each for each in (await self.list()).clusters}
        if name in found:
            return found[name]
        raise _no_such(name, [*found])

    async def stop(self, name: str) -> None:
        """End the cluster and give its nodes back."""
        await self.call(name, "stop")

    async def scale(self, name: str, wish: Wish) -> ClusterView:
        """Set what the cluster shall have."""
        view = await self.call(name, "scale", timeout=PLAN_S, wish=to_json(wish))
        return from_json(ClusterView, view)

    async def retry(self, name: str) -> ClusterView:
        """Forget what stopped its growth, and try again."""
        return from_json(ClusterView, await self.call(name, "retry"))

    async def keep(self, name: str, keep: bool) -> KeepAnswer:
        """Let it stay when nobody uses it, or not."""
        return from_json(KeepAnswer, await self.call(name, "keep", keep=keep))

    async def plan(self, name: str, wish: Wish) -> PlanAnswer:
        """What the wish would come to; nothing is done."""
        return from_json(PlanAnswer, await self.call(name, "plan", timeout=PLAN_S, wish=to_json(wish)))

    async def call(self, name: str, verb: str, **fields: Any) -> Any:
        """The controller's answer to a verb. Raises ``NoSuchCluster`` and what its controller says."""
        return await asyncio.to_thread(lambda: api_client.call(find(name), verb, **fields))

    def is_ours(self, name: str) -> bool:
        """Whether kernels of this server share it: one for each environment, or one the user named."""
        return name == self.session or name.startswith(f"{self.session}-")

    def look(self, entry: registry.Entry) -> ClusterAnswer:
        """The cluster as its controller sees it, or why it cannot be seen. Blocks."""
        try:
            return self.answer(entry, api_client.view(entry))
        except FunicularError as error:
            problem = from_json(Problem, error.as_problem())
            return ClusterAnswer(entry.name, entry.site, entry.host, self.is_ours(entry.name), None, problem)

    def answer(self, entry: registry.Entry, view: ClusterView) -> ClusterAnswer:
        """The cluster with this view."""
        host = entry.host or os.uname().nodename
        shown = self.starting.with_problem(view)
        return ClusterAnswer(entry.name, entry.site, host, self.is_ours(entry.name), shown, None)


def find(name: str) -> registry.Entry:
    """The registry's entry of this name. Raises ``NoSuchCluster`` with the names there are."""
    entries = {entry.name: entry for entry in registry.entries()}
    if name in entries:
        return entries[name]
    raise _no_such(name, [*entries])


def _no_such(name: str, there: list[str]) -> NoSuchCluster:
    return NoSuchCluster(
        f"There is no cluster {name!r}.",
        why=f"Your clusters: {', '.join(there)}." if there else "You have no cluster at the moment.",
        next_step="It may have ended by itself; the next cell that needs one starts one.",
    )
