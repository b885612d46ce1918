"""Waiting for a cluster whose controller comes with its first job, and ending one that answers no more."""

from __future__ import annotations

import contextlib

from funicular.clusters import api_client, controller_end, registry, whereabouts
from funicular.clusters.launch import read_launch
from funicular.clusters.registry import Entry
from funicular.errors import FunicularError
from funicular.messages import ClusterView
from funicular.schedulers.base import JobId, NoAnswer


def step(entry: Entry) -> ClusterView:
    """What the cluster waits for now; to be asked again until the registry has its controller.

    Raises the error that keeps it from ever coming; the job and the cluster are gone by then.
    """
    view = api_client.view(entry)
    if view.problem is None:
        return view
    later = registry.read(entry.name)
    if later is None or later == entry:  # else its controller came meanwhile
        give_up(entry)
        raise api_client.as_error(view.problem)
    return api_client.view(later)


def give_up(entry: Entry) -> None:
    """End what is left of a cluster that cannot come; its logs stay."""
    from funicular.clusters import first_job

    seen, launch = whereabouts.look(entry), read_launch(entry.name)
    if launch is not None and launch.home is not None:
        with contextlib.suppress(FunicularError):
            first_job.take_back(entry, launch, whereabouts.site_of(entry), seen.ran_s)
    registry.forget(entry.name)


def end_silent(entry: Entry) -> bool:
    """End a controller on another host that does not answer, if it is a job's of its own; whether it is gone.

    Its other jobs end by themselves, since their agents lose it.
    """
    seen = whereabouts.look(entry, fresh_s=0)
    if not seen.is_over:
        if not entry.home:
            return False
        with contextlib.suppress(NoAnswer):
            whereabouts.site_of(entry).cancel([JobId(entry.job)])
    if seen.is_over:
        controller_end.with_its_job(entry, seen.reason)
    else:
        controller_end.frozen(entry)
    registry.forget(entry.name)
    return True
