"""Submits the job that brings a cluster's controller, counts it, and takes it back: who starts it does this.

Until the controller is there nobody watches the job but those who wait for it, by asking now and then.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from dataclasses import replace
from pathlib import Path

from funicular.clusters import allowances, choices, lifecycle, registry, scripts
from funicular.clusters.books import Books
from funicular.clusters.budget import budget_of
from funicular.clusters.events import JobGone, SubmitBlock, SubmitFailed, Wished
from funicular.clusters.fleet import Block, Fleet, Problem
from funicular.clusters.home import BLOCK, Home, beforehand
from funicular.clusters.jobqueue import read_defaults
from funicular.clusters.jobs import job_name, job_of
from funicular.clusters.launch import Launch, write_launch
from funicular.clusters.planning import plan_wish, shape_of
from funicular.clusters.registry import Entry, cluster_folder
from funicular.errors import FunicularError
from funicular.messages import Wish
from funicular.schedulers.base import JobId, NoAnswer, Queue, Scheduler
from funicular.sites.here import queues_here
from funicular.sites.policy import Policy
from funicular.version import __version__

NOBODY = ""  # no process answers for the job until the controller is there: the scheduler is asked


def submit(
    launch: Launch, site: Scheduler, policy: Policy, wish: Wish, *, is_pinned: bool, why: str
) -> Entry:
    """Plan the wish, submit its job and register the cluster that comes with it.

    why: why the controller does not run beside the notebook.
    Raises what planning raises, ``BudgetTooSmall``, ``SubmitRefused`` and ``NoAnswer``; nothing is left then.
    """
    launch = replace(launch, budget=budget_of(wish).after(launch.budget))
    home = plan_home(launch, site, policy, wish, is_pinned=is_pinned, why=why)
    folder = cluster_folder(launch.name)
    block = home.block(None, time.monotonic())
    books = _books(launch.name, site, home)
    write_launch(replace(launch, home=home))
    fleet = Fleet(blocks=(block,))
    try:
        books.commit(block)
        spec = job_of(
            block, name=_name(launch, home), python=launch.python, folder=folder, defaults=home.defaults
        )
        scripts.keep(site, spec, folder)
        job = site.submit(spec)
    except NoAnswer:
        registry.forget(launch.name)  # a job that was taken all the same finds nothing to do, and ends
        raise
    except FunicularError as error:
        refused = SubmitFailed(BLOCK, Problem(error.what), will_retry=False)
        _note(books, fleet, refused)
        registry.forget(launch.name)
        raise
    books.submitted(block, job)
    entry = registry.coming(
        launch.name, site=site.name, job=str(job), home=BLOCK, python=launch.python, version=__version__
    )
    registry.write(entry)
    return entry


def take_back(entry: Entry, launch: Launch, site: Scheduler, ran_s: float | None) -> None:
    """End the job, count it, and forget the cluster.   ran_s: how long it held its nodes; ``None``: unknown.

    Raises ``NoAnswer`` when the scheduler is silent: then all stays as it is.
    """
    assert launch.home is not None
    job = JobId(entry.job)
    site.cancel([job])
    block = launch.home.block(job, time.monotonic())
    books = _books(launch.name, site, launch.home)
    _note(books, Fleet(blocks=(block,)), JobGone(BLOCK, Problem("It was ended."), ran_s or 0.0))
    books.close()
    registry.forget(entry.name)


def plan_home(
    launch: Launch,
    site: Scheduler,
    policy: Policy,
    wish: Wish,
    *,
    is_pinned: bool,
    why: str,
    instead_of: Home | None = None,
) -> Home:
    """The first block that this wish comes to. Asks for the queues; submits nothing.

    instead_of: one whose job would be taken back, so that it does not count.
    """
    from funicular.clusters.api import check_budget

    defaults = read_defaults(site.name).after(policy.prologue)
    queues = queues_here(site)
    made = plan_wish(
        wish,
        queues,
        site=site.name,
        defaults=defaults,
        policy=policy,
        chosen_account=choices.accounts().get(site.name),
        left=allowances.known(site, time.time()),
    )
    now = time.monotonic()
    books = Books(launch.name, site, job_name=lambda block: "", busy=lambda block: 0.0, run=NOBODY)
    replaced = frozenset({_name(launch, instead_of)} if instead_of else ())
    fleet = Fleet(budget=launch.budget, spent=books.inherited(but=replaced))
    wished = Wished(made.nodes, shape_of(made), True, launch.budget)
    shorter = check_budget(fleet, wished, now)
    _, instructions = lifecycle.step(fleet, wished, now)
    (block,) = [each.block for each in instructions if isinstance(each, SubmitBlock)]
    _remember(wish, queues, site.name)
    because = (*made.because, *shorter, beforehand(why, block.walltime_s))
    return Home(
        token=secrets.token_hex(2),
        wish=wish,
        is_pinned=is_pinned,
        shape=block.shape,
        nodes=block.nodes,
        clipped_s=block.clipped_s,
        plan=replace(made, because=because),
        why=why,
        policy=policy,
        defaults=defaults,
    )


def _remember(wish: Wish, queues: tuple[Queue, ...], site: str) -> None:
    if wish.account and any(len(queue.accounts) > 1 for queue in queues):
        with contextlib.suppress(OSError, FunicularError):  # a full disk: it is asked again
            choices.remember(site, wish.account)


def _name(launch: Launch, home: Home) -> str:
    return job_name(launch.name, BLOCK, home.token)


def _books(cluster: str, site: Scheduler, home: Home) -> Books:
    def named(block: Block) -> str:
        return job_name(cluster, block.name, home.token)

    return Books(cluster, site, job_name=named, busy=lambda block: 0.0, run=NOBODY)


def _note(books: Books, before: Fleet, event: JobGone | SubmitFailed) -> None:
    now = time.monotonic()
    after, _ = lifecycle.step(before, event, now)
    books.note(before, after, now)


def log_of(entry: Entry) -> Path:
    """The log of the first job."""
    return cluster_folder(entry.name) / f"{entry.home}.log"
