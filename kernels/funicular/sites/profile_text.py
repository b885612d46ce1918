"""A profile as text that reads back as the same profile, and one that has learnt something. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from funicular.sites.model import Profile
from funicular.sites.profile_file import parse_profile

OF_QUEUE = "queue:"  # learnt of the nodes of a queue: ``queue:NAME.field``
FINER = ("some ports", "some nodes")  # a plain yes says less


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a machine is not as its profile says.   said: ``None`` where the profile says nothing."""

    path: str
    said: Any
    found: Any


def render(profile: Profile, *, note: str = "") -> str:
    """Its text.   note: for the head, a comment a line."""
    head = "".join(f"# {line}\n" for line in note.splitlines())
    body: str = yaml.safe_dump(
        _marked(_plain(profile), "", profile.unverified), sort_keys=False, allow_unicode=True, width=110
    )
    return head + body


def differences(profile: Profile, learnt: Mapping[str, object]) -> tuple[Difference, ...]:
    """What was found and is not in the profile, or otherwise."""
    return tuple(_differing(profile, learnt))


def amended(profile: Profile, learnt: Mapping[str, object], *, today: date, source: str) -> str:
    """The text of the profile with what was found in it; a field that was found is not unsure any more."""
    facts = _plain(profile)
    found = differences(profile, learnt)
    for each in found:
        _put(facts, each.path.split("."), each.found)
    facts["sources"] = [*(one for one in facts["sources"] if one != source), source]
    facts["last_verified"] = today.isoformat()
    sure = {each.path for each in found} | {path for path, _ in _resolved(profile, learnt)}
    unsure = {path: why for path, why in profile.unverified.items() if path not in sure}
    head = f"# {profile.name}: a profile with what was found on the machine on {today.isoformat()}.\n"
    body: str = yaml.safe_dump(_marked(facts, "", unsure), sort_keys=False, allow_unicode=True, width=110)
    parse_profile(head + body, f"{profile.id}.yaml")
    return head + body


def _differing(profile: Profile, learnt: Mapping[str, object]) -> Iterator[Difference]:
    plain = _plain(profile)
    for path, value in _resolved(profile, learnt):
        found = list(value) if isinstance(value, tuple) else value
        said = _get(plain, path.split("."))
        if isinstance(found, list):
            if not set(found) <= set(said or []):
                yield Difference(path, said, [*found, *(one for one in said or [] if one not in found)])
        elif said in FINER or (path == "scheduler.version" and said and str(said) in str(found)):
            continue
        elif said != found:
            yield Difference(path, said, found)


def _resolved(profile: Profile, learnt: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """What was learnt of a queue's nodes is of their kind of node; a queue without one learns nothing."""
    kinds = {queue.name: queue.nodes for queue in profile.queues}
    for path, value in learnt.items():
        if not path.startswith(OF_QUEUE):
            yield path, value
            continue
        queue, _, field = path.removeprefix(OF_QUEUE).rpartition(".")
        if kind := kinds.get(queue):
            yield f"node_types.{kind}.{field}", value


def _plain(profile: Profile) -> dict[str, Any]:
    """As it was written, walltimes in Slurm's writing."""
    found: dict[str, Any] = _with_walltimes(profile.model_dump(mode="json", exclude_unset=True))
    return found


def _with_walltimes(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _with_walltimes(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_walltimes(each) for each in value]
    if name.endswith("walltime") and isinstance(value, int | float):
        minutes, rest = divmod(int(value), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"
    return value


def _marked(value: Any, path: str, unsure: Mapping[str, str]) -> Any:
    """With the marks of what is not sure."""
    if isinstance(value, dict):
        inner: Any = {key: _marked(each, _below(path, key), unsure) for key, each in value.items()}
    elif isinstance(value, list):
        inner = [_marked(each, _below(path, n), unsure) for n, each in enumerate(value)]
    else:
        inner = value
    return {"value": inner, "unverified": unsure[path]} if path in unsure else inner


def _below(path: str, name: str | int) -> str:
    return f"{path}.{name}" if path else str(name)


def _get(facts: Any, names: list[str]) -> Any:
    for name in names:
        facts = facts.get(name) if isinstance(facts, dict) else None
    return facts


def _put(facts: dict[str, Any], names: list[str], value: object) -> None:
    for name in names[:-1]:
        inner = facts.get(name)
        if not isinstance(inner, dict):
            inner = facts[name] = {}
        facts = inner
    facts[names[-1]] = value
