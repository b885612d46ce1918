"""Everything a profile says, on a page for people; what is not sure carries a question mark. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from pydantic import BaseModel

from funicular.cli.shown import table
from funicular.sites.model import Profile
from funicular.units import format_seconds

WIDTH = 100
PLAIN = ("access", "account", "interconnect", "storage", "network", "software", "job_script", "accounting")
DOUBT_NOTE = "? no source states it for this system, or sources disagree; the live scheduler is right"


def card(profile: Profile) -> str:
    """The page, its sections separated by empty lines."""
    return "\n\n".join(part for part in _sections(profile) if part)


def _sections(profile: Profile) -> Iterator[str]:
    status = profile.status
    yield "\n".join(
        (
            f"{profile.name} ({profile.id}), {profile.host}, {profile.country}",
            "; ".join(filter(None, (status.state, status.since, status.expected, status.note))),
        )
    )
    if not status.is_in_service:
        yield "It is not in service yet: this is what is known so far."
    if profile.scheduler:
        yield _section("scheduler", profile.scheduler, "scheduler", profile)
    yield _nodes(profile)
    yield _queues(profile)
    yield _charges(profile)
    for name in PLAIN:
        yield _section(name, getattr(profile, name), name, profile)
    yield _section("jupyter", profile.jupyter, "jupyter", profile)
    if profile.controller_placement:
        yield f"controller placement: {profile.controller_placement}"
    for n, each in enumerate(profile.qpu):
        yield _section("quantum computer (shown, not driven)", each, f"qpu.{n}", profile)
    yield _list("quirks", profile.quirks)
    yield _list("notes", profile.notes)
    yield _list("sources", profile.sources)
    yield "\n".join(
        filter(
            None,
            (
                f"last verified {profile.last_verified.isoformat()}; confidence: {profile.confidence}",
                DOUBT_NOTE if profile.unverified else "",
            ),
        )
    )


def _nodes(profile: Profile) -> str:
    rows = [
        (
            name,
            node.arch,
            _doubt(node.cores, f"node_types.{name}.cores", profile),
            _doubt(node.memory_gib, f"node_types.{name}.memory_gib", profile, " GiB"),
            _doubt(node.gpus or None, f"node_types.{name}.gpus", profile),
            node.gpu_model,
            _doubt(node.count, f"node_types.{name}.count", profile),
            node.gpu_request or "",
        )
        for name, node in profile.node_types.items()
    ]
    head = ("node type", "arch", "cores", "memory", "GPUs", "GPU model", "nodes", "GPUs are asked for by")
    return table(head, rows) if rows else ""


def _queues(profile: Profile) -> str:
    rows = [
        (
            queue.name,
            queue.nodes or "",
            queue.qos or "",
            _doubt(queue.max_nodes, f"queues.{n}.max_nodes", profile),
            _walltime(queue.max_walltime, f"queues.{n}.max_walltime", profile),
            queue.sharing or "",
            _doubt(queue.purpose, f"queues.{n}.purpose", profile),
        )
        for n, queue in enumerate(profile.queues)
    ]
    head = ("queue", "node type", "QoS", "nodes a job", "longest", "nodes are", "for")
    return table(head, rows) if rows else ""


def _charges(profile: Profile) -> str:
    """How hours are counted, and in which queues so."""
    found: dict[str, list[str]] = {}
    for n, queue in enumerate(profile.queues):
        node = profile.node_types.get(queue.nodes or "")
        charge, path = queue.charge, f"queues.{n}.charge"
        if charge is None and node is not None:
            charge, path = node.charge, f"node_types.{queue.nodes}.charge"
        if charge is not None:
            sure = "" if _is_sure(path, profile) else " ?"
            found.setdefault(f"{charge.unit}: {charge.words}{sure}", []).append(queue.name)
    return _list(
        "hours are counted in", tuple(f"{said} ({', '.join(names)})" for said, names in found.items())
    )


def _section(title: str, facts: BaseModel, path: str, profile: Profile) -> str:
    lines = []
    for name, value in facts:
        if value in (None, "", (), {}) or value == type(facts).model_fields[name].default:
            continue
        text = _text(value) + ("" if _is_sure(f"{path}.{name}", profile) else " ?")
        lines += textwrap.wrap(
            f"{name.replace('_', ' ')}: {text}",
            WIDTH,
            initial_indent="  ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )
    return "\n".join((f"{title.replace('_', ' ')}:", *lines)) if lines else ""


def _list(title: str, items: tuple[str, ...]) -> str:
    lines = [
        line
        for item in items
        for line in textwrap.wrap(
            item, WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False
        )
    ]
    return "\n".join((f"{title}:", *lines)) if lines else ""


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(str(each) for each in value)
        case dict():
            return ", ".join(f"{key}={each}" for key, each in value.items())
    return str(value)


def _walltime(seconds: float | None, path: str, profile: Profile) -> str:
    return _doubt(None if seconds is None else format_seconds(seconds), path, profile)


def _doubt(value: object, path: str, profile: Profile, unit: str = "") -> str:
    if value in (None, ""):
        return ""
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{shown}{unit}" if profile.is_sure(path) else f"{shown}{unit} ?"


def _is_sure(path: str, profile: Profile) -> bool:
    return not any(each == path or each.startswith(f"{path}.") for each in profile.unverified)
