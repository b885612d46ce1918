"""What a probe is, what it is given to judge, and which there are: the files in ``probes/``.

A probe's file says ``probe = Probe(...)``. ``gather`` looks at the machine, in a process of its own with a
time limit, on this host and (``on_node``) in a job on a compute node; what it gives is a frozen dataclass
of JSON types. ``judge`` is pure: it turns that into findings, and ``learn`` into fields of a profile.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Generic, TypeVar

from funicular.doctor import probes
from funicular.doctor.finding import Finding
from funicular.doctor.place import Place
from funicular.doctor.trial import Trial

T = TypeVar("T")
SECTIONS = ("scheduler", "this machine", "compute node", "network", "files", "profile")


@dataclass(frozen=True, slots=True)
class Errand:
    """What a probe is told before it looks.   is_node: whether it looks on a compute node.

    folders: variable (or name) and path of where files may be kept.   addresses, port, token: where this host
    answers what time it is there; port 0: nowhere.   internet: whom to call outside.
    """

    is_node: bool = False
    folders: tuple[tuple[str, str], ...] = ()
    addresses: tuple[str, ...] = ()
    port: int = 0
    token: str = ""
    internet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """What a probe judges.   here, node: what it gathered; ``None``: nothing (yet).

    trial: the job on a compute node; ``None`` where none was tried.
    """

    place: Place
    here: T | None = None
    node: T | None = None
    trial: Trial | None = None
    errand: Errand = Errand()


def nothing_learnt(seen: Seen[Any]) -> Mapping[str, object]:
    """No fields of a profile."""
    return {}


@dataclass(frozen=True, slots=True)
class Probe(Generic[T]):
    """One question.   name: of its file.   section: one of ``SECTIONS``.

    facts: what ``gather`` gives; without it there is nothing to gather.   limit_s: how long that may take.
    rank: those with a low one are shown first in their section.
    """

    section: str
    title: str
    judge: Callable[[Seen[T]], Iterable[Finding]]
    facts: type[T] | None = None
    gather: Callable[[Errand], T] | None = None
    here: bool = True
    on_node: bool = False
    limit_s: float = 8.0
    rank: int = 5
    learn: Callable[[Seen[T]], Mapping[str, object]] = nothing_learnt


@cache
def all_probes() -> Mapping[str, Probe[Any]]:
    """All probes by name, in the order in which they are shown."""
    names = sorted(module.name for module in pkgutil.iter_modules(probes.__path__))
    found = {name: import_module(f"funicular.doctor.probes.{name}").probe for name in names}
    return dict(sorted(found.items(), key=lambda item: (SECTIONS.index(item[1].section), item[1].rank)))
