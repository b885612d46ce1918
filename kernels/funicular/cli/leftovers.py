"""``funicular clusters clean``: what clusters whose controller is gone have left behind, and ending it."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from funicular.cli.jobs import living
from funicular.cli.shown import add_json, add_site, add_yes, agrees, print_json, table
from funicular.clusters import ledger_file, registry, whereabouts
from funicular.clusters.jobs import cluster_of
from funicular.clusters.ledger import Charge, charges
from funicular.clusters.registry import Entry
from funicular.clusters.settling import run_is_dead
from funicular.errors import FunicularError
from funicular.schedulers import catalogue
from funicular.schedulers.base import JobStatus, Scheduler
from funicular.sites.detect import LOCAL, choose_site
from funicular.units import plural


@dataclass(frozen=True, slots=True)
class Leftovers:
    """clusters: entries of the registry whose controller is gone.   jobs: (site, job) that nobody owns."""

    clusters: tuple[str, ...]
    jobs: tuple[tuple[str, JobStatus], ...]


def find_leftovers(
    entries: Collection[Entry],
    jobs: Collection[tuple[str, JobStatus]],
    noted: Collection[Charge] = (),
    *,
    is_dead: Callable[[str], bool] = run_is_dead,
) -> Leftovers:
    """What is left of clusters without a controller.

    One on another host counts as there, unless the job that it runs in is over. A job is ours by its name,
    or by the ledger: a controller noted its number, and it is not over, whatever it is called by now.
    noted: what the ledger has.   is_dead: whether a controller that wrote there is gone.
    """
    dead = tuple(entry.name for entry in entries if whereabouts.alive(entry) is False)
    living = {entry.name for entry in entries} - set(dead)
    by_name = {charge.first.name: charge for charge in noted}
    by_job = {(charge.first.site, charge.job): charge for charge in noted if charge.job and charge.is_open}
    left = []
    for site, job in jobs:
        charge = by_name.get(job.name) or by_job.get((site, str(job.job)))
        cluster = cluster_of(job.name) or (charge.first.cluster if charge else "")
        is_owned = cluster in living or (charge is not None and _runs_here(charge, is_dead))
        if cluster and not is_owned:
            left.append((site, job))
    return Leftovers(dead, tuple(left))


def _runs_here(charge: Charge, is_dead: Callable[[str], bool]) -> bool:
    """Whether the controller that submitted it lives on this host, in the registry or not."""
    return charge.first.run.split("/")[0] == socket.gethostname() and not is_dead(charge.first.run)


def _ledger() -> tuple[Charge, ...]:
    try:
        lines, _ = ledger_file.read()
    except (OSError, FunicularError):
        return ()  # names tell all the same
    return charges(lines)


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
    left = find_leftovers(registry.entries(), jobs, _ledger())
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
