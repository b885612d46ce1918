"""Reads an administrator's policy file: every mistake is told with its line and field. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError

from funicular.sites.policy import Policy, broken

Place = tuple[str | int, ...]


class PolicyFile(BaseModel):
    """The fields that a policy file may have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    maximum_nodes: StrictInt | None = Field(default=None, ge=1)
    default_account: StrictStr | None = Field(default=None, min_length=1)
    default_queue: StrictStr | None = Field(default=None, min_length=1)
    controller_placement: Literal["notebook", "block"] | None = None
    prologue: tuple[StrictStr, ...] = ()
    contact: StrictStr = ""
    cell_monitor: StrictBool = True


def parse_policy(text: str, path: Path) -> Policy:
    """The policy in this text. Raises ``PolicyBroken`` with all that is wrong: file, line, field."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise broken(path, [f"line {line}: {error.problem or error.context}"]) from error
    except yaml.YAMLError as error:
        raise broken(path, [str(error)]) from error
    if content is None:
        return Policy(source=str(path))
    if not isinstance(tree, yaml.MappingNode) or not isinstance(content, dict):
        raise broken(path, ["line 1: it must be fields with values, such as  maximum_nodes: 16"])
    lines, twice = _lines(tree)
    problems = [f"line {line}, {name}: said before; which one counts?" for name, line in twice]
    try:
        found = PolicyFile.model_validate(content)
    except ValidationError as error:
        problems += [_in_words(each, lines) for each in error.errors()]
        raise broken(path, problems) from error
    if problems:
        raise broken(path, problems)
    if long := [n for n, line in enumerate(found.prologue) if "\n" in line.strip("\n")]:
        raise broken(path, [f"line {lines[('prologue', n)]}, prologue: each must be one line" for n in long])
    return Policy(**found.model_dump(), source=str(path))


def _lines(tree: yaml.MappingNode) -> tuple[dict[Place, int], list[tuple[str, int]]]:
    """The line of every field and of every item of a list; and the fields that are there twice."""
    found: dict[Place, int] = {}
    twice = []
    for key, value in tree.value:
        line = key.start_mark.line + 1
        if (key.value,) in found:
            twice.append((key.value, line))
        found[(key.value,)] = line
        if isinstance(value, yaml.SequenceNode):
            found.update({(key.value, n): item.start_mark.line + 1 for n, item in enumerate(value.value)})
    return found, twice


def _in_words(error: Any, lines: dict[Place, int]) -> str:
    where = tuple(error["loc"])
    line = next((lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in lines), 1)
    field, value = str(where[0]), error["input"]
    match error["type"]:
        case "extra_forbidden":
            known = ", ".join(PolicyFile.model_fields)
            return f"line {line}, {field}: there is no such field; known are {known}"
        case "greater_than_equal":
            return f"line {line}, {field}: {value!r} must be at least {error['ctx']['ge']}"
        case "bool_type":
            return f"line {line}, {field}: {value!r} must be true or false"
        case "int_type":
            return f"line {line}, {field}: {value!r} must be a whole number"
        case "string_type" | "string_too_short":
            return (
                f"line {line}, {field}: {value!r} must be text (in quotes, if it looks like something else)"
            )
        case "literal_error":
            return f"line {line}, {field}: {value!r} must be {error['ctx']['expected']}"
        case "tuple_type":
            return f"line {line}, {field}: {value!r} must be a list, a line each beginning with a hyphen"
    return f"line {line}, {field}: {error['msg']}"
