"""What ``scale()``, ``cluster()`` and ``jobs()`` show: the same facts as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from funicular.messages import BlockView, ClusterView
from funicular.schedulers.base import JobState, JobStatus
from funicular.units import format_bytes, format_core_hours, format_seconds, plural


@dataclass(frozen=True, slots=True)
class ClusterCard:
    """A cluster in words. ``view`` has the same as numbers."""

    view: ClusterView

    def __repr__(self) -> str:
        return "\n".join(sentences(self.view))

    def _repr_html_(self) -> str:
        head, *rest = sentences(self.view)
        items = "".join(f"<li>{escape(each)}</li>" for each in rest)
        return f"<div><strong>{escape(head)}</strong><ul>{items}</ul></div>"


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence that shows as itself."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<div>{escape(self.text)}</div>"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; reads as text, shows as a table. ``empty``: what to say without rows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = "Nothing."

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        if not self.rows:
            return self.empty
        lines = [self.headings, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.headings))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )

    def _repr_html_(self) -> str:
        if not self.rows:
            return f"<div>{escape(self.empty)}</div>"
        head = "".join(f"<th>{escape(each)}</th>" for each in self.headings)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def sentences(view: ClusterView) -> list[str]:
    """What the cluster has, what it costs, what waits and why: a headline first."""
    told = [_headline(view)]
    if view.nodes_wished and view.cores_per_node:
        hourly = view.nodes_wished * view.cores_per_node
        costs = "costs" if view.nodes_wished == 1 else "cost"
        told.append(
            f"Used so far: {format_core_hours(view.core_hours)}; "
            f"{plural(view.nodes_wished, 'node')} {costs} at most {format_core_hours(hourly)} an hour."
        )
    elif view.core_hours:
        told.append(f"Used so far: {format_core_hours(view.core_hours)}.")
    if view.budget:
        promised = format_core_hours(view.core_hours_committed)
        told.append(f"Budget: {view.budget}; {promised} are spent, or promised to jobs that live.")
    told += [_of_block(block) for block in view.blocks]
    if view.problem:
        told.append(str(view.problem.get("what", "")))
        told += [f"{label}: {view.problem[key]}" for label, key in _REST if view.problem.get(key)]
    told += [each for each in view.because if each]
    return told


_REST = (("Why", "why"), ("Next", "next_step"))
_STATES = {
    "submitting": "is being submitted",
    "pending": "waits in the queue",
    "starting": "has its nodes, workers are starting",
    "running": "runs",
    "draining": "is ending",
    "gone": "is over",
}


def _headline(view: ClusterView) -> str:
    where = f"Cluster {view.name} on {view.site}"
    if not view.workers:
        wish = f", {plural(view.nodes_wished, 'node')} wished" if view.nodes_wished else ""
        return f"{where}: {view.state}{wish}, no workers yet."
    of = f" of {view.nodes_wished}" if view.nodes_wished > view.nodes else ""
    nodes = f"{view.nodes}{of} {'node' if view.nodes == 1 and not of else 'nodes'}"
    memory = f", {format_bytes(view.memory_limit_bytes)}" if view.memory_limit_bytes else ""
    return f"{where}: {nodes}, {plural(view.workers, 'worker')}, {plural(view.cores, 'core')}{memory}."


def _of_block(block: BlockView) -> str:
    job = f"Job {block.job}" if block.job else f"Block {block.block}"
    hosts = f" on {', '.join(block.hosts)}" if block.hosts else ""
    text = f"{job} ({plural(block.nodes, 'node')}) {_STATES.get(block.state, block.state)}{hosts}"
    text += f" since {format_seconds(block.since_s)}"
    if block.time_left_s is not None and block.state == "running":
        text += f", {format_seconds(block.time_left_s)} left"
    return f"{text}: {block.reason}" if block.reason else f"{text}."


def job_rows(jobs: Iterable[JobStatus], ours: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """One row a job that waits or runs, the latter first. ``ours``: job to the name of its cluster."""
    rows = []
    for job in jobs:
        if job.state is JobState.GONE:  # Slurm names for a while what is over
            continue
        spent = job.waited_s if job.ran_s is None else job.ran_s
        rows.append(
            (
                str(job.job),
                job.name,
                str(job.state),
                job.queue,
                str(job.nodes),
                "" if spent is None else format_seconds(spent),
                ours.get(str(job.job), ""),
                "" if job.reason is None else str(job.reason),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row[2] != "running", row[0])))
