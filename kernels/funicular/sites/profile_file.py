"""Reads a site's profile: what is not sure is marked, every mistake is told with file, line and field. Pure.

A value that no source states for this very system, or about which sources disagree, is written as
``{value: 64, unverified: why}``.
"""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import ValidationError

from funicular.errors import FunicularError
from funicular.sites.model import Profile

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C: ten times faster
MARK = frozenset({"value", "unverified"})
Path = tuple[str | int, ...]


class ProfileBroken(FunicularError):
    """A profile that cannot be read, or says something that it cannot say."""

    code = "profile-broken"


def parse_profile(text: str, source: str) -> Profile:
    """The profile in this text. Raises ``ProfileBroken`` with all that is wrong.   source: for messages."""
    try:
        tree = yaml.compose(text, Loader=LOADER)
        content = yaml.load(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _broken(source, [f"line {line}: {error.problem or error.context}"]) from error
    except yaml.YAMLError as error:
        raise _broken(source, [str(error)]) from error
    if not isinstance(content, dict):
        raise _broken(source, ["line 1: it must be fields with values, such as  id: lumi"])
    lines: dict[Path, int] = {}
    problems = _note_lines(tree, (), lines)
    unsure: dict[str, str] = {}
    plain = _without_marks(content, (), unsure)
    if "unverified" in plain:
        problems.append(f"line {lines['unverified',]}, unverified: mark the values themselves")
        del plain["unverified"]
    try:
        found = Profile.model_validate(plain)
    except ValidationError as error:
        raise _broken(source, [*problems, *(_in_words(each, lines) for each in error.errors())]) from error
    problems += _loose_ends(found, lines)
    if problems:
        raise _broken(source, problems)
    return found.model_copy(update={"unverified": unsure})


def _note_lines(node: yaml.Node, path: Path, lines: dict[Path, int]) -> list[str]:
    """The line of every field; gives what is wrong already: a field that is there twice."""
    problems = []
    children: list[tuple[str | int, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        children = [(key.value, key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = [(n, value, value) for n, value in enumerate(node.value)]
    for name, key, value in children:
        line = key.start_mark.line + 1
        if (*path, name) in lines:
            problems.append(f"line {line}, {_dotted((*path, name))}: said before; which one counts?")
        lines[*path, name] = line
        problems += _note_lines(value, (*path, name), lines)
    return problems


def _without_marks(value: Any, path: Path, unsure: dict[str, str]) -> Any:
    """The values themselves; where one was marked, the reason goes into ``unsure``."""
    if isinstance(value, dict):
        if set(value) == MARK:
            unsure[_dotted(path)] = str(value["unverified"])
            return _without_marks(value["value"], path, unsure)
        return {key: _without_marks(each, (*path, key), unsure) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_marks(each, (*path, n), unsure) for n, each in enumerate(value)]
    return value


def _loose_ends(profile: Profile, lines: dict[Path, int]) -> list[str]:
    """Queues that name a kind of node which is not there, and names that are there twice."""
    problems, seen = [], set()
    for n, queue in enumerate(profile.queues):
        line = lines.get(("queues", n), 1)
        if queue.nodes is not None and queue.nodes not in profile.node_types:
            known = ", ".join(profile.node_types) or "none"
            problems.append(f"line {line}, queues.{n}.nodes: no node type {queue.nodes!r}; known: {known}")
        if queue.name in seen:
            problems.append(f"line {line}, queues.{n}.name: there is a queue {queue.name!r} already")
        seen.add(queue.name)
    return problems


def _in_words(error: Any, lines: dict[Path, int]) -> str:
    where = tuple(error["loc"])
    line = next((lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in lines), 1)
    said = {
        "extra_forbidden": "there is no such field",
        "missing": "it is missing",
    }.get(error["type"])
    if said is None:
        said = f"{error['input']!r}: {error['msg'][:1].lower()}{error['msg'][1:]}"
    return f"line {line}, {_dotted(where)}: {said}"


def _dotted(path: Path) -> str:
    return ".".join(str(each) for each in path)


def _broken(source: str, problems: list[str]) -> ProfileBroken:
    return ProfileBroken(
        f"The site profile {source} cannot be used.",
        why="\n".join(problems),
        next_step="Mend these lines; funicular sites show prints how a profile looks.",
    )
