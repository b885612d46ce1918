"""Answers for a controller that is still to come: the job that brings it waits in the queue, or starts.

The same verbs as the controller's own API, as far as they mean something by then. They block: the
scheduler may be asked.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from funicular.clusters import choices, first_job, registry, whereabouts
from funicular.clusters.blocks import last_lines
from funicular.clusters.budget import NO_LIMIT, budget_of, with_budget
from funicular.clusters.fleet import Problem
from funicular.clusters.home import BLOCK, Home
from funicular.clusters.jobqueue import read_defaults
from funicular.clusters.launch import Launch, one_at_a_time, read_launch, write_launch
from funicular.clusters.live import Live
from funicular.clusters.planning import plan_wish, shape_of
from funicular.clusters.quote import Quote, quote
from funicular.clusters.registry import Entry, cluster_folder
from funicular.clusters.whereabouts import Seen
from funicular.errors import FunicularError
from funicular.messages import BlockStateWord, BlockView, ClusterView, Wish, from_json, to_json
from funicular.schedulers.base import JobState
from funicular.sites.here import queues_here
from funicular.sites.policy import policy_for

ENDED = "The first job of the cluster ended before its controller was ready."


class StillArriving(FunicularError):
    """A verb that only a running controller can answer."""

    code = "cluster-arriving"
    status = 409


def answer(entry: Entry, verb: str, fields: Mapping[str, Any]) -> Any:
    """What the controller would answer to ``verb``, as JSON types. Raises ``StillArriving`` for others."""
    match verb:
        case "view" | "need" | "retry":
            return to_json(view(entry))
        case "scale":
            return to_json(_scale(entry, from_json(Wish, fields.get("wish") or {})))
        case "stop":
            return to_json(_stop(entry))
        case "keep":
            return _keep(entry, bool(fields.get("keep", True)))
        case "hold" | "release" | "prepare":
            return {}
        case "live":
            return {**Live().columns(), "functions": [], "holders": []}
        case "plan":
            return to_json(_quote(entry, from_json(Wish, fields.get("wish") or {})))
    raise StillArriving(
        f"The cluster {entry.name} cannot do this yet.",
        why=f"Its controller comes with job {entry.job}, which has not started it yet.",
        next_step="funicular.cluster() shows what it waits for.",
    )


def view(entry: Entry) -> ClusterView:
    """The cluster as far as it is there: one job that waits, with the reason."""
    launch = read_launch(entry.name)
    if launch is None or launch.home is None:
        return ClusterView(entry.name, entry.site, "lost", 0, 0, 0, 0.0, ())
    return picture(entry, launch, launch.home, whereabouts.look(entry), time.time(), _log(entry))


def picture(
    entry: Entry, launch: Launch, home: Home, seen: Seen, now_s: float, log: tuple[str, ...]
) -> ClusterView:
    """The view of a cluster whose first job was seen so. Pure.   now_s: Unix time."""
    state, reason = _stage(seen)
    block = home.block(None, 0.0)
    problem = problem_of(entry, seen, log)
    return ClusterView(
        name=entry.name,
        site=entry.site,
        state="stopped" if seen.is_over else "waiting",
        nodes=0,
        workers=0,
        cores=0,
        core_hours=block.rate.times(seen.ran_s or 0.0).core_s / 3600,
        blocks=(
            BlockView(
                block=BLOCK,
                job=entry.job,
                state=state,
                reason=reason,
                nodes=home.nodes,
                hosts=seen.hosts,
                since_s=max(0.0, now_s - entry.created_s),
                time_left_s=seen.time_left_s,
            ),
        ),
        nodes_wished=home.nodes,
        workers_wished=home.nodes * home.shape.workers,
        cores_per_node=home.shape.cores,
        problem=problem.as_dict() if problem else None,
        because=home.plan.because,
        core_hours_committed=block.commitment.core_s / 3600,
        budget=str(launch.budget),
        keep=home.keep,
    )


def _stage(seen: Seen) -> tuple[BlockStateWord, str]:
    """The block's state, and in words what it waits for."""
    match seen.state:
        case JobState.RUNNING:
            return "starting", "its nodes are there, the controller is starting"
        case JobState.PENDING:
            return "pending", seen.reason
        case JobState.ENDING:
            return "draining", "ending"
        case JobState.GONE:
            return "gone", seen.reason
    return "pending", "the scheduler does not answer; nothing is assumed"


def problem_of(entry: Entry, seen: Seen, log: tuple[str, ...]) -> Problem | None:
    """What stops the cluster coming. Pure.   log: the last lines of the job's and the controller's."""
    if seen.is_over:
        lines = "".join(f"\n  {line}" for line in log)
        why = f"{seen.reason or 'its job is over'}{lines and f'; its log ends with:{lines}'}"
        step = seen.next_step or "Run the cell again to try once more."
        return Problem(ENDED, f"Job {entry.job}: {why}", step, "controller-failed")
    if seen.state == JobState.PENDING and seen.is_hopeless:
        step = seen.next_step or "Ask for something else with funicular.scale(...)."
        return Problem("The cluster's first job can never start as it is.", seen.reason, step, "job-hopeless")
    return None


def _scale(entry: Entry, wish: Wish) -> ClusterView:
    """Another wish while the job waits: another job, if it comes to another one."""
    launch = read_launch(entry.name)
    if launch is None or launch.home is None or wish == launch.home.wish:
        return view(entry)
    home, site = launch.home, whereabouts.site_of(entry)
    if wish == with_budget(Wish(), budget := budget_of(wish)):  # nothing but a budget
        wish = with_budget(home.wish, budget)
    plain = replace(launch, home=None, budget=budget.after(launch.budget))
    changed = first_job.plan_home(
        plain, site, home.policy, wish, is_pinned=True, why=home.why, instead_of=home
    )
    if _is_same_job(changed, home):
        kept = replace(home, wish=wish, is_pinned=True)
        write_launch(replace(plain, home=kept))
        return view(entry)
    with one_at_a_time(entry.name):
        first_job.take_back(entry, launch, site, whereabouts.look(entry, fresh_s=0).ran_s)
        later = first_job.submit(plain, site, home.policy, wish, is_pinned=True, why=home.why)
    return view(later)


def _quote(entry: Entry, wish: Wish) -> Quote:
    """What the wish would come to in place of the job that waits; nothing is done."""
    launch, site = read_launch(entry.name), whereabouts.site_of(entry)
    queues, policy = queues_here(site), policy_for(site.name)
    made = plan_wish(
        wish,
        queues,
        site=site.name,
        defaults=read_defaults(site.name),
        policy=policy,
        chosen_account=choices.accounts().get(site.name),
    )
    return quote(made, queues, policy, budget_of(wish).after(launch.budget if launch else NO_LIMIT))


def _is_same_job(one: Home, other: Home) -> bool:
    return (one.nodes, one.walltime_s, shape_of(one.plan)) == (
        other.nodes,
        other.walltime_s,
        shape_of(other.plan),
    )


def _stop(entry: Entry) -> ClusterView:
    """End the job and forget the cluster."""
    seen = whereabouts.look(entry, fresh_s=0)
    shown = view(entry)
    launch = read_launch(entry.name)
    if launch is None or launch.home is None:
        registry.forget(entry.name)
    else:
        first_job.take_back(entry, launch, whereabouts.site_of(entry), seen.ran_s)
    return replace(shown, state="stopped", blocks=())


def _keep(entry: Entry, keep: bool) -> dict[str, bool]:
    launch = read_launch(entry.name)
    if launch is not None and launch.home is not None:
        write_launch(replace(launch, home=replace(launch.home, keep=keep)))
    return {"keep": keep}


def _log(entry: Entry) -> tuple[str, ...]:
    folder = cluster_folder(entry.name)
    lines = [*last_lines(folder / f"{BLOCK}.log", 4), *last_lines(folder / "controller.log", 6)]
    return tuple(lines)
