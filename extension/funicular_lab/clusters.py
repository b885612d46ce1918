"""This user's clusters as the server sees them: the registry and each controller's own answer."""

from __future__ import annotations

import asyncio
from typing import Any

from funicular.clusters import api_client, registry
from funicular.clusters.registry import NoSuchCluster
from funicular.errors import FunicularError
from funicular.messages import ClusterView, Wish, from_json, to_json
from funicular_lab.answers import ClusterAnswer, ClustersAnswer, Problem

PLAN_S = 30.0  # a scheduler may take its time to list its queues


class Clusters:
    """Asks controllers, each in a thread of its own, since a socket may be slow to answer."""

    def __init__(self, session: str) -> None:
        self.session = session

    async def list(self) -> ClustersAnswer:
        """Every cluster of this user; one that does not answer shows its problem."""
        entries = await asyncio.to_thread(registry.entries)
        answers = await asyncio.gather(*(asyncio.to_thread(self._look, entry) for entry in entries))
        return ClustersAnswer(self.session, tuple(answers))

    async def stop(self, name: str) -> None:
        """End the cluster and give its nodes back."""
        await self._call(name, "stop")

    async def scale(self, name: str, wish: Wish) -> ClusterView:
        """Set what the cluster shall have."""
        view = await self._call(name, "scale", timeout=PLAN_S, wish=to_json(wish))
        return from_json(ClusterView, view)

    def is_ours(self, name: str) -> bool:
        """Whether kernels of this server share it: one for each environment, or one the user named."""
        return name == self.session or name.startswith(f"{self.session}-")

    async def _call(self, name: str, verb: str, **fields: Any) -> Any:
        return await asyncio.to_thread(lambda: api_client.call(find(name), verb, **fields))

    def _look(self, entry: registry.Entry) -> ClusterAnswer:
        view, problem = None, None
        try:
            view = api_client.view(entry)
        except FunicularError as error:
            problem = from_json(Problem, error.as_problem())
        return ClusterAnswer(entry.name, entry.site, entry.host, self.is_ours(entry.name), view, problem)


def find(name: str) -> registry.Entry:
    """The registry's entry of this name. Raises ``NoSuchCluster`` with the names there are."""
    entries = {entry.name: entry for entry in registry.entries()}
    if name in entries:
        return entries[name]
    raise NoSuchCluster(
        f"There is no cluster {name!r}.",
        why=f"Your clusters: {', '.join(entries)}." if entries else "You have no cluster at the moment.",
        next_step="It may have ended by itself; the next cell that needs one starts one.",
    )
