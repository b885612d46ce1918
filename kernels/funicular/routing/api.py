"""The public verbs: scale, cluster, jobs, client, stop, enable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funicular.clusters.budget import parse_budget, with_budget
from funicular.errors import FunicularError
from funicular.messages import Wish
from funicular.routing import reach
from funicular.routing.cards import ClusterCard, Table, Words, job_rows
from funicular.routing.progress import ProgressLine
from funicular.units import parse_bytes

if TYPE_CHECKING:
    from distributed import Client

NO_CLUSTER = "No cluster yet: it starts when work needs it, or with funicular.scale(nodes=1)."


class UnreadableWish(FunicularError, ValueError):
    """Amounts in a call of ``scale`` that cannot be meant."""

    code = "unreadable-wish"
    status = 400


def scale(
    nodes: int | None = None,
    *,
    cores: int | None = None,
    memory: str | int | None = None,
    gpus: int | None = None,
    hours: float | None = None,
    queue: str | None = None,
    account: str | None = None,
    budget: str | float | None = None,
) -> ClusterCard | Words:
    """Set how large the session's cluster shall be, and start that now. Amounts are totals.

    memory: such as ``"64 GB"``.   hours: the longest life of a job.   queue, account: names of the site.
    budget: the most that the cluster may cost in its life, such as ``"10 core-h"``, ``"2 node-h"`` or
    ``"4 gpu-h"``; never more than that is promised to the scheduler, and jobs are made shorter to fit.
    ``budget="none"`` lifts it.
    The wish is absolute: the same call twice asks for nothing more. Without any wish this shows the cluster.
    Raises a ``FunicularError`` that lists everything the site cannot give, with what it would accept.
    """
    wish = _wish(nodes, cores, memory, gpus, hours, queue, account)
    if budget is not None:
        wish = with_budget(wish, parse_budget(budget))
    if wish.is_empty:
        return cluster()
    view = reach.session().scale(wish)
    reach.attend()
    return ClusterCard(view)


def cluster() -> ClusterCard | Words:
    """The session's cluster as it is now: what it has, what it costs, what waits and why."""
    view = reach.session().view()
    return Words(NO_CLUSTER) if view is None else ClusterCard(view)


def jobs() -> Table:
    """All your jobs on this site, with the reason for those that wait; ours name their cluster."""
    from funicular.sites.detect import choose_site

    found = choose_site().describe(None)
    rows = job_rows(found.values(), _ours())
    return Table(
        ("job", "name", "state", "queue", "nodes", "for", "cluster", "reason"),
        rows,
        empty="You have no jobs.",
    )


def client() -> Client:
    """The Dask client of the session's cluster, which is found or started; for those who know Dask."""
    line = ProgressLine()
    try:
        return reach.connect(line.say)
    finally:
        line.close()


def stop() -> Words:
    """End the session's cluster and its jobs."""
    session = reach.session()
    view = session.view()
    session.stop()
    if view is None:
        return Words("There was no cluster.")
    from funicular.units import format_core_hours

    return Words(f"Cluster {view.name} is ending; it used {format_core_hours(view.core_hours)}.")


def enable() -> None:
    """In a script or any Python process: let joblib, Dask collections and the user's modules use the cluster.

    Does nothing on a worker, and nothing the second time.
    """
    from funicular.routing import switch

    switch.on()


def _wish(
    nodes: int | None,
    cores: int | None,
    memory: str | int | None,
    gpus: int | None,
    hours: float | None,
    queue: str | None,
    account: str | None,
) -> Wish:
    wrong = [
        f"{name}={value!r} is not a whole number of {least} or more"
        for name, value, least in (("nodes", nodes, 1), ("cores", cores, 1), ("gpus", gpus, 0))
        if value is not None and (not _is_whole(value) or value < least)
    ]
    if hours is not None and not (
        isinstance(hours, int | float) and not isinstance(hours, bool) and hours > 0
    ):
        wrong.append(f"hours={hours!r} is not a number above 0")
    wrong += [
        f"{name}={value!r} is not a name"
        for name, value in (("queue", queue), ("account", account))
        if value is not None and not (isinstance(value, str) and value)
    ]
    memory_bytes = None if memory is None else parse_bytes(memory)
    if memory_bytes == 0:
        wrong.append(f"memory={memory!r} is nothing")
    if wrong:
        raise UnreadableWish(
            "This wish cannot be read.",
            why="; ".join(wrong) + ".",
            next_step='Such as scale(nodes=2, hours=1) or scale(cores=16, memory="64 GB").',
        )
    return Wish(
        nodes=None if nodes is None else int(nodes),
        cores=None if cores is None else int(cores),
        memory_bytes=memory_bytes,
        gpus=None if gpus is None else int(gpus),
        hours=None if hours is None else float(hours),
        queue=queue,
        account=account,
    )


def _is_whole(value: object) -> bool:
    try:
        return not isinstance(value, bool) and int(value) == value  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return False


def _ours() -> dict[str, str]:
    """Job to cluster, for every cluster of this user that answers."""
    from funicular.clusters import api_client, registry

    found: dict[str, str] = {}
    for entry in registry.entries():
        try:
            view = api_client.view(entry, timeout=1)
        except FunicularError:
            continue  # it is gone or busy: its jobs are listed all the same, unmarked
        found.update({block.job: entry.name for block in view.blocks if block.job})
    return found
