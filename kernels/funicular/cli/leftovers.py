"""``funicular clusters clean``: what clusters whose controller is gone have left behind, and ending it."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from funicular.cli.jobs import cluster_of, is_ours, living
from funicular.cli.shown import add_json, add_site, add_yes, agrees, print_json, table
from funicular.clusters import registry, whereabouts
from funicular.clusters.registry import Entry
from funicular.schedulers import catalogue
from funicular.schedulers.base import JobStatus, Scheduler
from funicular.sites.detect import LOCAL, choose_site
from funicular.units import plural


@dataclass(frozen=True, slots=True)
class Leftovers:
    """clusters: entries of the registry whose controller is gone.   jobs: (site, job) that nobody owns."""

    clusters: tuple[str, ...]
    jobs: tuple[tuple[str, JobStatus], ...]


def find_leftovers(entries: Collection[Entry], jobs: Collection[tuple[str, JobStatus]]) -> Leftovers:
    """What is left of clusters without a controller.

    One on another host counts as there, unless the job that it runs in is over.
    """
    dead = tuple(entry.name for entry in entries if whereabouts.alive(entry) is False)
    living = {entry.name for entry in entries} - set(dead)
    names = [entry.name for entry in entries]
    left = [
        (site, job) for site, job in jobs if is_ours(job.name) and cluster_of(job.name, names) not in living
    ]
    return Leftovers(dead, tuple(left))


def add_clean(verbs: Any) -> None:
    """The verb ``clean``."""
    summary = "end the jobs of clusters whose controller is gone, and forget these"
    parser = verbs.add_parser("clean", help=summary, description=summary)
    add_site(parser)
    add_yes(parser)
    add_json(parser)
    parser.set_defaults(run=_clean)


def _clean(options: argparse.Namespace) -> int:
    sites = _sites(options.site)
    jobs = [(site.name, status) for site in sites.values() for status in living(site).values()]
    left = find_leftovers(registry.entries(), jobs)
    if not options.json:
        print(as_text(left))
    is_anything = bool(left.clusters or left.jobs)
    done = is_anything and _may(left, options) and _end(left, sites)
    if options.json:
        ids = [{"site": site, "job": job.job, "name": job.name} for site, job in left.jobs]
        print_json({"clusters": left.clusters, "jobs": ids, "done": done})
    elif done:
        print(f"Ended {plural(len(left.jobs), 'job')}, forgot {plural(len(left.clusters), 'cluster')}.")
    return 0 if done or not is_anything or options.json else 1


def as_text(left: Leftovers) -> str:
    """The leftovers for people."""
    if not left.clusters and not left.jobs:
        return "Nothing is left behind."
    rows = [(site, job.job, job.name, job.state, job.nodes) for site, job in left.jobs]
    lines = [f"Clusters whose controller is gone: {', '.join(left.clusters)}"] if left.clusters else []
    if rows:
        lines += ["Jobs that no cluster owns:", table(("site", "job", "name", "state", "nodes"), rows)]
    return "\n".join(lines)


def _may(left: Leftovers, options: argparse.Namespace) -> bool:
    if options.json:
        return bool(options.yes)  # a program is shown what there is; it says --yes to end it
    question = f"End {plural(len(left.jobs), 'job')} and forget {plural(len(left.clusters), 'cluster')}?"
    return agrees(question, yes=options.yes)


def _end(left: Leftovers, sites: dict[str, Scheduler]) -> bool:
    for name, site in sites.items():
        if mine := [job.job for where, job in left.jobs if where == name]:
            site.cancel(mine)
    for cluster in left.clusters:
        registry.forget(cluster)
    return True


def _sites(setting: str | None) -> dict[str, Scheduler]:
    """The site in use, and this machine, where clusters may have been started too."""
    chosen = [choose_site(setting), catalogue.find(LOCAL)]
    return {site.name: site for site in reversed(chosen)}
